//! `rehome` moves every import and use of a legacy path to its canonical path.
//!
//! The rooms, in the order in which a move walks through them; a room uses only rooms before it.

/// A file's bytes as text, and back.
pub mod source;

/// Edits of one text: all or none.
pub mod edit;

/// What a language says of one file.
pub mod finding;

/// `rehome.toml`: what was written.
pub mod manifest;

/// What is meant: moves that are checked, and the longest match.
pub mod plan;

/// Roots → files.
pub mod discover;

/// What one file cannot know: which file is which module, and who reads whose names.
pub mod project;

/// The languages: a file is read once, and then asked about a plan.
pub mod lang;

/// Modules that re-export a moved thing: more legacy paths.
pub mod routes;

/// Findings → what is applied, held and left.
pub mod resolve;

/// The same work on many files.
pub mod parallel;

/// The pipeline, and the proof of its results.
pub mod rewrite;

/// The only writer: apply and undo.
pub mod journal;

/// What is said to people and programs.
pub mod report;

/// Arguments.
pub mod cli;

/// The subcommands.
pub mod commands;
