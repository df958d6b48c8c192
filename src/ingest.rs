//! The only place that knows the order of the steps: files → messages → facts → notices → store; progress; cancel; rebuild.
