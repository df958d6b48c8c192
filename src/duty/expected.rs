//! 接龙: the names a sign-up's own text expects (各村：石桥、王庄、大塘), and which of them have not joined.

/// Fewest names that make a list: two may be anything.
const LIST: usize = 3;
/// Longest name, in characters.
const NAME: usize = 8;

/// 请石桥 → 石桥: what stands before the first name of a list.
fn behind_call(name: &str) -> &str {
    ["请", "由", "有", "包括", "其中"].iter().find_map(|w| name.strip_prefix(w)).unwrap_or(name)
}

/// 松涛四个社区各报一人 → 松涛: what is said of those listed, behind the last name.
fn before_count(name: &str) -> &str {
    let chars: Vec<(usize, char)> = name.char_indices().collect();
    let counts = |n: usize| {
        let number = "一二两三四五六七八九十".contains(chars[n].1) || chars[n].1.is_ascii_digit();
        let next = chars.get(n + 1).map(|c| c.1);
        number && next.is_some_and(|c| "个家村组户人名位0123456789十".contains(c))
    };
    let stops =
        |n: usize| matches!(chars[n].1, '各' | '每' | '等' | '都' | '均' | '请' | '参' | '报') || counts(n);
    // A name has two characters at least: 等 in front is none's.
    let end = (2..chars.len()).find(|n| stops(*n)).map_or(name.len(), |n| chars[n].0);
    &name[..end]
}

/// The names that are listed in `title` and stand in none of `entries`.
#[must_use]
pub fn missing(title: &str, entries: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for run in title.split(['\n', '。', '；', ';', '，', ',', '：', ':', '（', '）', '(', ')']) {
        let mut names: Vec<&str> = run.split(['、', '/']).map(str::trim).collect();
        let last = names.len() - 1;
        names[0] = behind_call(names[0]);
        names[last] = before_count(names[last]);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Titles, who has joined, who is missing.
    #[test]
    fn the_missing_are_those_listed_who_did_not_join() {
        for (title, entries, want) in [
            (
                "望湖、林桥、北门、松涛四个社区各报一人",
                &["北门-何静", "望湖-林芳"][..],
                &["林桥", "松涛"][..],
            ),
            ("请石桥村、王庄村、大塘村每村2人", &["王庄-赵"], &["石桥村", "大塘村"]),
            ("参加：石桥、王庄、大塘（带扫把）", &["石桥-陈"], &["王庄", "大塘"]),
            ("带扫把、铁锹、手套", &["石桥-陈"], &[]),
            ("周六志愿服务报名", &["李家湾-孙"], &[]),
            ("石桥、王庄两个村", &["石桥-陈"], &[]),
        ] {
            assert_eq!(missing(title, entries), want, "{title}");
        }
    }
}
