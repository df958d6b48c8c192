//! The envelope of a mail (.eml): opens it, decodes the body (UTF-8, GB18030 …) and hands it to the mail formats. What the
//! lines mean is `text::mail`.

use std::io::{self, Read};

use mail_parser::{MessageParser, MimeHeaders, PartType};
use rust_i18n::t;

use super::head::Head;
use super::job::Job;

/// Mails are held in memory; mail servers refuse far smaller ones.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Header lines at the top, among them the two every mail has.
pub(crate) fn sniff(head: &Head) -> bool {
    let mut known = 0;
    for line in head.text.trim_start().lines().take(80) {
        if line.is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if [
            "from:",
            "to:",
            "subject:",
            "date:",
            "mime-version:",
            "content-type:",
            "received:",
            "return-path:",
            "message-id:",
        ]
        .iter()
        .any(|name| lower.starts_with(name))
        {
            known += 1;
        } else if !line.starts_with([' ', '\t'])
            && !lower.split_once(':').is_some_and(|(name, _)| is_header_name(name))
        {
            return false;
        }
    }
    known >= 3 && !head.has(&["Tencent IM Message"])
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

pub(crate) fn parse(_head: &Head, reader: &mut dyn Read, job: &mut Job<'_>) -> io::Result<()> {
    let mut raw = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut raw)?;
    if raw.len() as u64 > LARGEST {
        job.issue(None, t!("import.issue.too_large").into_owned());
        return Ok(());
    }
    let Some(mail) = MessageParser::default().parse(&raw) else {
        job.outcome.format = None;
        job.outcome.needs = Some(super::Need::Format);
        return Ok(());
    };
    let mut bodies = Vec::new();
    let mut charset = None;
    for part in &mail.parts {
        let text = match &part.body {
            PartType::Text(text) | PartType::Html(text) => text,
            _ => continue,
        };
        if part.attachment_name().is_none() && text.contains("聊天记录") {
            charset = charset.or_else(|| {
                part.content_type().and_then(|c| c.attribute("charset")).map(str::to_ascii_lowercase)
            });
            bodies.push(text.as_ref());
        }
    }
    // a mail may hold the same chat as text and as HTML: the marked-up one has surer headers
    let body = bodies.iter().find(|b| super::text::mail::looks_like_html(b)).or(bodies.first());
    let Some(body) = body else {
        job.outcome.format = None;
        job.outcome.needs = Some(super::Need::Format);
        return Ok(());
    };
    let mut inner = io::Cursor::new(body.as_bytes());
    let head = Head::read(&mut inner)?;
    super::read_known(&head, &mut inner, job, true)?;
    job.outcome.encoding = match charset.as_deref() {
        Some("gb18030" | "gbk" | "gb2312") => Some("gb18030"),
        _ => job.outcome.encoding,
    };
    Ok(())
}
