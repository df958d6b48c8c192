//! Texts that try to do something come out as plain visible text; private data does not come out at all.
