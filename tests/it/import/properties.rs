//! Properties of the import room: no bytes make it panic, and every line of a text is in a message or an issue.

use proptest::prelude::*;
use qunbox::import::{Options, format_ids};

use super::{GROUP, fixture_files, fixtures, read_bytes};

/// Tokens put as lines of their own into a text fixture turn up in a message, or an issue names their line.
fn nothing_is_lost(file: &str, at: usize) {
    let bytes = std::fs::read(fixtures().join(file)).unwrap();
    // as text: a title that chatlog cut inside a character would make the file look like GBK once more of it is wrong
    let text = String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut lines: Vec<&str> = text.lines().collect();
    let at = at % (lines.len() + 1);
    lines.insert(at, "独一无二的一行甲乙丙");
    let read = read_bytes(lines.join("\n").as_bytes(), "群_20260727.txt", &Options::default());
    let found = read.messages.iter().any(|(_, m)| {
        let quoted = m.quoted.as_ref().and_then(|q| q.text.clone()).unwrap_or_default();
        let items: String = m.items.iter().map(|i| i.text.as_str()).collect();
        let files: String = m.attachments.iter().filter_map(|a| a.name.clone()).collect();
        [&m.text, &m.sender, &quoted, &items, &files].iter().any(|t| t.contains("独一无二的一行"))
    });
    let named = read.issues.iter().any(|i| i.line == u32::try_from(at + 1).ok());
    let asked = read.outcome.needs.is_some();
    assert!(found || named || asked, "{file} line {}: {:?}", at + 1, read.issues);
}

/// How many inputs each property sees: few, or as many as `PROPTEST_CASES` says.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), format in 0..60_usize) {
        let ids = format_ids();
        let forced = Options { format: ids.get(format).map(|id| (*id).to_owned()), ..Options::default() };
        read_bytes(&bytes, "群.txt", &forced);
    }

    #[test]
    fn changed_fixtures_make_it_not_panic(which in 0..200_usize, at in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(),
                                          put in proptest::collection::vec(any::<u8>(), 0..6), other in 0..60_usize) {
        let files = fixture_files();
        let file = &files[which % files.len()];
        let mut bytes = std::fs::read(fixtures().join(file)).unwrap();
        let place = at.index(bytes.len() + 1);
        bytes.splice(place..(place + put.len() / 2).min(bytes.len()), put);
        if cut.index(4) == 0 {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        let options = Options { format: format_ids().get(other).map(|id| (*id).to_owned()), ..Options::default() };
        read_bytes(&bytes, file, &Options::default());
        read_bytes(&bytes, file, &options);
    }

    #[test]
    fn every_line_is_in_a_message_or_an_issue(which in 0..11_usize, at in 0..200_usize) {
        let files = ["wechat-mail-android/plain.txt", "wechat-mail-android/noblank.txt", "weflow-txt/群.txt", "qq-txt/plain.txt",
            "memotrace-txt/群.txt", "wechat-copy-ios2026/群.txt", "chatlog-txt/full/群.txt", "qce-txt/group_200000001_20260728.txt",
            "wechatexporter-txt/plain.txt", "wechat-copy-windows/群.txt", "wechat-copy-mac/24h/群.txt"];
        nothing_is_lost(&files[which].replace('群', GROUP), at);
    }
}
