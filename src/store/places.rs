//! Where open rows of the ledger are to go, counted: the choices by which the list is narrowed.

use std::collections::BTreeMap;

use super::uploads::kind_of;
use super::{Result, Store, UploadPlace};

impl Store {
    /// The kinds of destinations that open duties have, then the destinations themselves, those with most first.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn upload_places(&self) -> Result<Vec<UploadPlace>> {
        const MOST: usize = 60;
        // Grouped here: along the list's own index nothing is sorted, and open rows are few.
        let mut open = self.db.prepare_cached(
            "SELECT d.kind, g.name, d.destination FROM duty d INDEXED BY duty_list \
             LEFT JOIN work_group g ON g.id = d.work_group WHERE d.class = 0",
        )?;
        let mut rows = open.query([])?;
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        let mut names: BTreeMap<(String, String, bool), u64> = BTreeMap::new();
        while let Some(r) = rows.next()? {
            let kind: String = r.get(0)?;
            let group: Option<String> = r.get(1)?;
            *kinds.entry(kind.clone()).or_insert(0) += 1;
            let in_group = group.is_some();
            let name = group.map_or_else(|| r.get(2), Ok)?;
            *names.entry((kind, name, in_group)).or_insert(0) += 1;
        }
        let mut kinds: Vec<(String, u64)> = kinds.into_iter().collect();
        kinds.sort_by_key(|k| std::cmp::Reverse(k.1));
        let mut out: Vec<UploadPlace> = kinds
            .into_iter()
            .map(|(kind, count)| UploadPlace { kind: Some(kind_of(&kind)), count, ..UploadPlace::default() })
            .collect();
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_by_key(|n| std::cmp::Reverse(n.1));
        out.extend(names.into_iter().take(MOST).map(|((kind, name, in_group), count)| {
            let (group, destination) = if in_group { (Some(name), None) } else { (None, Some(name)) };
            UploadPlace { kind: Some(kind_of(&kind)), group, destination, count }
        }));
        Ok(out)
    }
}
