//! Whom a text names as the one who posted what it speaks of: 老秦发的提醒, 应急办转的通知, 周主任刚发的表.

use crate::facts::is_title;

/// Words behind the name.
const POSTED: [&str; 6] = ["发的", "转的", "刚发", "刚转", "通知的", "催的"];

/// Longest name before them, in characters.
const NAME: usize = 6;

/// Least length of the name of an office: 办 alone is none.
const OFFICE: usize = 2;

/// Whether `text` says of `sender` that he posted something.
pub(super) fn names_poster(text: &str, sender: &str) -> bool {
    POSTED.iter().flat_map(|word| text.match_indices(word)).any(|(at, _)| {
        let mut name: Vec<char> = text[..at].chars().rev().take(NAME).take_while(|c| is_han(*c)).collect();
        name.reverse();
        is_called(&name, sender)
    })
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Whether somebody who is called so may be `sender`: by the whole end of the name, or by a surname.
fn is_called(name: &[char], sender: &str) -> bool {
    let ends = |from: usize| name[from..].iter().collect::<String>();
    let whole = |from: usize| sender.contains(&ends(from));
    if (0..name.len().saturating_sub(OFFICE - 1)).any(whole) {
        return true;
    }
    let familiar = match name {
        [.., '老' | '小' | '阿', surname] => Some(*surname),
        [.., surname, a, b] if is_title([*a, *b]) => Some(*surname),
        _ => None,
    };
    familiar.is_some_and(|surname| surnamed(sender, surname))
}

/// Whether one of the names in what somebody calls himself begins with `surname`: 秦正, 综治办-唐磊.
fn surnamed(sender: &str, surname: char) -> bool {
    let parts = sender.split(|c: char| !is_han(c)).filter(|part| !part.is_empty());
    parts.into_iter().any(|part| part.starts_with(surname) && (1..=3).contains(&part.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::names_poster;

    #[test]
    fn who_posted_it_is_named() {
        for (text, sender, want) in [
            ("老秦发的提醒，民政口也转一下", "秦正", true),
            ("应急办转的通知大家照办", "应急办周敏", true),
            ("周主任刚发的表今晚填", "综治办-周岚", true),
            ("小唐发的那个表", "综治办小唐", true),
            ("我发的表有错", "我", false),
            ("昨天发的表今天交", "应急办周敏", false),
            ("群里发的表", "民政办小许", false),
            ("老秦说了不用去", "秦正", false),
            ("老秦发的提醒", "民政办小许", false),
        ] {
            assert_eq!(names_poster(text, sender), want, "{text} {sender}");
        }
    }
}
