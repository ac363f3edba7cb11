"""What moves: sets of moves that fit any crate, and the manifest that says so."""

import itertools
from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """One row of a manifest; `kind` is also what the poison puts in its place."""

    old: str
    new: str
    kind: str

    @property
    def crate(self):
        return self.old.split("::")[0]


def rows(text):
    """`kind old new`, a line each; `kind old -> prefix` keeps the last segment."""
    for line in text.strip().splitlines():
        kind, old, *new = line.split()
        if new[0] == "->":
            new = [f"{new[1]}::{old.rsplit('::', 1)[-1]}"]
        yield Move(old, new[0], kind)


#: Modules and items of std that core has under the same name.
CORE = [
    *rows("\n".join(f"module std::{name} core::{name}" for name in (
        "any", "array", "cell", "clone", "cmp", "convert", "default", "fmt", "hash", "iter", "marker",
        "mem", "num", "ops", "option", "pin", "ptr", "result", "char",
    ))),
    *rows("""
        module std::sync::atomic core::sync::atomic
        trait std::error::Error core::error::Error
        trait std::str::FromStr core::str::FromStr
        fn std::str::from_utf8 core::str::from_utf8
        struct std::str::Utf8Error core::str::Utf8Error
        struct std::time::Duration core::time::Duration
        trait std::future::Future core::future::Future
        enum std::task::Poll core::task::Poll
        struct std::task::Context core::task::Context
        enum std::net::IpAddr core::net::IpAddr
        struct std::net::Ipv4Addr core::net::Ipv4Addr
        enum std::convert::Infallible core::convert::Infallible
    """),
]  # fmt: skip

#: Structs, traits, functions, enums, a constant and type aliases under other names.
NAMES = list(rows("""
    struct std::collections::HashMap facade::maps::Map
    struct std::collections::HashSet facade::maps::Set
    struct std::collections::BTreeMap facade::maps::Sorted
    struct std::collections::VecDeque facade::maps::Deck
    module std::collections::hash_map facade::maps::map
    module std::collections::btree_map facade::maps::sorted
    struct std::sync::Arc facade::shared::Shared
    struct std::rc::Rc facade::shared::Local
    struct std::cell::RefCell facade::shared::Slot
    struct std::path::PathBuf facade::paths::Owned
    struct std::path::Path facade::paths::Trail
    struct std::fmt::Formatter facade::show::Pen
    struct std::io::Error facade::inout::Fault
    struct std::time::Duration facade::Span
    struct std::marker::PhantomData facade::Ghost
    trait std::fmt::Display facade::show::Show
    derive std::fmt::Debug facade::show::Inspect
    trait std::io::Read facade::inout::Source
    trait std::io::Write facade::inout::Sink
    trait std::error::Error facade::Failure
    trait std::str::FromStr facade::Parse
    trait std::ops::Deref facade::Follow
    fn std::mem::replace facade::memory::swap_in
    fn std::mem::take facade::memory::take_out
    fn std::mem::swap facade::memory::exchange
    fn std::mem::size_of facade::memory::bytes_of
    fn std::cmp::min facade::least
    fn std::cmp::max facade::most
    fn std::iter::repeat facade::again
    fn std::iter::once facade::single
    fn std::str::from_utf8 facade::as_text
    fn std::ptr::null facade::nowhere
    enum std::cmp::Ordering facade::Order
    enum std::borrow::Cow facade::Herd
    enum std::io::ErrorKind facade::inout::FaultKind
    type std::fmt::Result facade::show::Outcome
    type std::io::Result facade::inout::Outcome
    const std::f64::consts::PI facade::ROUND
"""))  # fmt: skip

#: Whole modules to other names.
MODULES = list(rows("""
    module std::io facade::inout
    module std::collections facade::colls
    module std::fmt facade::show
    module std::path facade::paths
    module std::sync facade::together
    module std::time facade::clock
    module std::error facade::faults
    module std::mem facade::memory
    module std::str facade::text
    module std::iter facade::walks
    module std::ops facade::ops
    module std::env facade::around
    module std::slice facade::parts
    struct std::collections::HashMap facade::maps::Map
"""))  # fmt: skip

#: Kinds of the poison that a manifest calls otherwise.
KINDS = {"derive": "trait"}

STD_SETS = {"core": CORE, "names": NAMES, "modules": MODULES}


def manifest(moves, dependency):
    """The manifest of some moves; `dependency` is the crate to add where they need one."""
    text = "schema = 1\n"
    for number, move in zip(itertools.count(), moves):
        added = ""
        if dependency and not move.new.startswith("core::"):
            added = ', dependency = {{ name = "{}", version = "{}" }}'.format(*dependency)
        text += (
            f'\n[[move]]\nid = "m{number}"\n'
            f'rust = {{ from = "{move.old}", to = "{move.new}", kind = "{KINDS.get(move.kind, move.kind)}"{added} }}\n'
        )
    return text
