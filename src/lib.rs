//! `rehome` moves every import and use of a legacy path to its canonical path.
//!
//! The rooms, in the order in which a move walks through them; a room uses only rooms before it.
//!
//! - [`source`] — a file's bytes as text, and back.
//! - [`generated`] — the mark of generated files.
//! - [`version`] — how versions compare.
//! - [`edit`] — edits of one text: all or none.
//! - [`finding`] — what a language says of one file.
//! - [`manifest`] — `rehome.toml`: what was written.
//! - [`plan`] — what is meant: moves that are checked, and the longest match.
//! - [`parallel`] — the same work on many files.
//! - [`discover`] — roots → files.
//! - [`cargo`] — what cargo says: packages, and the compiler's diagnostics.
//! - [`installed`] — the manifests of installed packages.
//! - [`project`] — what one file cannot know: which file is which module, and who reads whose names.
//! - [`lang`] — the languages: a file is read once, and then asked about a plan.
//! - [`look`] — bytes → whether a file is worth reading.
//! - [`warnings`] — the compiler's deprecation warnings as moves, and as findings of their own.
//! - [`routes`] — modules that re-export a moved thing: more legacy paths.
//! - [`resolve`] — findings → what is applied, held and left.
//! - [`recorded`] — what shims saw at run time → more findings.
//! - [`rewrite`] — the pipeline, and the proof of its results.
//! - [`shim`] — moves → the files that keep legacy paths alive.
//! - [`journal`] — the only writer: apply and undo.
//! - [`report`] — what is said to people and programs.
//! - [`cli`] — arguments.
//! - [`commands`] — the subcommands.

pub mod source;

pub mod generated;

pub mod version;

pub mod edit;

pub mod finding;

pub mod manifest;

pub mod plan;

pub mod parallel;

pub mod discover;

pub mod cargo;

pub mod installed;

pub mod project;

pub mod lang;

pub mod look;

pub mod warnings;

pub mod routes;

pub mod resolve;

pub mod recorded;

pub mod rewrite;

pub mod shim;

pub mod journal;

pub mod report;

pub mod cli;

pub mod commands;
