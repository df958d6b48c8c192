//! Composes a year (or other days) of 35 work groups: notices that go round in copies, and what people say in between. The same seed
//! gives the same year on every machine. It writes nothing: `render` turns the posts into export files.

use crate::words::{
    CHATTER, DESTINATIONS, DETAILS, GROUPS, OPENINGS, PREFACES, REPLIES, REPORTS, SUBJECTS, SURNAMES, TAILS,
    VERBS, VILLAGES,
};

/// Share of posts that are no copy of a notice.
const NOISE: f64 = 0.6;
/// 2026-01-01T00:00:00+08:00 in seconds.
const NEW_YEAR: i64 = 1_767_196_800;
const DAY: i64 = 86_400;

/// One message of the year.
pub(crate) struct Post {
    pub(crate) group: usize,
    /// Seconds since the epoch.
    pub(crate) at: i64,
    pub(crate) sender: String,
    pub(crate) me: bool,
    pub(crate) kind: What,
    pub(crate) text: String,
}

/// What sort of message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Text,
    Image,
    File,
}

/// SplitMix64: small, and the same everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit as u64)).unwrap_or(0)
    }

    fn chance(&mut self, share: f64) -> bool {
        (self.next() >> 11) as f64 / ((1_u64 << 53) as f64) < share
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// The days that posts fall on: the first, counted from 1 January 2026, and how many.
#[derive(Clone, Copy)]
pub(crate) struct Days {
    pub(crate) first: usize,
    pub(crate) count: usize,
}

/// `count` posts of the year 2026 in order of time.
pub(crate) fn year(count: usize, seed: u64) -> Vec<Post> {
    posts(count, seed, Days { first: 0, count: 365 })
}

/// `count` posts of some days in order of time.
pub(crate) fn posts(count: usize, seed: u64, days: Days) -> Vec<Post> {
    let mut dice = Dice::new(seed);
    let mut posts = Vec::with_capacity(count + 64);
    let copies = (count as f64 * (1.0 - NOISE)) as usize;
    while posts.len() < copies {
        spread(&mut dice, &mut posts, days);
    }
    posts.truncate(copies);
    for index in 0..count - copies {
        let near = &posts[dice.below(copies)];
        let (group, at) = (near.group, near.at);
        posts.push(noise(&mut dice, group, at, index));
    }
    posts.sort_by_key(|post| (post.at, post.group));
    posts
}

/// One notice and its copies: one in three stays alone, a few go to a dozen groups.
fn spread(dice: &mut Dice, posts: &mut Vec<Post>, days: Days) {
    let posted = moment(dice, days);
    let text = notice(dice, posted);
    let reach = [1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12][dice.below(12)];
    let first = dice.below(GROUPS.len());
    for step in 0..reach {
        let group = (first + step * 8) % GROUPS.len();
        let at = posted + if step == 0 { 0 } else { (dice.below(180 * 60) + 40) as i64 };
        let text = if step == 0 { text.clone() } else { changed(dice, &text) };
        posts.push(Post { group, at, sender: host(group), me: false, kind: What::Text, text });
    }
}

/// Who posts the notices of a group.
fn host(group: usize) -> String {
    let name = GROUPS[group].trim_start_matches("云泽").trim_end_matches('群');
    format!("{name}-{}", SURNAMES[group % SURNAMES.len()])
}

/// Mostly office hours of working days, some evenings and week-ends.
fn moment(dice: &mut Dice, days: Days) -> i64 {
    let mut day = (days.first + dice.below(days.count)) as i64;
    // 1 January 2026 is a Thursday
    while (day + 3) % 7 >= 5 && !dice.chance(0.15) {
        day = (days.first + dice.below(days.count)) as i64;
    }
    let hour = if dice.chance(0.9) { 8 + dice.below(10) } else { 18 + dice.below(5) };
    NEW_YEAR + day * DAY + (hour * 3600 + dice.below(3600)) as i64
}

fn notice(dice: &mut Dice, posted: i64) -> String {
    let (office, subject, table) = SUBJECTS[dice.below(SUBJECTS.len())];
    let verb = dice.pick(&VERBS).replace("{s}", subject);
    let mut text = format!("{}请{verb}", dice.pick(&OPENINGS));
    for _ in 0..1 + dice.below(4) {
        text.push('，');
        text.push_str(dice.pick(&DETAILS));
    }
    let to = dice.pick(&DESTINATIONS).replace("{o}", office);
    let due = deadline(dice, posted);
    text.push_str(&format!("，《{table}》{due}{to}。"));
    if dice.chance(0.3) {
        text.push_str(&format!("联系人：{}工，电话1380000{:04}。", dice.pick(&SURNAMES), dice.below(10_000)));
    }
    text.push_str(dice.pick(&TAILS));
    text
}

fn deadline(dice: &mut Dice, posted: i64) -> String {
    let date = chrono::DateTime::from_timestamp(posted + 8 * 3600 + (1 + dice.below(12) as i64) * DAY, 0);
    let date = date.map(|d| d.format("%-m月%-d日").to_string()).unwrap_or_default();
    match dice.below(6) {
        0 => "今天下班前".to_owned(),
        1 => "明天上午11点前".to_owned(),
        2 => "周五下班前".to_owned(),
        3 => format!("于{date}前"),
        4 => format!("务必于{date}{}:00前", 9 + dice.below(9)),
        _ => format!("请在{date}下午{}点前", 2 + dice.below(4)),
    }
}

/// A forwarded copy: as it was, with words before it, cut, or with other punctuation.
fn changed(dice: &mut Dice, text: &str) -> String {
    match dice.below(10) {
        0..=4 => text.to_owned(),
        5..=7 => format!("{}{text}", dice.pick(&PREFACES)),
        8 => match text.split_once('。') {
            Some((head, _)) => format!("{head}。"),
            None => text.to_owned(),
        },
        _ => text.replace('，', ",").replace('：', ":").replace('。', "。\n"),
    }
}

fn noise(dice: &mut Dice, group: usize, after: i64, index: usize) -> Post {
    let who = dice.below(VILLAGES.len());
    let me = who == 0;
    let (village, at) = (VILLAGES[who], after + (10 + dice.below(7200)) as i64);
    let (kind, text) = match dice.below(20) {
        0..=12 => (What::Text, dice.pick(&REPLIES).replace("{v}", village)),
        13..=15 => (What::Text, dice.pick(&CHATTER).to_owned()),
        16 | 17 => (What::Text, dice.pick(&REPORTS).replace("{v}", village)),
        18 => (What::Image, String::new()),
        _ => {
            let (_, _, table) = SUBJECTS[index % SUBJECTS.len()];
            (What::File, format!("{village}{table}.xlsx"))
        }
    };
    Post { group, at, sender: format!("{village}-{}", SURNAMES[who]), me, kind, text }
}
