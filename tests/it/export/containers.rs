//! Containers (docx, xlsx, ics, html) read back by other programs.
