//! Working days and statutory holidays of China by table (`assets/calendar/china.txt`). Pure; a user's file is given as text.

use std::collections::HashMap;
use std::sync::OnceLock;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Days that differ from Monday to Friday, and the years the table knows.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    days: HashMap<NaiveDate, (bool, String)>,
    years: Vec<i32>,
}

impl Calendar {
    /// The built-in table, 2007–2026.
    #[must_use]
    pub fn builtin() -> &'static Calendar {
        static TABLE: OnceLock<Calendar> = OnceLock::new();
        TABLE.get_or_init(|| {
            let mut table = Calendar::default();
            table.add(include_str!("../../assets/calendar/china.txt"));
            table
        })
    }

    /// Adds the lines of a table: `date off|work name`, `#` begins a comment. Returns the lines that could not be read,
    /// counted from 1.
    pub fn add(&mut self, text: &str) -> Vec<usize> {
        let mut bad = Vec::new();
        for (n, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut words = line.split_whitespace();
            let day = words.next().and_then(|d| NaiveDate::parse_from_str(d, "%Y-%m-%d").ok());
            let off = match words.next() {
                Some("off") => Some(true),
                Some("work") => Some(false),
                _ => None,
            };
            let (Some(day), Some(off)) = (day, off) else {
                bad.push(n);
                continue;
            };
            self.days.insert(day, (off, words.next().unwrap_or_default().to_owned()));
            if !self.years.contains(&day.year()) {
                self.years.push(day.year());
            }
        }
        bad
    }

    /// Whether the table knows the year.
    #[must_use]
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// Whether people work on `day`.
    #[must_use]
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        match self.days.get(&day) {
            Some((off, _)) => !off,
            None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// The `n`-th working day after `day`, and whether all years passed are in the table.
    #[must_use]
    pub fn add_workdays(&self, day: NaiveDate, n: u32) -> (NaiveDate, bool) {
        let mut at = day;
        let mut left = n.min(400);
        while left > 0 {
            let Some(next) = at.checked_add_days(Days::new(1)) else { break };
            at = next;
            if self.is_workday(at) {
                left -= 1;
            }
        }
        (at, self.knows(day.year()) && self.knows(at.year()))
    }

    /// The days off in a row around a festival's `day`, first and last, by the table; the day alone in a year it lacks.
    #[must_use]
    pub fn block(&self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        let off = |d: &NaiveDate| self.days.get(d).is_some_and(|(off, _)| *off);
        let (mut first, mut last) = (day, day);
        while let Some(d) = first.pred_opt().filter(off) {
            first = d;
        }
        while let Some(d) = last.succ_opt().filter(off) {
            last = d;
        }
        (first, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_2026() {
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        let table = Calendar::builtin();
        assert!(
            !table.is_workday(day(9, 25)) && table.is_workday(day(9, 20)) && table.is_workday(day(2, 14))
        );
        assert_eq!(table.add_workdays(day(9, 24), 3), (day(9, 30), true));
        assert_eq!(table.add_workdays(day(2, 13), 2), (day(2, 24), true));
        assert!((2007..=2026).all(|y| table.knows(y)) && !table.knows(2027));
        assert_eq!(table.block(day(2, 17)), (day(2, 15), day(2, 23)));
    }
}
