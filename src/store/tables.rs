//! The ground tables of decisions as one list: what a hand-over carries and merges, and what a purge moves or removes. A
//! new table of decisions is one line here.

/// A ground table that holds decisions.
pub(super) struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that hold keys of messages.
    pub anchors: &'static [&'static str],
    /// The other columns of its primary key.
    pub rest: &'static [&'static str],
    /// The columns that say what was decided; the moment of deciding is not among them.
    pub said: &'static [&'static str],
    /// The columns that come along.
    pub also: &'static [&'static str],
    /// Whether there is one row a notice, on whichever of its messages it hangs.
    pub per_notice: bool,
    /// Whether notices are made of it: then they are computed again.
    pub derives: bool,
}

/// All of them.
pub(super) const TABLES: &[Table] = &[
    Table {
        name: "state_decision",
        anchors: &["anchor"],
        rest: &[],
        said: &["state", "until", "note"],
        also: &["at", "facts_seen"],
        per_notice: true,
        derives: false,
    },
    Table {
        name: "due_decision",
        anchors: &["anchor"],
        rest: &[],
        said: &["due_at"],
        also: &["at", "reason"],
        per_notice: true,
        derives: false,
    },
    // Pins hang on contents, not on messages: later copies of the same words obey them wherever they come from.
    Table {
        name: "pin",
        anchors: &[],
        rest: &["a", "b"],
        said: &["same"],
        also: &["at"],
        per_notice: false,
        derives: true,
    },
    Table {
        name: "lead_pin",
        anchors: &[],
        rest: &["node"],
        said: &[],
        also: &["at"],
        per_notice: false,
        derives: true,
    },
    Table {
        name: "link_decision",
        anchors: &["a", "b"],
        rest: &["kind"],
        said: &["linked"],
        also: &["at"],
        per_notice: false,
        derives: true,
    },
    Table {
        name: "duty_decision",
        anchors: &["anchor"],
        rest: &["slot", "occurrence"],
        said: &["value"],
        also: &[],
        per_notice: true,
        derives: false,
    },
    Table {
        name: "duty_setting",
        anchors: &["anchor"],
        rest: &["slot"],
        said: &["value"],
        also: &[],
        per_notice: true,
        derives: false,
    },
    Table {
        name: "evidence",
        anchors: &["anchor"],
        rest: &["slot", "occurrence", "path"],
        said: &["sha256", "size"],
        also: &["added_at"],
        per_notice: false,
        derives: false,
    },
    Table {
        name: "duty_target",
        anchors: &["anchor"],
        rest: &["slot", "name"],
        said: &[],
        also: &["place"],
        per_notice: false,
        derives: false,
    },
    Table {
        name: "target_tick",
        anchors: &["anchor"],
        rest: &["slot", "occurrence", "name"],
        said: &[],
        also: &["at"],
        per_notice: false,
        derives: false,
    },
    Table {
        name: "untied",
        anchors: &["message"],
        rest: &[],
        said: &[],
        also: &["at"],
        per_notice: false,
        derives: false,
    },
];

impl Table {
    /// The table of a name.
    pub(super) fn find(name: &str) -> Option<&'static Table> {
        TABLES.iter().find(|t| t.name == name)
    }

    /// Its primary key.
    pub(super) fn key(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.anchors.iter().chain(self.rest).copied()
    }

    /// All its columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.anchors.iter().chain(self.rest).chain(self.said).chain(self.also).copied()
    }
}
