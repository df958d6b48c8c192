//! The one integration test binary: a module a room.
#![allow(clippy::unwrap_used, missing_docs)]

mod cluster;
mod demo;
mod export;
mod facts;
mod privacy;
mod tidy;
