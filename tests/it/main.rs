//! The one integration test binary: a module a room.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod cli;
mod cluster;
mod cluster_changes;
mod corpus;
mod golden;
mod daily;
mod decide;
mod demo;
mod digest;
mod duties;
mod masked;
mod meeting;
mod pending;
#[cfg(unix)]
mod journeys;
mod evidence_index;
mod handover;
mod export;
mod facts;
mod import;
mod incoming;
mod ingest;
mod leaving;
mod ledger;
mod overlaps;
mod privacy;
mod proposed;
mod reopen;
mod store;
mod tidy;
#[cfg(unix)]
mod pty;
mod tui;
#[cfg(unix)]
mod trouble;
mod twenty;
