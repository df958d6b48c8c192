//! The only room with a terminal: model, pure update, screens, and the threads around them. It asks the store and the
//! import; it knows no SQL and no export format.

pub mod actions;
pub mod keymap;
mod enabled;
pub mod keys;
pub mod lang;
pub mod layout;
pub mod model;
pub mod msg;
pub mod places;
pub mod screens;
pub mod theme;
pub mod time;
pub mod update;
pub mod views;
pub mod widgets;

mod input;
mod job;
mod pace;
mod run;
mod terminal;

pub use job::{answer, write};
pub use run::{Launch, SAMPLE, run};
pub use terminal::{Console, console};
