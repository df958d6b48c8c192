//! The words behind a time that make it the time by which something is to be handed in or done.

use super::lexicon::{self, List};
use super::text::Buf;

/// 补贴申报从6月20日开始，到6月28日结束: a call for entries is open so long. `ranged`, whether both days are said in one.
pub(super) fn call_ends(buf: &Buf, from: usize, to: usize, ranged: bool) -> bool {
    const CALLS: &[&str] =
        &["申报", "报名", "受理", "缴费", "登记", "办理", "申请", "征集", "投票", "预约", "征订"];
    buf.is(to, "结束")
        && (ranged || matches!(buf.before(from), '到' | '至'))
        && buf.has(buf.sentence_start(from), from, CALLS)
}

/// 今天必须上墙, 今天务必把河道清一遍: what must be done on that day, and not whom one must meet on it.
pub(super) fn must_be_done(buf: &Buf, to: usize, end: usize) -> bool {
    const COME: &[&str] =
        &["参加", "到会", "到场", "到岗", "在岗", "值班", "带班", "出席", "集合", "来", "到位", "喝", "吃"];
    buf.any(to, &["务必", "必须", "一定要", "一定得", "要全部", "全部要"]).is_some()
        && !buf.has(to, end, COME)
}

/// 务必, 把 … 报: the hand-in verb rules the clause although another verb stands before it.
pub(super) fn must_hand_in(buf: &Buf, to: usize, end: usize) -> bool {
    buf.any(to, &["务必", "必须", "把", "将"]).is_some()
        && buf.has(
            to,
            end,
            &[
                "录入", "上传", "报送", "上报", "交到", "发到", "发我", "报我", "交我", "给我", "发群",
                "报给", "发给",
            ],
        )
}

/// Where the first verb of handing in stands that is part of no other word.
pub(super) fn hand_in_at(buf: &Buf, to: usize, end: usize) -> Option<usize> {
    (to..end).find(|&i| {
        let Some(len) = lexicon::at(buf, i, List::HandIn) else { return false };
        if buf.get(i + len) == '的' {
            return false;
        }
        let noun = match buf.get(i) {
            // Right behind the time the sign before it is the time's own: 5日报送, 上半月报.
            '报' if i == to => buf
                .any(i, &["报道", "报告", "报表", "报纸", "报刊", "报名点", "报到", "报警", "报销"])
                .is_some(),
            '报' if "喜日周月海简公画墙年党季情捷填预通".contains(buf.before(i)) => true,
            '发' => buf
                .any(
                    i,
                    &[
                        "发车", "发展", "发热", "发生", "发现", "发言", "发票", "发放", "发布", "发挥",
                        "发证", "发改",
                    ],
                )
                .is_some(),
            '报' => buf.any(i, &["报告会", "报名点", "报到", "报警", "报纸", "报刊"]).is_some(),
            '交' => buf.any(i, &["交叉", "交通", "交流", "交警", "交接"]).is_some(),
            '送' => buf.any(i, &["送喜报", "送粥", "送温暖", "送医"]).is_some(),
            '传' => buf.any(i, &["传统"]).is_some() || buf.before(i) == '宣',
            '补' => buf.any(i, &["补贴", "补助", "补缝"]).is_some(),
            '核' => buf.any(i, &["核酸"]).is_some(),
            '给' => buf.any(i, &["给老", "给独", "给群", "给学", "给娃"]).is_some(),
            '列' => buf.any(i, &["列席"]).is_some(),
            _ => false,
        };
        len > 0 && !noun
    })
}
