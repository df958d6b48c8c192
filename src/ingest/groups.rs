//! Which work group an export speaks of: by the room's id, else by platform and name, else by name. A group that is
//! renamed stays one group; the same name on two platforms is two. Above all that stands the user's word: groups joined
//! and names given.

use std::collections::{HashMap, HashSet};

use rust_i18n::t;

use super::identity::{self, Claims};
use super::{OnProgress, catch_up};
use crate::facts::Settings;
use crate::message::GroupRef;
use crate::normalize::fold;
use crate::store::{
    Decided, GroupEntry, JoinRow, Joining, Known, Rejoin, Result, Store, StoreError, Write, routes,
};

/// The groups that are known.
pub(super) struct Groups {
    entries: Vec<GroupEntry>,
    routes: HashMap<String, i64>,
}

impl Groups {
    /// All of the store's.
    pub(super) fn load(store: &Store) -> Result<Self> {
        Ok(Groups { entries: store.group_entries()?, routes: store.group_routes()? })
    }

    /// The group an export speaks of, made if it is new. An id or platform learnt now is kept.
    pub(super) fn resolve(
        &mut self,
        store: &mut Store,
        group: &GroupRef,
        dry_run: bool,
    ) -> Result<GroupEntry> {
        if let Some(at) = self.find(group) {
            // what the user's word sent here may be another room: its id stays its own
            let routed = routes(group).iter().any(|route| self.routes.contains_key(route));
            let entry = &mut self.entries[at];
            let before = entry.clone();
            if entry.native_id.is_none() && !routed {
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
        if let Some(id) = routes(group).iter().find_map(|route| self.routes.get(route)) {
            return self.entries.iter().position(|e| e.id == *id);
        }
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

/// The group of this name. One name of several groups is said with the platform: `qq/群名`.
fn named(store: &Store, name: &str) -> Result<GroupEntry> {
    let entries = store.group_entries()?;
    let (platform, plain) = match name.split_once('/') {
        Some((platform, rest)) if crate::message::Platform::parse(platform).is_some() => {
            (Some(platform), rest)
        }
        _ => (None, name),
    };
    let wanted = fold(plain);
    let on = |e: &&GroupEntry| platform.is_none_or(|p| e.platform.is_some_and(|own| own.as_str() == p));
    let current = entries.iter().filter(on).find(|e| fold(&e.name) == wanted);
    current
        .or_else(|| entries.iter().filter(on).find(|e| e.names.iter().any(|n| fold(n) == wanted)))
        .cloned()
        .ok_or_else(|| StoreError::NoGroup(name.to_owned()))
}

/// Joins `gone` into `kept` by the user's word: one conversation from now on, nothing doubled. Remembered for later
/// exports; [`part`] takes it back.
///
/// # Errors
/// Unknown groups, one and the same group; failures of the database.
pub fn join(
    store: &mut Store,
    kept: &str,
    gone: &str,
    now: i64,
    settings: &Settings,
    progress: OnProgress<'_>,
) -> anyhow::Result<()> {
    let (kept, gone) = (named(store, kept)?, named(store, gone)?);
    anyhow::ensure!(kept.id != gone.id, t!("ingest.same_group", name = kept.name).into_owned());
    compare_and_join(store, &kept, &gone, now, None)?;
    catch_up(store, settings, progress)
}

/// Makes the join that was undone last again, as a step of the log; `None` when that is not what is redone next. What is
/// derived is only marked.
///
/// # Errors
/// Failures of the database.
pub(super) fn rejoin(store: &mut Store, now: i64) -> Result<Option<Decided>> {
    let Some(again) = store.join_to_redo()? else { return Ok(None) };
    compare_and_join(store, &again.kept, &again.gone, now, Some(&again))?;
    Ok(Some(Decided {
        label: again.label,
        notices: Vec::new(),
        reason: None,
        stale: true,
        anchors: Vec::new(),
    }))
}

/// What each message of the one group is in the other decides what becomes of it.
fn compare_and_join(
    store: &mut Store,
    kept: &GroupEntry,
    gone: &GroupEntry,
    now: i64,
    again: Option<&Rejoin>,
) -> Result<()> {
    let mut stored: Vec<Known> = Vec::new();
    store.known_undated(kept.id, true, &mut stored)?;
    let (rows, chunk): (Vec<i64>, Vec<_>) = store.held(gone.id)?.into_iter().unzip();
    let own: HashSet<String> = store.own_names()?.into_iter().map(|(_, name)| fold(&name)).collect();
    // keys stay as they are, so none is looked for
    let mut taken = |_: &crate::message::MessageKey| false;
    let planned = identity::plan(chunk, &stored, &mut Claims::default(), &kept.key, &own, &mut taken);
    let writes: Vec<(i64, Write)> = rows.into_iter().zip(planned.writes).collect();
    store.join_groups(now, &Joining { kept, gone, writes: &writes, again })
}

/// Gives a group another name by the user's word: exports under it go there from now on. A group that has that name
/// already is joined.
///
/// # Errors
/// An unknown group; failures of the database.
pub fn alias(
    store: &mut Store,
    group: &str,
    name: &str,
    now: i64,
    settings: &Settings,
    progress: OnProgress<'_>,
) -> anyhow::Result<()> {
    let kept = named(store, group)?;
    if let Ok(other) = named(store, name)
        && other.id != kept.id
    {
        join(store, group, name, now, settings, progress)?;
    }
    store.alias_group(&kept.name, name, now)?;
    Ok(())
}

/// Parts the two groups joined last; `None` when no join stands.
///
/// # Errors
/// Failures of the database.
pub fn part(
    store: &mut Store,
    now: i64,
    settings: &Settings,
    progress: OnProgress<'_>,
) -> anyhow::Result<Option<JoinRow>> {
    let parted = store.part_groups(now)?;
    if parted.is_some() {
        catch_up(store, settings, progress)?;
    }
    Ok(parted)
}
