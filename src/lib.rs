//! `rehome` moves every import and use of a legacy path to its canonical path.

pub mod source;

pub mod edit;

pub mod finding;

pub mod manifest;

pub mod plan;

pub mod discover;

pub mod project;

pub mod lang;

pub mod routes;

pub mod resolve;

pub mod parallel;

pub mod rewrite;

pub mod journal;

pub mod report;

pub mod cli;

pub mod commands;
