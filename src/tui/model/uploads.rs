//! What the view 待报 holds: a window of rows around the selected one.

use std::collections::BTreeSet;

use crate::duty::Upload;
use crate::store::{UploadPlace, UploadQuery, UploadView};
use crate::tui::widgets::field::Field;

/// The parts of the view, in the order they are shown: left and right go from one to the next.
pub const PARTS: [UploadView; 4] = [UploadView::Open, UploadView::Done, UploadView::Waived, UploadView::All];

/// The pending submissions, as far as they were read.
#[derive(Debug, Default)]
pub struct Uploads {
    /// Which states.
    pub view: UploadView,
    /// Where they must go, if that narrows the list.
    pub place: Option<UploadPlace>,
    /// The filter in force.
    pub words: String,
    /// The filter being typed.
    pub filter: Option<Field>,
    /// The window, in display order.
    pub rows: Vec<Upload>,
    /// Whether nothing comes before the window.
    pub at_start: bool,
    /// Whether nothing comes after it.
    pub at_end: bool,
    /// Whether rows are on their way.
    pub fetching: bool,
    /// Index of the selected one.
    pub selected: usize,
    /// First row drawn.
    pub top: usize,
    /// Marked duties.
    pub marks: BTreeSet<String>,
    /// How long the list is.
    pub total: u64,
    /// Generation of the rows.
    pub generation: u64,
    /// Whether they have come.
    pub loaded: bool,
    /// Why they could not be read.
    pub failed: Option<String>,
}

impl Uploads {
    /// The selected row.
    #[must_use]
    pub fn row(&self) -> Option<&Upload> {
        self.rows.get(self.selected)
    }

    /// The question to the store.
    #[must_use]
    pub fn query(&self, now: i64) -> UploadQuery {
        let place = self.place.as_ref();
        UploadQuery {
            view: self.view,
            kind: place.and_then(|p| p.kind),
            group: place.and_then(|p| p.group.clone()),
            destination: place.and_then(|p| p.destination.clone()),
            words: self.words.clone(),
            now,
        }
    }
}

/// What is asked for in words about duties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DutyAsk {
    /// Why it is waived.
    Waive,
    /// Until when.
    Due,
    /// A remark.
    Note,
    /// The path of a file.
    Attach,
    /// The date it was handed in (补录).
    Late,
    /// The parts it is made of.
    Targets,
}

/// A window about duties.
#[derive(Debug)]
pub enum DutyWindow {
    /// Words are asked for.
    Words {
        /// What for.
        ask: DutyAsk,
        /// Of which duties.
        duties: Vec<String>,
        /// What is typed.
        field: Field,
        /// Why it cannot be taken.
        wrong: bool,
    },
    /// Whose 本群 a forward means.
    Here {
        /// Of which duties.
        duties: Vec<String>,
        /// Index of the selected answer.
        selected: usize,
    },
    /// The parts of a duty, ticked one by one.
    Targets {
        /// Of which duty.
        duty: String,
        /// Index of the selected part.
        selected: usize,
    },
    /// Where the duties shown must go.
    Places {
        /// What there is.
        entries: Vec<UploadPlace>,
        /// Index of the selected one; 0 is all.
        selected: usize,
    },
    /// A notice cannot be 已办 while rows of its checklist are open.
    Finish {
        /// Which notices.
        notices: Vec<String>,
        /// What is open, in words.
        text: String,
    },
}
