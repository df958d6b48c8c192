//! The steps of the flow one by one, on a slice of the generated year: parse, normalise, candidates, facts, assign.
//! `cargo bench --bench rooms`. The whole way, against sqlite3, is measured by `import_vs_sqlite.sh`.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../year/compose.rs"]
mod compose;
#[path = "../year/render.rs"]
mod render;
#[path = "../year/words.rs"]
mod words;

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use qunbox::cluster::index::{Index, Thresholds};
use qunbox::cluster::{Clusterer, Pins, Plain, Post};
use qunbox::facts::{self, Facts, Input, Settings};
use qunbox::import::{self, Issue, Options, Sink, Source};
use qunbox::message::{GroupRef, Kind, Message, Precision, local};
use qunbox::normalize::match_text;

const MESSAGES: usize = 20_000;
const SEED: u64 = 2026;

/// Counts what a parser sends.
#[derive(Default)]
struct Count {
    messages: usize,
    issues: usize,
}

impl Sink for Count {
    fn group(&mut self, _group: GroupRef) {}

    fn message(&mut self, message: Message) -> ControlFlow<()> {
        black_box(message);
        self.messages += 1;
        ControlFlow::Continue(())
    }

    fn issue(&mut self, _issue: Issue) {
        self.issues += 1;
    }
}

fn parse(criterion: &mut Criterion) {
    let posts = compose::year(MESSAGES, SEED);
    let mut group = criterion.benchmark_group("parse");
    for (number, format) in
        ["weflow-json", "chatlog-json", "qq-txt gb18030", "wechat-mail", "qq-txt"].iter().enumerate()
    {
        let inside: Vec<&compose::Post> = posts.iter().filter(|post| post.group % 5 == number).collect();
        let (name, content) = render::file(number, &inside);
        let options = Options::default();
        let source =
            Source { name: &name, modified: None, options: &options, siblings: &|_| None, beside: &Vec::new };
        group.throughput(Throughput::Bytes(content.len() as u64));
        group.bench_function(*format, |bencher| {
            bencher.iter(|| {
                let mut count = Count::default();
                import::import(&mut content.as_slice(), &source, &mut count).unwrap();
                assert_eq!((count.messages, count.issues), (inside.len(), 0), "{name}");
            });
        });
    }
    group.finish();
}

fn texts() -> Vec<String> {
    compose::year(MESSAGES, SEED).into_iter().map(|post| post.text).collect()
}

fn normalise(criterion: &mut Criterion) {
    let texts = texts();
    let mut group = criterion.benchmark_group("normalise");
    group.throughput(Throughput::Bytes(texts.iter().map(String::len).sum::<usize>() as u64));
    group.bench_function("match_text", |bencher| {
        bencher.iter(|| texts.iter().map(|text| match_text(text).len()).sum::<usize>());
    });
    group.finish();
}

fn candidates(criterion: &mut Criterion) {
    let texts: Vec<String> =
        texts().iter().map(|text| match_text(text)).filter(|text| text.chars().count() > 20).collect();
    let mut group = criterion.benchmark_group("candidates");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("index", |bencher| {
        bencher.iter(|| {
            let mut index = Index::new(Thresholds { jaccard: 0.5, containment: Some(0.8) });
            let mut found = Vec::new();
            for text in &texts {
                found.clear();
                index.add(text, &mut found);
                black_box(found.len());
            }
        });
    });
    group.finish();
}

fn read_facts(post: &compose::Post, settings: &Settings) -> Facts {
    let input = Input {
        kind: kind(post),
        sender: &post.sender,
        attachment: if post.kind == compose::What::File { &post.text } else { "" },
        ..Input::new(&post.text, local(post.at * 1000))
    };
    facts::read(&input, settings)
}

fn kind(post: &compose::Post) -> Kind {
    match post.kind {
        compose::What::Text => Kind::Text,
        compose::What::Image => Kind::Image,
        compose::What::File => Kind::File,
    }
}

fn read(criterion: &mut Criterion) {
    let (posts, settings) = (compose::year(MESSAGES, SEED), Settings::default());
    let mut group = criterion.benchmark_group("facts");
    group.throughput(Throughput::Elements(posts.len() as u64));
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            for post in &posts {
                black_box(read_facts(post, &settings));
            }
        });
    });
    group.finish();
}

fn assign(criterion: &mut Criterion) {
    let settings = Settings::default();
    let posts: Vec<Post> = compose::year(MESSAGES, SEED)
        .iter()
        .enumerate()
        .map(|(row, post)| Post {
            row: row as i64,
            key: format!("m{row:020}"),
            group: post.group as i64,
            group_name: Arc::from(words::GROUPS[post.group]),
            sent_at: post.at * 1000,
            precision: Precision::Second,
            sender: post.sender.clone(),
            mine: post.me,
            kind: kind(post),
            text: Arc::from(post.text.as_str()),
            part: None,
            plain: Plain::default(),
            attachments: Vec::new(),
            quoted: None,
            carried: Vec::new(),
            facts: read_facts(post, &settings),
            previous: None,
        })
        .collect();
    let mut group = criterion.benchmark_group("assign");
    group.throughput(Throughput::Elements(posts.len() as u64));
    group.bench_function("clusterer", |bencher| {
        bencher.iter_batched(
            || posts.clone(),
            |posts| {
                let mut clusterer = Clusterer::new(Pins::default());
                for post in posts {
                    black_box(clusterer.assign(post));
                }
                clusterer.finish().len()
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group! {
    name = rooms;
    config = Criterion::default().sample_size(10);
    targets = parse, normalise, candidates, read, assign
}
criterion_main!(rooms);
