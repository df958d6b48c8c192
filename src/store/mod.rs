//! The only room with SQL: ground tables, derived tables, search index, queries of the screens.
