//! Things drawn on any screen: cells, paragraphs, areas, fields. They know no notices and no actions.

pub mod area;
pub mod cells;
pub mod field;
pub mod para;
pub mod sheet;
