//! The view 待报 with five thousand open rows: the query of its first page, the pages deep inside, the frame, and a key
//! from press to frame. `cargo bench --bench duties`. The limits are those of `ui.md` §6: 8 ms from key to frame.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, criterion_group, criterion_main};
use qunbox::ingest::{self, ImportOptions};
use qunbox::message::epoch_ms;
use qunbox::store::{Store, UploadFrom, UploadQuery};
use qunbox::tui::keys::Key;
use qunbox::tui::model::Model;
use qunbox::tui::msg::{Effect, Msg};
use qunbox::tui::{answer, lang, screens, update};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Groups, each of which asks for everything once in 本群.
const GROUPS: [&str; 5] = ["街道安监群", "街道民政群", "街道文明群", "东片社区群", "街道综治群"];
const OF_WHAT: [&str; 25] = [
    "防汛沙袋",
    "独居老人",
    "电动车棚",
    "沿街餐饮",
    "在建工地",
    "背街小巷",
    "河道排口",
    "流动人口",
    "残疾证换发",
    "低保复核",
    "健身器材",
    "公益岗位",
    "楼道堆物",
    "燃气软管",
    "幼儿接种",
    "征兵宣传",
    "秸秆禁烧",
    "退休认证",
    "欠薪线索",
    "古树名木",
    "窨井盖板",
    "宣传橱窗",
    "垃圾分类",
    "志愿服务",
    "校车线路",
];
const WHICH: [&str; 9] =
    ["清零报表", "排查台账", "整改照片", "登记表", "汇总表", "走访记录", "值班名单", "月度小结", "需求清单"];
const WHOSE: [&str; 5] = ["东门", "西门", "南桥", "北塘", "中街"];

fn now() -> i64 {
    epoch_ms("2026-03-16T08:10:00".parse().unwrap())
}

/// More than a thousand notices in five groups, each with a row of its own in every group.
fn store(folder: &std::path::Path) -> Store {
    let exports = folder.join("exports");
    std::fs::create_dir(&exports).unwrap();
    for (g, group) in GROUPS.iter().enumerate() {
        let rule = "=".repeat(64);
        let mut text = format!(
            "消息记录（此消息记录为文本格式，不支持重新导入）\n\n{rule}\n消息分组:我的群聊\n{rule}\n消息对象:{group}\n{rule}\n\n"
        );
        for (n, of) in OF_WHAT.iter().enumerate() {
            for (k, which) in WHICH.iter().enumerate() {
                for (w, whose) in WHOSE.iter().enumerate() {
                    let number = (n * WHICH.len() + k) * WHOSE.len() + w;
                    let (day, minute) = (number / 144, number % 144 * 5 + g);
                    let due = 17 + number % 14;
                    write!(
                        text,
                        "2026-03-{:02} {:02}:{:02}:00 办公室小吴(10000001)\n请{whose}片各网格于3月{due}日17:00前将{whose}片{of}{which}发本群。\n\n",
                        8 + day,
                        8 + minute / 60,
                        minute % 60,
                    )
                    .unwrap();
                }
            }
        }
        std::fs::write(exports.join(format!("{group}.txt")), text).unwrap();
    }
    let mut store = Store::open(&folder.join("qunbox.db")).unwrap();
    let options = ImportOptions { now: now(), ..ImportOptions::default() };
    ingest::import(&mut store, &[exports], &options, &mut |_| ControlFlow::Continue(())).unwrap();
    let open = store.upload_counts(now()).unwrap().open;
    assert!(open >= 5000, "{open} rows");
    store
}

/// Does what the core asks, at once.
fn serve(model: &mut Model, store: &Store, effects: Vec<Effect>) {
    for effect in effects {
        if let Effect::Read(read) = effect {
            let more = update::update(model, Msg::Answer(answer(store, &read, now()).unwrap()));
            serve(model, store, more);
        }
    }
}

fn press(model: &mut Model, store: &Store, key: &str) {
    let effects = update::update(model, Msg::Key(Key::parse(key).unwrap()));
    serve(model, store, effects);
}

fn duties(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let query = UploadQuery { now: now(), ..UploadQuery::default() };
    let mut group = criterion.benchmark_group("duties");
    let page = store.uploads(&query, UploadFrom::Start, 120).unwrap();
    group.bench_function("first page", |b| {
        b.iter(|| black_box(store.uploads(&query, UploadFrom::Start, 120).unwrap().len()));
    });
    let mut deep = page;
    for _ in 0..20 {
        deep = store.uploads(&query, UploadFrom::After(deep.last().unwrap()), 120).unwrap();
    }
    group.bench_function("page 21", |b| {
        b.iter(|| black_box(store.uploads(&query, UploadFrom::After(&deep[0]), 120).unwrap().len()));
    });
    group.bench_function("counts", |b| b.iter(|| black_box(store.upload_counts(now()).unwrap())));

    lang::set("zh");
    for (w, h) in [(80, 24), (200, 60)] {
        let mut model = Model::default();
        update::update(&mut model, Msg::Now(now()));
        update::update(&mut model, Msg::Resize(w, h));
        let effects = update::start(&mut model);
        serve(&mut model, &store, effects);
        press(&mut model, &store, "2");
        assert!(model.uploads.row().is_some());
        let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
        group.bench_function(format!("frame {w}x{h}"), |b| {
            b.iter(|| {
                buf.reset();
                black_box(screens::draw(&model, &mut buf));
            });
        });
        // Down and up by turns, so that the list stays where it is; then on and on through the whole list.
        let mut down = false;
        group.bench_function(format!("key to frame {w}x{h}"), |b| {
            b.iter(|| {
                down = !down;
                press(&mut model, &store, if down { "Down" } else { "Up" });
                buf.reset();
                black_box(screens::draw(&model, &mut buf));
            });
        });
        group.bench_function(format!("page down to frame {w}x{h}"), |b| {
            b.iter(|| {
                press(&mut model, &store, "PgDn");
                buf.reset();
                black_box(screens::draw(&model, &mut buf));
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = duties
}
criterion_main!(benches);
