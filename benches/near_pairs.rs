//! Every pair of near-duplicate lines of a file, by the program's own index, to run beside public tools.
//!
//! `cargo bench --bench near_pairs -- LINES.txt PAIRS.bin [--candidates] [--normalize] [--made=N] [--check=N]`
//!
//! Reads one text a line and writes each pair with character-3-gram Jaccard ≥ 0.7 as two little-endian u32 line
//! numbers (from 0, the earlier line first), in order of the later line. `--candidates` is the program's whole
//! candidate stage instead: Jaccard ≥ 0.5 or containment ≥ 0.8. `--normalize` compares match texts instead of lines.
//! Without a file it makes lines of its own, 100,000 or `--made`. `--check` compares every pair among the first N lines
//! with the index's answer and fails where they differ. It tells CPU seconds and the largest resident size, where the
//! system does.

#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::collections::BTreeSet;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

use qunbox::cluster::index::{Index, Thresholds};
use qunbox::normalize::match_text;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let flag = |name: &str| args.iter().any(|a| a == name);
    let number = |name: &str| args.iter().find_map(|a| a.strip_prefix(name)?.parse::<usize>().ok());
    let files: Vec<&String> = args.iter().filter(|a| !a.starts_with("--")).collect();
    let text = match files.first() {
        Some(path) => match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                eprintln!("cannot read {path}: {error}");
                return ExitCode::FAILURE;
            }
        },
        None => made_up(number("--made=").unwrap_or(100_000)),
    };
    let sink: Box<dyn Write> = match files.get(1) {
        Some(path) => match std::fs::File::create(path) {
            Ok(file) => Box::new(file),
            Err(error) => {
                eprintln!("cannot write {path}: {error}");
                return ExitCode::FAILURE;
            }
        },
        None => Box::new(std::io::sink()),
    };
    let thresholds = if flag("--candidates") {
        Thresholds { jaccard: 0.5, containment: Some(0.8) }
    } else {
        Thresholds { jaccard: 0.7, containment: None }
    };
    if let Some(lines) = number("--check=") {
        let (found, missed) = check(&text, thresholds, lines);
        eprintln!("{lines} lines each with each: {found} pairs, {missed} told otherwise by the index");
        return if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    match pairs(&text, thresholds, flag("--normalize"), sink) {
        Ok((lines, pairs)) => {
            let (cpu, memory) = used();
            eprintln!(
                "{lines} lines of {:.1} MB, {pairs} pairs, {cpu:.2} CPU seconds, {memory} MB",
                text.len() as f64 / 1e6
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cannot write the pairs: {error}");
            ExitCode::FAILURE
        }
    }
}

fn pairs(
    text: &str,
    thresholds: Thresholds,
    normalize: bool,
    sink: Box<dyn Write>,
) -> std::io::Result<(u32, u64)> {
    let mut out = BufWriter::with_capacity(1 << 20, sink);
    let mut index = Index::new(thresholds);
    let (mut found, mut lines, mut pairs) = (Vec::new(), 0, 0);
    for line in text.lines() {
        let later =
            if normalize { index.add(&match_text(line), &mut found) } else { index.add(line, &mut found) };
        for candidate in &found {
            out.write_all(&candidate.doc.to_le_bytes())?;
            out.write_all(&later.to_le_bytes())?;
        }
        lines = later + 1;
        pairs += found.len() as u64;
    }
    out.flush()?;
    Ok((lines, pairs))
}

/// Pairs among the first lines, found by comparing each with each, and how many of them or beside them the index tells.
fn check(text: &str, thresholds: Thresholds, lines: usize) -> (usize, usize) {
    let lines: Vec<&str> = text.lines().take(lines).collect();
    let grams = |line: &str| -> BTreeSet<[char; 3]> {
        line.chars().collect::<Vec<_>>().windows(3).map(|w| [w[0], w[1], w[2]]).collect()
    };
    let sets: Vec<BTreeSet<[char; 3]>> = lines.iter().map(|line| grams(line)).collect();
    let mut index = Index::new(thresholds);
    let (mut found, mut pairs, mut wrong) = (Vec::new(), 0, 0);
    for (later, (line, b)) in lines.iter().zip(&sets).enumerate() {
        index.add(line, &mut found);
        let told: BTreeSet<usize> = found.iter().map(|c| c.doc as usize).collect();
        for (earlier, a) in sets[..later].iter().enumerate() {
            let common = a.intersection(b).count() as f64;
            let either = a.len() as f64 + b.len() as f64 - common;
            let shorter = a.len().min(b.len()) as f64;
            let near = common >= thresholds.jaccard * either - 1e-9
                || thresholds.containment.is_some_and(|c| common >= c * shorter - 1e-9);
            let near = near && shorter > 0.0;
            pairs += usize::from(near);
            wrong += usize::from(near != told.contains(&earlier));
        }
    }
    (pairs, wrong)
}

/// CPU seconds of this process and the megabytes it held at most; nothing where the system does not tell.
fn used() -> (f64, u64) {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let nanoseconds = read("/proc/self/schedstat").split(' ').next().and_then(|n| n.parse::<f64>().ok());
    let status = read("/proc/self/status");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().split(' ').next());
    (
        nanoseconds.unwrap_or_default() / 1e9,
        peak.and_then(|n| n.parse::<u64>().ok()).unwrap_or_default() / 1024,
    )
}

/// Lines of office language from a small grammar: every fifth a changed copy of an earlier one.
fn made_up(count: usize) -> String {
    const PARTS: [&[&str]; 5] = [
        &["请各村", "各社区务必", "请全体网格员", "各支部", "各学校请", "请包村干部"],
        &["于今天下班前", "于本周五前", "在三个工作日内", "于月底前", "立即", "于明天上午十点前"],
        &[
            "将防汛物资统计表",
            "把低保核查台账",
            "将森林防火巡查照片",
            "把医保参保名单",
            "将残疾人换证花名册",
            "把秸秆禁烧日报",
        ],
        &["报送至镇应急办邮箱", "发到本群", "上传到网格平台", "交到民政办", "报给农业办老李", "录入系统"],
        &["，逾期通报", "，收到请回复", "，不得漏报", "，附照片三张", "", "，无则报零"],
    ];
    let mut state: u64 = 0x2545_f491_4f6c_dd1d;
    let mut random = move |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    let mut lines: Vec<String> = Vec::with_capacity(count);
    while lines.len() < count {
        if lines.len() > 10 && random(5) == 0 {
            let copy = format!("{}{}", lines[random(lines.len())], random(100));
            lines.push(copy);
            continue;
        }
        let mut line = String::new();
        for part in PARTS {
            line.push_str(part[random(part.len())]);
            for _ in 0..3 {
                line.extend(char::from_u32(0x4e00 + random(3_000) as u32));
            }
        }
        lines.push(line);
    }
    lines.join("\n")
}
