//! The built-in sample: invented exports of 35 work groups of a village cadre over ten days, embedded in the binary,
//! with the moment and the names that belong to it. Not an importer: the files take the way of any other export.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use include_dir::{Dir, DirEntry, include_dir};

static SAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/demo");

/// The sample's now: 2026-11-18T08:10:00+08:00, a Wednesday, in milliseconds since the epoch.
#[must_use]
pub fn now() -> i64 {
    1_794_960_600_000
}

/// The user's own name in each work group of the sample: (group, name).
#[must_use]
pub fn me() -> &'static [(&'static str, &'static str)] {
    &ME
}

/// The files of the sample: path with `/` between folders, and content. Folders inside (a chunked export) are kept
/// in the path. The order is the same in every build.
pub fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let mut found = Vec::new();
    let mut folders = vec![&SAMPLE];
    while let Some(folder) = folders.pop() {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(inner) => folders.push(inner),
                DirEntry::File(file) => {
                    if let Some(path) = file.path().to_str() {
                        found.push((path, file.contents()));
                    }
                }
            }
        }
    }
    found.sort_unstable_by_key(|(path, _)| *path);
    found.into_iter()
}

/// Writes the sample below `into`, which is made if it is missing. The files carry the date of [`now`], because an
/// importer may fall back on it where an export states no day.
///
/// # Errors
/// What the file system says: no permission, disk full.
pub fn unpack(into: &Path) -> io::Result<()> {
    let written = UNIX_EPOCH + Duration::from_millis(now().unsigned_abs());
    for (path, content) in files() {
        let target = into.join(path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&target, content)?;
        fs::File::options().write(true).open(&target)?.set_modified(written)?;
    }
    Ok(())
}

/// Work groups of the sample and what the user is called in them.
static ME: [(&str, &str); 35] = [
    ("芦汀镇村（社区）书记主任群", "杏坞-沈禾"),
    ("芦汀应急消防工作群", "杏坞-沈禾"),
    ("杏坞村两委群", "沈禾"),
    ("芦汀经济发展工作群", "杏坞 沈禾"),
    ("芦汀镇民政救助群", "杏坞 沈禾"),
    ("东片防火防汛五村群", "杏坞村沈禾"),
    ("芦汀人居环境和文明创建群", "杏坞村沈禾"),
    ("霁川县燃气商贸安全联络群", "芦汀杏坞沈禾"),
    ("芦汀镇党建工作群（2026冬）", "杏坞-沈禾"),
    ("芦汀组织工作联络群", "沈禾（杏坞村）"),
    ("芦汀宣传信息员", "杏坞-沈禾"),
    ("芦汀镇村务监督纪检群", "杏坞村沈禾"),
    ("芦汀征兵武装", "杏坞沈禾"),
    ("平安芦汀综治网格群", "杏坞网格沈禾"),
    ("信访零报告群", "沈禾"),
    ("芦汀人民调解群", "杏坞调解沈禾"),
    ("禁毒专干联络", "杏坞沈禾"),
    ("芦汀反诈先锋群", "杏坞沈禾"),
    ("芦汀派出所警村联动群", "杏坞村 沈禾"),
    ("芦汀交通劝导员群", "杏坞沈禾"),
    ("芦汀安全生产群", "杏坞沈禾"),
    ("食品药品协管员芦汀", "杏坞-沈禾"),
    ("2027年度医保征缴群", "杏坞-沈禾"),
    ("芦汀卫健村医群", "杏坞沈禾"),
    ("芦汀人社协理员", "杏坞沈禾"),
    ("芦汀退役军人之家", "杏坞村沈禾"),
    ("芦汀巾帼执委群", "杏坞沈禾🌾"),
    ("芦汀团干部", "杏坞沈禾"),
    ("芦汀残联专委", "杏坞 沈禾"),
    ("芦汀控辍保学联防群", "杏坞沈禾"),
    ("芦汀农业农村工作群", "杏坞-沈禾"),
    ("芦汀林长护林群", "杏坞-沈禾"),
    ("芦汀河长湖长群", "杏坞沈禾"),
    ("芦汀三资财务报账群", "杏坞-沈禾"),
    ("沈家一大家子", "阿禾"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::rfc3339;

    #[test]
    fn the_clock_of_the_sample_is_a_wednesday_morning() {
        assert_eq!(rfc3339(now()), "2026-11-18T08:10:00+08:00");
    }

    #[test]
    fn every_group_is_named_once() {
        let mut groups: Vec<&str> = me().iter().map(|(group, _)| *group).collect();
        groups.sort_unstable();
        groups.dedup();
        assert_eq!(groups.len(), 35);
    }

    #[test]
    fn file_names_can_be_written_on_windows() {
        let forbidden = ['<', '>', ':', '"', '|', '?', '*', '\\'];
        let mut total = 0;
        for (path, content) in files() {
            assert!(!path.contains(forbidden), "{path}");
            assert!(path.split('/').all(|part| !part.ends_with([' ', '.'])), "{path}");
            assert!(!content.is_empty(), "{path}");
            total += content.len();
        }
        assert!(total < 1_500_000, "{total} bytes make the binary too heavy");
    }

    #[test]
    fn unpacked_files_are_the_embedded_ones() {
        let folder = tempfile::tempdir().unwrap();
        unpack(folder.path()).unwrap();
        for (path, content) in files() {
            assert_eq!(fs::read(folder.path().join(path)).unwrap(), content, "{path}");
        }
    }
}
