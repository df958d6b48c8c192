//! 移交文件: what one user hands to the next (`product.md` §3.1 no. 24): the notices, the messages they are made of, what was
//! decided, as plain data. Pure; who fills it is `store`, who masks it is `export`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::message::{GroupRef, Message, MessageKey};
use crate::notice::Moment;

/// The version of the form, and the name of the field that tells the file from others.
pub const VERSION: u32 = 1;

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    /// [`VERSION`].
    pub qunbox_handover: u32,
    /// When it was made.
    pub made_at: Moment,
    /// Whether private data is masked in it.
    pub masked: bool,
    /// What is open, for a reader of the file: title, state, deadline, groups, duties.
    pub open: Vec<Value>,
    /// 凭据: notices on which files hang, with the files; the files themselves are handed over by hand.
    pub evidence: Vec<Value>,
    /// What was decided: rows of the ground tables.
    pub decisions: Vec<HandedRow>,
    /// The steps of the log, newest first, for a reader of the file.
    pub log: Vec<Value>,
    /// The messages of the notices above and of the decisions.
    pub messages: Vec<HandedMessage>,
}

/// A row of a ground table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandedRow {
    /// The table.
    pub table: String,
    /// Column → value.
    pub row: Map<String, Value>,
}

/// A message with where it was posted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandedMessage {
    /// Its key in the database it comes from.
    pub key: MessageKey,
    /// Where it was posted.
    pub group: GroupRef,
    /// The message.
    pub said: Message,
}

/// What became of the decisions of a file: the object of `handover --from --json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Adopted {
    /// Decisions taken over.
    pub adopted: u64,
    /// Decisions that were known already.
    pub known: u64,
    /// Decisions on messages this database does not hold.
    pub without_message: u64,
    /// Where both have decided, differently: the one here was kept.
    pub conflicts: Vec<Clash>,
}

/// Two decisions about one thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clash {
    /// Id of the notice.
    pub notice: Option<String>,
    /// What it is about.
    pub title: String,
    /// Where the checklist row goes that it is about, if it is about one.
    pub to: Option<String>,
    /// What sort of decision.
    pub table: String,
    /// What was decided here, and stays.
    pub here: Map<String, Value>,
    /// What the file says.
    pub handed: Map<String, Value>,
}
