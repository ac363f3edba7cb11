//! `rehome` moves every import and use of a legacy path to its canonical path.
