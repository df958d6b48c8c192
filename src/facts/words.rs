//! The words of a text apart from who sent them and when: the same notice stands in many groups, and what depends on its
//! words alone is read once.

use super::lexicon::{self, Hit};
use super::text::Buf;
use super::times::{self, Times};
use super::{Demand, Facts, Input, Role, Settings};
use super::{change, demand, handing, marks, role, signup, takes_place, when};
use crate::message::Kind;

/// What a text of a kind says whoever sends it.
pub(super) struct Words {
    buf: Buf,
    /// A text of one or two characters, in which nothing but its role is looked for.
    short: bool,
    hits: Vec<Hit>,
    /// Sign-up and marks.
    facts: Facts,
    /// Where times are looked for.
    until: usize,
}

/// The demands found last, and with which times: they hold for all who say the same as long as the times mean the same.
pub(super) type Asked = Option<(Times, Vec<Demand>)>;

/// Reads messages that all say the same words and are of one kind, as [`super::read`] would read each.
#[must_use]
pub fn read_alike(inputs: &[Input<'_>], settings: &Settings) -> Vec<Facts> {
    match inputs {
        [] => Vec::new(),
        [one] => vec![super::read(one, settings)],
        [first, ..] => {
            let words = Words::of(first.text, first.kind);
            let mut asked = None;
            inputs.iter().map(|input| words.read(input, settings, Some(&mut asked))).collect()
        }
    }
}

impl Words {
    pub(super) fn of(text: &str, kind: Kind) -> Self {
        // A line break at the end makes nobody's sentence longer.
        let buf = Buf::new(text.trim_end());
        let mut facts = Facts::default();
        let short = buf.len() < 3 && !buf.c.first().is_some_and(|&c| when::can_start(c));
        if short {
            return Words { until: 0, hits: Vec::new(), facts, short, buf };
        }
        let hits = lexicon::scan(&buf);
        facts.signup = signup::read(text, kind);
        let until = if facts.signup.is_some() { signup_end(&buf) } else { buf.len() };
        marks::read(&buf, &hits, &mut facts);
        Words { buf, short, hits, facts, until }
    }

    /// What a message says with these words.
    pub(super) fn read(&self, input: &Input<'_>, settings: &Settings, asked: Option<&mut Asked>) -> Facts {
        let (buf, hits) = (&self.buf, &self.hits);
        let mut facts = self.facts.clone();
        if self.short {
            facts.role = role::short(buf, input);
            return facts;
        }
        let times = times::read(buf, input, settings, self.until);
        let mut demands = self.demands(&times, asked);
        handing::behind_link(input, &mut demands);
        role::read(buf, input, hits, &times, demands.len(), &mut facts);
        if demand::may_demand(facts.role) {
            facts.demands = demands;
        }
        change::read(buf, &times, &mut facts);
        times.into_facts(input, buf, &mut facts);
        change::apply(&mut facts);
        // 半小时内: what is due within the hour of sending is urgent without saying so.
        facts.urgent |= facts.due.as_ref().is_some_and(|d| {
            let minutes = (d.at - input.sent).num_minutes();
            (0..=60).contains(&minutes) && (d.text.ends_with("小时内") || d.text.ends_with("分钟内"))
        });
        if matches!(facts.role, Role::Question | Role::Ack | Role::Done) {
            facts.due = None;
        }
        takes_place(&mut facts);
        facts
    }

    fn demands(&self, times: &Times, asked: Option<&mut Asked>) -> Vec<Demand> {
        let read = || demand::read(&self.buf, &self.hits, times, &self.facts);
        let Some(asked) = asked else { return read() };
        match asked {
            Some((known, demands)) if known == times => demands.clone(),
            _ => asked.insert((times.clone(), read())).1.clone(),
        }
    }
}

/// Where the entries of a 接龙 begin in the buffer: their clock ranges are no dates.
fn signup_end(buf: &Buf) -> usize {
    (1..buf.len())
        .find(|&i| buf.c[i - 1] == '\n' && buf.c[i] == '1' && matches!(buf.get(i + 1), '.' | '、' | ')'))
        .unwrap_or(buf.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days and hours apart, the same words mean other moments: nothing of one reading may stay in the next.
    #[test]
    fn those_who_say_the_same_are_read_as_each_alone() {
        let settings = Settings::default();
        let day = |d| chrono::NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let sent = [(23, 9), (23, 10), (23, 18), (24, 4), (27, 9), (27, 9)]
            .map(|(d, h)| day(d).and_hms_opt(h, 12, 0).unwrap());
        for (text, kind) in [
            ("各村请于今天17:00前将《消防排查表》报镇应急办邮箱，收到请回复。", Kind::Text),
            ("请于11月24日前上报，27日下午3点在镇三楼会议室开会", Kind::Announcement),
            ("半小时内报送到岗人数", Kind::Text),
            ("更正：报送时间由11月24日17:00调整为11月26日12:00", Kind::Text),
            ("#接龙\n周六志愿服务报名\n1. 石桥-陈\n2. 王庄-赵", Kind::Signup),
            ("请点链接填写，周五前完成", Kind::Link),
            ("收到", Kind::Text),
            ("无", Kind::Text),
            ("", Kind::File),
        ] {
            let inputs: Vec<Input<'_>> = sent
                .iter()
                .zip(["", "镇应急办", "石桥-陈", "", "县委办", ""])
                .zip(["", "问卷调查", "", "通知", "", ""])
                .map(|((at, sender), attachment)| Input { kind, sender, attachment, ..Input::new(text, *at) })
                .collect();
            let each: Vec<Facts> = inputs.iter().map(|i| super::super::read(i, &settings)).collect();
            assert_eq!(read_alike(&inputs, &settings), each, "{text}");
        }
    }
}
