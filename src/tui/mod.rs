//! The only room with ratatui and crossterm.
