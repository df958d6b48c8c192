//! The only room with a terminal: model, pure update, screens, threads around them.

pub mod actions;
pub mod keys;
pub mod lang;
pub mod layout;
pub mod model;
pub mod msg;
pub mod screens;
pub mod theme;
pub mod time;
pub mod update;
pub mod widgets;
