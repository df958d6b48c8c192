//! Writes a year of 35 work groups as export files, for measuring:
//! `cargo bench --bench year -- FOLDER [MESSAGES] [SEED] [FIRST DAYS]`; 300,000 messages of the year 2026 when nothing is
//! given. `365 1` is the day after that year.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod compose;
mod render;
mod words;

use std::fs;
use std::path::Path;

fn main() {
    // cargo adds `--bench`
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let Some(folder) = arguments.first() else {
        println!(
            "year: no folder given, nothing written (cargo bench --bench year -- FOLDER [MESSAGES] [SEED] [FIRST DAYS])"
        );
        return;
    };
    let number = |index: usize, or: usize| arguments.get(index).map_or(or, |text| text.parse().unwrap());
    let (count, seed) = (number(1, 300_000), number(2, 2026) as u64);
    let posts = match arguments.get(3) {
        None => compose::year(count, seed),
        Some(_) => compose::posts(count, seed, compose::Days { first: number(3, 0), count: number(4, 1) }),
    };
    fs::create_dir_all(folder).unwrap();
    let mut bytes = 0;
    for group in 0..words::GROUPS.len() {
        let inside: Vec<&compose::Post> = posts.iter().filter(|post| post.group == group).collect();
        let (name, content) = render::file(group, &inside);
        bytes += content.len();
        fs::write(Path::new(folder).join(name), content).unwrap();
    }
    println!("{} messages, {} groups, {:.1} MB", posts.len(), words::GROUPS.len(), bytes as f64 / 1e6);
}
