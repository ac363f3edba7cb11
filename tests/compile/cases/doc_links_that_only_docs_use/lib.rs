//! [`depot::old::Old`], [`gone`](mod@depot::oldmod) and [the macro](depot::old_log!).
#![allow(unused_imports)]

use depot::old::OldPair;

/// Twice an [`OldPair`], never an [`old_make`](depot::old::old_make) or a [`Special`][s].
///
/// [s]: depot::oldmod::Special
pub fn twice() {}
