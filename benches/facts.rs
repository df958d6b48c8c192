//! What reading a message costs: notices of 80 characters on average, short chat lines, and texts that grow.

use std::hint::black_box;

use chrono::{NaiveDate, NaiveDateTime};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use qunbox::facts::{Input, Settings, read};
use qunbox::privacy;

const NOTICES: [&str; 5] = [
    "【紧急通知】各村（社区）：请于12月8日（周五）17:00前将《“九小场所”消防安全排查表》及现场照片（每家不少于3张）报送至镇应急办邮箱，逾期未报的将予以通报。联系人：周敏，电话13800000001。收到请回复。",
    "定于11月24日（周二）15:00在镇三楼会议室召开视频会议，请各村书记提前10分钟入场签到，不得替会。收到请回复。",
    "各村：请每周五下班前报送招商线索台账，无则报“无”，连续三周报无的来镇里谈一谈。",
    "请各网格员在网格通App上传巡查照片，每人不少于3张，今天20:00前完成，系统自动统计，不再另行催报，请大家互相转告。",
    "更正：昨天通知的消防排查表，报送时间由1月10日17:00调整为1月12日12:00，以此为准，请互相转告，已报的不用再报。",
];

fn sent() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 23).and_then(|d| d.and_hms_opt(9, 12, 0)).unwrap_or_default()
}

fn notices(c: &mut Criterion) {
    let settings = Settings::default();
    let mut group = c.benchmark_group("facts");
    group.throughput(Throughput::Elements(NOTICES.len() as u64));
    group.bench_function("notices of 80 characters", |b| {
        b.iter(|| {
            NOTICES
                .iter()
                .map(|t| read(&Input::new(black_box(t), sent()), &settings).times.len())
                .sum::<usize>()
        });
    });
    let noise = ["收到", "石桥村收到", "[OK]", "好的，马上报", "已报"];
    group.throughput(Throughput::Elements(noise.len() as u64));
    group.bench_function("chat lines", |b| {
        b.iter(|| {
            noise
                .iter()
                .map(|t| read(&Input::new(black_box(t), sent()), &settings).times.len())
                .sum::<usize>()
        });
    });
    group.finish();
}

fn growth(c: &mut Criterion) {
    let settings = Settings::default();
    let mut group = c.benchmark_group("growth");
    for times in [100, 1_000] {
        for (name, text) in [
            ("document", NOTICES.concat().repeat(times / 4)),
            ("digits", "7".repeat(times * 50)),
            ("brackets", "（【《“".repeat(times * 3)),
            ("dates", "1月10日、".repeat(times * 20)),
        ] {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::new(name, text.len()), &text, |b, text| {
                b.iter(|| read(&Input::new(black_box(text), sent()), &settings).times.len());
            });
        }
    }
    group.finish();
}

fn private(c: &mut Criterion) {
    let mut group = c.benchmark_group("privacy");
    group.throughput(Throughput::Elements(NOTICES.len() as u64));
    group.bench_function("find", |b| {
        b.iter(|| NOTICES.iter().map(|t| privacy::find(black_box(t)).len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, notices, growth, private);
criterion_main!(benches);
