//! Arguments → screen or command → exit code.

fn main() {}
