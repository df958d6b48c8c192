//! Which work group an export speaks of: by the room's id, else by platform and name, else by name. A group that is
//! renamed stays one group; the same name on two platforms is two.

use crate::message::GroupRef;
use crate::normalize::fold;
use crate::store::{GroupEntry, Result, Store};

/// The groups that are known.
pub(super) struct Groups {
    entries: Vec<GroupEntry>,
}

impl Groups {
    /// All of the store's.
    pub(super) fn load(store: &Store) -> Result<Self> {
        Ok(Groups { entries: store.group_entries()? })
    }

    /// The group an export speaks of, made if it is new. An id or platform learnt now is kept.
    pub(super) fn resolve(
        &mut self,
        store: &mut Store,
        group: &GroupRef,
        dry_run: bool,
    ) -> Result<GroupEntry> {
        if let Some(at) = self.find(group) {
            let entry = &mut self.entries[at];
            let before = entry.clone();
            if entry.native_id.is_none() {
                entry.native_id.clone_from(&group.native_id);
            }
            entry.platform = entry.platform.or(group.platform);
            if let Some(name) = &group.name
                && !entry.names.contains(name)
            {
                entry.names.push(name.clone());
            }
            if *entry != before && !dry_run {
                store.save_group(entry)?;
            }
            return Ok(entry.clone());
        }
        let name = group.name.clone().or_else(|| group.native_id.clone()).unwrap_or_default();
        let platform = group.platform.map_or("", |p| p.as_str());
        let key = match &group.native_id {
            Some(id) => format!("{platform}:{id}"),
            None => format!("{platform}/{}", fold(&name)),
        };
        let mut entry = GroupEntry {
            id: 0,
            key,
            platform: group.platform,
            native_id: group.native_id.clone(),
            names: vec![name.clone()],
            name,
            name_at: i64::MIN,
            private_chat: group.private_chat,
        };
        entry.id = if dry_run { -(self.entries.len() as i64) - 1 } else { store.save_group(&entry)? };
        self.entries.push(entry.clone());
        Ok(entry)
    }

    /// The newest name wins; one that was only guessed from a file's name never takes the place of a stated one.
    pub(super) fn named(&mut self, store: &mut Store, id: i64, group: &GroupRef, last: i64) -> Result<()> {
        let (Some(name), Some(entry)) = (&group.name, self.entries.iter_mut().find(|e| e.id == id)) else {
            return Ok(());
        };
        let newer = last > entry.name_at && !group.name_from_file;
        if newer || entry.name_at == i64::MIN {
            entry.name.clone_from(name);
            entry.name_at = if group.name_from_file { i64::MIN + 1 } else { last };
            store.save_group(entry)?;
        }
        Ok(())
    }

    fn find(&self, group: &GroupRef) -> Option<usize> {
        let platforms_agree = |e: &GroupEntry| match (e.platform, group.platform) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        if let Some(id) = &group.native_id
            && let Some(at) =
                self.entries.iter().position(|e| e.native_id.as_ref() == Some(id) && platforms_agree(e))
        {
            return Some(at);
        }
        let name = fold(group.name.as_ref()?);
        let ids_agree = |e: &GroupEntry| match (&e.native_id, &group.native_id) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        let called = |e: &GroupEntry| {
            e.private_chat == group.private_chat && ids_agree(e) && e.names.iter().any(|n| fold(n) == name)
        };
        self.entries
            .iter()
            .position(|e| e.platform == group.platform && called(e))
            .or_else(|| self.entries.iter().position(|e| platforms_agree(e) && called(e)))
    }
}
