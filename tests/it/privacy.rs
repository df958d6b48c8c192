//! Private data: check digits, cue words, masks, and what must be left alone.

use proptest::prelude::*;
use qunbox::privacy::{Kind, find, mask, neutral};

/// A number with the right check digit for seventeen digits.
fn with_check(head: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = head.chars().zip(weights).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
    format!("{head}{}", ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize])
}

fn kinds(text: &str) -> Vec<Kind> {
    find(text).iter().map(|f| f.kind).collect()
}

#[test]
fn examples_of_the_standard() {
    for id in ["11010519491231002X", "440524188001010014", "990000199001010017", "11010519491231002x"] {
        assert_eq!(kinds(id), [Kind::Id], "{id}");
    }
    assert_eq!(
        mask("王某，身份证11010519491231002X，电话13800138000"),
        "王某，身份证110105********002X，电话138****8000"
    );
}

#[test]
fn every_wrong_check_digit_is_told() {
    let right = with_check("11010519491231002");
    for last in "0123456789X".chars() {
        let id = format!("{}{last}", &right[..17]);
        let bare = kinds(&id);
        assert_eq!(bare.contains(&Kind::Id), right.ends_with(last), "{id}");
        let cued = kinds(&format!("身份证号：{id}"));
        let want = if right.ends_with(last) { Kind::Id } else { Kind::IdSuspect };
        assert_eq!(cued, [want], "{id}");
    }
}

#[test]
fn birth_dates_and_provinces_must_exist() {
    for head in [
        "11010519490230002",
        "11010519491331002",
        "16010519491231002",
        "99000017000101001",
        "00010519491231002",
    ] {
        assert!(!kinds(&with_check(head)).contains(&Kind::Id), "{head}");
    }
}

/// Every province, both sexes, leap days, every check character: valid ones are found; a slip of one digit or of two
/// neighbours is told.
#[test]
fn the_rule_is_applied_to_every_province_and_date() {
    let provinces = [
        11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53,
        54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
    ];
    let mut checks = std::collections::BTreeSet::new();
    let mut tried = 0;
    for (n, province) in provinces.iter().enumerate() {
        for (m, born) in ["19491231", "19880229", "20000229", "19900101", "20051130"].iter().enumerate() {
            let id = with_check(&format!("{province}0105{born}{:03}", 7 * n + 13 * m));
            checks.insert(id.chars().last());
            assert_eq!(kinds(&id), [Kind::Id], "{id}");
            assert_eq!(mask(&id), format!("{}********{}", &id[..6], &id[14..]));
            // Inside a longer run it is nothing.
            for longer in [format!("7{id}"), format!("{}8{id}", &id[..1]), format!("a{id}")] {
                assert!(!kinds(&longer).contains(&Kind::Id), "{longer}");
            }
            for at in 0..17 {
                let mut digits: Vec<char> = id.chars().collect();
                digits[at] = char::from_digit((digits[at].to_digit(10).unwrap() + 3) % 10, 10).unwrap();
                let slip: String = digits.iter().collect();
                assert!(!kinds(&slip).contains(&Kind::Id), "{slip} for {id}");
                assert_eq!(kinds(&format!("身份证{slip}")), [Kind::IdSuspect], "{slip}");
                tried += 1;
            }
            for at in 0..16 {
                let mut digits: Vec<char> = id.chars().collect();
                digits.swap(at, at + 1);
                let slip: String = digits.iter().collect();
                assert!(slip == id || !kinds(&slip).contains(&Kind::Id), "{slip} for {id}");
            }
        }
    }
    assert!(checks.len() == 11 && tried > 2_500, "{checks:?}");
    for born in ["19890229", "19000229", "20010431", "19991301", "19990100", "19990132"] {
        assert!(!kinds(&with_check(&format!("370105{born}123"))).contains(&Kind::Id), "{born}");
    }
    for province in [10, 16, 24, 30, 38, 47, 55, 60, 66, 72, 80, 84] {
        assert!(!kinds(&with_check(&format!("{province}010519900101123"))).contains(&Kind::Id), "{province}");
    }
}

use Kind::*;

/// Texts and what is found in them.
const CASES: &[(&str, &[Kind])] = &[
    ("身份证 110105 19491231 002X", &[Id]),
    ("证件号110105491231002", &[Id]),
    ("流水110105491231002", &[]),
    ("1234567890110105194912310021", &[]),
    ("联系人：周敏，电话13800000001。", &[Mobile]),
    ("手机138-0000-0001", &[Mobile]),
    ("+86 138 0000 0001", &[Mobile]),
    ("电话０１３８00000001", &[Mobile]),
    ("１３８００００００１２", &[Mobile]),
    ("12800000001", &[]),
    ("订单号13800000001", &[]),
    ("a13800000001", &[]),
    ("传真0537-2345678", &[Landline]),
    ("值班室电话：2345678", &[Landline]),
    ("共2345678元", &[]),
    ("卡号6222021234567890123", &[Card]),
    ("6222021234567890123", &[Card]),
    ("账号：1234 5678 9012", &[Card]),
    ("家住王庄村三组12号", &[Address]),
    ("王庄村3组12号张三", &[Address]),
    ("王庄村3组12户", &[]),
    ("地址：镇政府三楼会议室", &[]),
    ("住王庄三组", &[Address]),
    ("住院3天", &[]),
    ("鲁H12345的车挪一下", &[Plate]),
    ("浙A·D12345", &[Plate]),
    ("新A区", &[]),
    ("密码：abc12345", &[Password]),
    ("密码多少", &[]),
    ("发邮箱zhendzb@example.com", &[Email]),
    ("QQ：123456789", &[Account]),
    ("008613800138000", &[Mobile]),
    ("13800138000/13900139000", &[Mobile, Mobile]),
    ("Tel:+8613800138000", &[Mobile]),
    ("138 0013 8000", &[Mobile]),
    ("电话：(0537)2345678", &[Landline]),
    ("座机：0537-2345678转801", &[Landline]),
    ("固话053712345678", &[Landline]),
    ("银行卡号：6222 0212 3456 7890 123", &[Card]),
    ("收款账户 37001234567890123", &[Card]),
    ("4111111111111111", &[Card]),
    ("4111111111111112", &[]),
    ("身份证号 37080219900101123", &[IdSuspect]),
    ("身份证号 3708021990010112345", &[IdSuspect]),
    ("居民身份证37080219900101123x", &[Id]),
    ("鲁H·A1234", &[Plate]),
    ("苏E-12345", &[Plate]),
    ("京AD12345", &[Plate]),
    ("户籍地：石桥镇王庄村二组", &[Address]),
    ("现住址：幸福小区3号楼2单元501室", &[Address]),
    ("济宁市任城区阳光花园12栋1单元302", &[Address]),
    ("3号楼会议室开会", &[]),
    ("到12栋集合", &[]),
    ("账号：admin 密码：Aa123456", &[Password]),
    ("口令 abc@2026", &[Password]),
    ("验证码 883211", &[Password]),
    ("验证码多少", &[]),
    ("初始密码为身份证后六位", &[]),
    ("合同编号 202603160001234567", &[]),
    ("会议号：123 456 789", &[]),
    ("快递单号 75312345678901", &[]),
    ("统一社会信用代码91370800MA3ABCDE1X", &[]),
    ("wxid_abc123def", &[Account]),
    ("2026-11-23 17:00前报", &[]),
    ("国办函〔2026〕12号", &[]),
    ("91370800MA3ABCDE1X", &[]),
    ("护照E12345678", &[Document]),
    ("护照号：EA1234567，姓名王某", &[Document]),
    ("港澳通行证C12345678到期", &[Document]),
    ("台胞证 L1234567", &[Document]),
    ("社保卡A12345678", &[Document]),
    ("社会保障卡号Ｇ１２３４５６７８", &[Document]),
    ("社保号1234567890", &[Document]),
    ("社保卡办理人数1234", &[]),
    ("护照E12345678X", &[]),
    ("版本E12345678", &[]),
    ("a护照", &[]),
];

#[test]
fn one_case_a_line() {
    for (text, want) in CASES {
        assert_eq!(kinds(text), *want, "{text}: {:?}", find(text));
    }
}

#[test]
fn a_long_run_of_digits_is_cheap_and_nothing() {
    let run = "7".repeat(50_000);
    assert!(find(&run).is_empty());
    assert_eq!(mask(&run), run);
}

proptest! {
    #[test]
    fn spans_lie_inside_and_masks_hide(text in "[0-9Xx身份证电话卡号 住村组号:,。a-z@.-]{0,60}") {
        let n = text.chars().count() as u32;
        let found = find(&text);
        for pair in found.windows(2) {
            prop_assert!(pair[0].span[1] <= pair[1].span[0]);
        }
        for f in &found {
            prop_assert!(f.span[0] < f.span[1] && f.span[1] <= n);
        }
        let masked = mask(&text);
        prop_assert!(found.iter().all(|f| f.kind != Kind::Mobile) || masked != text);
    }

    #[test]
    fn no_string_panics(text in any::<String>()) {
        let _ = (find(&text), mask(&text));
        let escape = char::from(27);
        prop_assert!(!neutral(&text).contains(escape));
    }

    #[test]
    fn derived_ids_are_found(area in 0usize..31, year in 1900u32..2020, month in 1u32..=12, day in 1u32..=28, order in 0u32..1000) {
        let provinces = [11,12,13,14,15,21,22,23,31,32,33,34,35,36,37,41,42,43,44,45,46,50,51,52,53,54,61,62,63,64,65];
        let id = with_check(&format!("{}0105{year}{month:02}{day:02}{order:03}", provinces[area]));
        prop_assert_eq!(kinds(&id), vec![Kind::Id]);
        prop_assert_eq!(kinds(&format!("身份证{id}。")), vec![Kind::Id]);
        let inside = format!("9{id}9");
        prop_assert!(!kinds(&inside).contains(&Kind::Id));
    }
}
