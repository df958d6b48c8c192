//! 多头填报: whether two notices of different offices ask for the same data. Compared by field words, since the texts
//! share nearly nothing (`product.md` §0 no. 3): the same premises, people or things seen under the same heading.

/// How far apart two such demands may be.
pub const PERIOD_MS: i64 = 21 * 24 * 3_600_000;

/// Whom or what the data is about: one such class in common says much.
const SUBJECTS: &[(&str, &[&str])] = &[
    (
        "premises",
        &[
            "九小场所",
            "餐饮",
            "饭店",
            "小作坊",
            "农家乐",
            "早点",
            "门店",
            "商户",
            "小餐馆",
            "经营场所",
            "三小场所",
            "沿街商铺",
        ],
    ),
    ("houses", &["自建房", "出租屋", "出租房", "危房", "农房"]),
    ("population", &["人口", "出生", "死亡", "花名册", "常住"]),
    ("returning", &["返乡", "外出务工", "在外", "务工人员", "流动人口", "外来人员"]),
    ("children", &["留守儿童", "困境儿童", "儿童", "未成年"]),
    ("old", &["独居老人", "高龄", "空巢", "老年人", "老人"]),
    ("poor", &["低保", "特困", "五保", "监测户", "脱贫户", "困难群众"]),
    ("disabled", &["残疾", "重残"]),
    ("veterans", &["退役军人", "优抚", "兵役", "应征"]),
    ("land", &["耕地", "撂荒", "农田", "流转", "种植", "播种", "地块"]),
    ("livestock", &["养殖", "生猪", "畜禽", "存栏"]),
    ("graves", &["坟", "墓", "殡葬"]),
    ("firms", &["企业", "合作社", "个体户", "市场主体", "规上"]),
    ("water", &["水库", "塘堰", "河道", "山塘", "饮水"]),
    ("vehicles", &["电动车", "电动自行车", "三轮车", "车辆"]),
    ("women", &["妇女", "孕产", "两癌"]),
    ("patients", &["精神障碍", "慢性病", "大病"]),
];

/// What is asked about them.
const THEMES: &[(&str, &[&str])] = &[
    ("fire", &["消防", "火灾", "灭火"]),
    ("gas", &["燃气", "液化气", "气瓶", "煤气", "管道气"]),
    ("safety", &["安全", "隐患"]),
    ("aid", &["救助", "慰问", "补贴", "帮扶"]),
    ("count", &["摸底", "摸排", "统计", "排查", "登记", "台账", "名单", "名册"]),
];

/// What is handed in: alone it says nothing.
const FORMS: &[(&str, &[&str])] = &[
    ("photos", &["照片", "图片", "附照"]),
    ("table", &["统计表", "排查表", "登记表", "摸底表", "调查表", "名录表", "台账", "名单"]),
];

/// The field words of a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    subjects: Vec<(&'static str, &'static str)>,
    themes: Vec<(&'static str, &'static str)>,
    forms: Vec<(&'static str, &'static str)>,
}

impl Fields {
    /// The classes of whom or what the data is about, for looking up.
    pub fn classes(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.subjects.iter().map(|s| s.0)
    }
}

/// Reads the field words out of a text.
#[must_use]
pub fn fields(text: &str) -> Fields {
    Fields { subjects: find(text, SUBJECTS), themes: find(text, THEMES), forms: find(text, FORMS) }
}

fn find(
    text: &str,
    table: &'static [(&'static str, &'static [&'static str])],
) -> Vec<(&'static str, &'static str)> {
    table
        .iter()
        .flat_map(|(class, words)| words.iter().filter(|w| text.contains(**w)).map(move |w| (*class, *w)))
        .collect()
}

/// The words two notices have in common, by class; none where it is not enough to propose that they ask for the same
/// data: about the same, under the same heading, with the same sort of paper.
#[must_use]
pub fn shared(a: &Fields, b: &Fields) -> Option<Vec<String>> {
    let subjects = common(&a.subjects, &b.subjects);
    let themes = common(&a.themes, &b.themes);
    let forms = common(&a.forms, &b.forms);
    if subjects.is_empty() || themes.is_empty() {
        return None;
    }
    let mut out = subjects;
    for word in themes.into_iter().chain(forms) {
        if !out.contains(&word) {
            out.push(word);
        }
    }
    Some(out)
}

/// Words of the classes both have, those both use first.
fn common(a: &[(&'static str, &'static str)], b: &[(&'static str, &'static str)]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut push = |w: &str| {
        if !out.iter().any(|o| o == w) {
            out.push(w.to_owned());
        }
    };
    a.iter().filter(|x| b.contains(x)).for_each(|x| push(x.1));
    for list in [a, b] {
        let other = if std::ptr::eq(list, a) { b } else { a };
        list.iter().filter(|x| other.iter().any(|y| y.0 == x.0)).for_each(|x| push(x.1));
    }
    out
}
