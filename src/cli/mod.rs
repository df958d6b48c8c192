//! The command line: one file per command, Args and run.

pub mod facts;
