//! The built-in sample: invented exports of 35 groups, embedded in the binary.
