//! t
use qunbox::facts::{self, Input, Settings};
fn main() {
    let at = std::env::args().nth(1).unwrap_or("2025-09-03T09:30:00".into());
    for l in std::io::stdin().lines() {
        let l = l.unwrap();
        let (s, t) = l.split_once('|').unwrap();
        let mut i = Input::new(t, at.parse().unwrap());
        i.sender = s;
        let f = facts::read(&i, &Settings::default());
        println!("{t}");
        let d: Vec<String> = f
            .demands
            .iter()
            .map(|d| {
                format!(
                    "{:?}:{}→{}{} {}",
                    d.act,
                    d.what.join("+"),
                    d.destination.as_ref().map_or(String::new(), |d| format!("{}({:?})", d.name, d.kind)),
                    if d.conditional { "?" } else { "" },
                    d.due_at.map_or(String::new(), |a| a.format("%m-%d %H:%M").to_string())
                )
            })
            .collect();
        println!(
            "    {:?} due {} | ev {} | rec {:?} | {} | {}",
            f.role,
            f.due.as_ref().map_or("-".into(), |d| d.at.format("%m-%d %H:%M").to_string()),
            f.event.as_ref().map_or("-".into(), |d| d.at.format("%m-%d %H:%M").to_string()),
            f.recurs.as_ref().map(|r| r.rule.clone()),
            facts::title(t, &f).unwrap_or_default(),
            d.join(" ; ")
        );
    }
}
