//! qunbox 群信箱: exported chat logs of many work groups → one inbox of notices.
//!
//! The rooms, in the order a message passes through them:
//!
//! - [`message`]: what an export says, and when two entries are the same message.
//! - [`import`]: bytes → messages and issues. Knows formats, no database.
//! - [`normalize`]: text → comparable text.
//! - [`privacy`]: private data found and masked; control characters made harmless.
//! - [`facts`]: message → deadline, demands, role …, with the words they were read from.
//! - [`notice`]: what the screens show: notice, copy, state, link.
//! - [`duty`]: demands × destinations × groups → the rows of a checklist; own names; the same data asked twice. Pure.
//! - [`cluster`]: messages and facts → notices. Pure, in order of time.
//! - [`store`]: the only room with SQL.
//! - [`ingest`]: the only place that knows the order of the steps.
//! - [`evidence`]: files attached to duties, looked at and never touched.
//! - [`digest`]: notices and a day → the daily digest as plain data. Pure.
//! - [`report`]: coverage, group register, burden report, evidence index as plain data. Pure.
//! - [`handover`]: what one user hands to the next, as plain data.
//! - [`export`]: digest and reports → txt md html docx xlsx csv json ics; the only way text leaves the program as a file.
//! - [`gather`]: store → digest and register, for the command and the screen.
//! - [`config`]: config.toml and the data folder. [`clock`]: the only place that reads the time. `background`: how long work
//!   makes room for the screen. `system`: what the operating system says, in the user's language.
//! - [`demo`]: the built-in sample of 35 groups.
//! - [`cli`]: one file per command. [`tui`]: the only room with a terminal.

rust_i18n::i18n!("assets/locales", fallback = "zh-CN");

mod background;
mod system;
pub mod message;
pub mod import;
pub mod normalize;
pub mod privacy;
pub mod facts;
pub mod notice;
pub mod duty;
pub mod cluster;
pub mod store;
pub mod ingest;
pub mod evidence;
pub mod digest;
pub mod report;
pub mod handover;
pub mod export;
pub mod gather;
pub mod config;
pub mod clock;
pub mod demo;
pub mod cli;
pub mod tui;
