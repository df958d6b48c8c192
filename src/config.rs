//! config.toml and the data folder: own names, office hours, language.
