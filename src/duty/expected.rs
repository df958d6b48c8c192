//! 接龙: the names a sign-up's own text expects (各村：石桥、王庄、大塘), and which of them have not joined.

/// Fewest names that make a list: two may be anything.
const LIST: usize = 3;
/// Longest name, in characters.
const NAME: usize = 8;

/// The names that are listed in `title` and stand in none of `entries`.
#[must_use]
pub fn missing(title: &str, entries: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for run in title.split(['\n', '。', '；', ';', '，', ',', '：', ':', '（', '）', '(', ')']) {
        let names: Vec<&str> = run.split(['、', '/']).map(str::trim).collect();
        let short = |n: &&str| (2..=NAME).contains(&n.chars().count());
        if names.len() < LIST || !names.iter().all(short) {
            continue;
        }
        for name in names {
            let core = name.trim_end_matches("社区").trim_end_matches('村');
            let core = if core.chars().count() >= 2 { core } else { name };
            if !entries.iter().any(|e| e.contains(core)) && !out.iter().any(|o| o == name) {
                out.push(name.to_owned());
            }
        }
    }
    // Names of which nobody joined are no list of those expected, but of things.
    let listed = title.matches('、').count() + 1;
    if out.len() >= listed && !entries.is_empty() { Vec::new() } else { out }
}
