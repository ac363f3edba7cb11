"""What moves: sets of moves that fit any crate, and the manifest that says so."""

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
        "any", "array", "cell", "clone", "cmp", "convert", "default", "fmt", "iter", "marker",
        "mem", "num", "ops", "option", "pin", "ptr", "result", "char",
    ))),
    *rows("""
        module std::sync::atomic core::sync::atomic
        trait std::error::Error core::error::Error
        trait std::str::FromStr core::str::FromStr
        fn std::str::from_utf8 core::str::from_utf8
        struct std::str::Utf8Error core::str::Utf8Error
        derive std::hash::Hash core::hash::Hash
        trait std::hash::Hasher core::hash::Hasher
        trait std::hash::BuildHasher core::hash::BuildHasher
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
    struct std::collections::HashMap kit::maps::Map
    struct std::collections::HashSet kit::maps::Set
    struct std::collections::BTreeMap kit::maps::Sorted
    struct std::collections::VecDeque kit::maps::Deck
    module std::collections::hash_map kit::maps::map
    module std::collections::btree_map kit::maps::sorted
    struct std::sync::Arc kit::shared::Shared
    struct std::rc::Rc kit::shared::Local
    struct std::cell::RefCell kit::shared::Slot
    struct std::path::PathBuf kit::paths::Owned
    struct std::path::Path kit::paths::Trail
    struct std::fmt::Formatter kit::show::Pen
    struct std::io::Error kit::inout::Fault
    struct std::time::Duration kit::Span
    struct std::marker::PhantomData kit::Ghost
    trait std::fmt::Display kit::show::Show
    derive std::fmt::Debug kit::show::Inspect
    trait std::io::Read kit::inout::Source
    trait std::io::Write kit::inout::Sink
    trait std::error::Error kit::Failure
    trait std::str::FromStr kit::Parse
    trait std::ops::Deref kit::Follow
    fn std::mem::replace kit::memory::swap_in
    fn std::mem::take kit::memory::take_out
    fn std::mem::swap kit::memory::exchange
    fn std::mem::size_of kit::memory::bytes_of
    fn std::cmp::min kit::least
    fn std::cmp::max kit::most
    fn std::iter::repeat kit::again
    fn std::iter::once kit::single
    fn std::str::from_utf8 kit::as_text
    fn std::ptr::null kit::nowhere
    enum std::cmp::Ordering kit::Order
    enum std::borrow::Cow kit::Herd
    enum std::io::ErrorKind kit::inout::FaultKind
    type std::fmt::Result kit::show::Outcome
    type std::io::Result kit::inout::Outcome
    const std::f64::consts::PI kit::ROUND
"""))  # fmt: skip

#: Whole modules to other names.
MODULES = list(rows("""
    module std::io kit::inout
    module std::collections kit::colls
    module std::fmt kit::show
    module std::path kit::paths
    module std::sync kit::together
    module std::time kit::clock
    module std::error kit::faults
    module std::mem kit::memory
    module std::str kit::text
    module std::iter kit::walks
    module std::ops kit::ops
    module std::env kit::around
    module std::slice kit::parts
    struct std::collections::HashMap kit::maps::Map
"""))  # fmt: skip

STD_SETS = {"core": CORE, "names": NAMES, "modules": MODULES}


def manifest(moves, dependency, first=0):
    """The rows of a manifest; `dependency` is the crate to add where they need one."""
    text = ""
    for number, move in enumerate(moves, first):
        added = ""
        if dependency and move.new.split("::")[0] == dependency[0].replace("-", "_"):
            added = ', dependency = {{ name = "{}", version = "{}" }}'.format(*dependency)
        # A trait that comes with a macro of its name is of both kinds.
        kind = "" if move.kind == "derive" else f', kind = "{move.kind}"'
        text += f'\n[[move]]\nid = "m{number}"\nrust = {{ from = "{move.old}", to = "{move.new}"{kind}{added} }}\n'
    return text
