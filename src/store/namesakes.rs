//! Work groups of one name. Where a notice stands in two of them, its ledger and its rows tell them apart: the one in
//! WeChat keeps its bare name, by which the other lists know it, the others are named with their service.

use rusqlite::{Connection, params};
use rust_i18n::t;

use super::Result;
use crate::message::Platform;

/// How the group is named among those that carry the notice.
pub(super) fn shown(db: &Connection, notice: i64, group: i64) -> Result<String> {
    let (name, platform, before, alike): (String, String, i64, i64) = db
        .prepare_cached(
            "SELECT g.name, coalesce(g.platform, ''), \
             coalesce(sum(h.id IS NOT NULL AND (coalesce(h.platform, '') <> 'wechat', coalesce(h.platform, ''), h.key) \
             < (coalesce(g.platform, '') <> 'wechat', coalesce(g.platform, ''), g.key)), 0), \
             coalesce(sum(h.id IS NOT NULL AND h.platform IS g.platform AND h.key < g.key), 0) FROM work_group g LEFT JOIN work_group h \
             ON h.name = g.name AND h.id <> g.id AND EXISTS \
             (SELECT 1 FROM copy c WHERE c.notice = ?1 AND c.work_group = h.id) WHERE g.id = ?2",
        )?
        .query_row(params![notice, group], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
    if before == 0 {
        return Ok(name);
    }
    let service = service(&platform);
    let number = alike + 1;
    Ok(if service.is_empty() {
        t!("store.namesake", name = name, service = number).into_owned()
    } else if alike == 0 {
        t!("store.namesake", name = name, service = service).into_owned()
    } else {
        t!("store.namesake_number", name = name, service = service, number = number).into_owned()
    })
}

fn service(platform: &str) -> String {
    match Platform::parse(platform) {
        Some(Platform::Wechat) => t!("store.service.wechat").into_owned(),
        Some(Platform::Wecom) => t!("store.service.wecom").into_owned(),
        Some(Platform::Dingtalk) => t!("store.service.dingtalk").into_owned(),
        Some(Platform::Feishu) => t!("store.service.feishu").into_owned(),
        Some(Platform::Qq) => "QQ".to_owned(),
        Some(Platform::Welink) => "WeLink".to_owned(),
        Some(Platform::Telegram) => "Telegram".to_owned(),
        Some(Platform::Whatsapp) => "WhatsApp".to_owned(),
        None => platform.to_owned(),
    }
}
