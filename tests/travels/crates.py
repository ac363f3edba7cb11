"""A crate that ships shims, with a manifest and without one, and a user of it in every form."""

import json
import re
import shutil
from pathlib import Path

from commands import check, read, run, write
from journey import Downstream, travel

ROOT = Path(__file__).resolve().parents[2]

CORE_TOML = f"""\
[package]
name = "websocket-core"
version = "0.3.0-rc.1"
edition = "2021"

[dependencies]
shim-macros = {{ path = "{ROOT / 'shim-macros'}" }}
"""

CORE = """\
//! The canonical thing.

pub mod websocket_manager {
    #[derive(Debug, Default)]
    pub struct WebSocketManager {
        pub port: u16,
    }

    impl WebSocketManager {
        pub fn port(&self) -> u16 {
            self.port
        }
    }

    #[derive(Debug, PartialEq)]
    pub struct ConnId(pub u32);

    #[derive(Debug, PartialEq)]
    pub enum State {
        Open,
        Closed,
    }

    pub trait Handler {
        fn handled(&self) -> u32;
    }

    impl Handler for u32 {
        fn handled(&self) -> u32 {
            self + 1
        }
    }

    pub const LIMIT: usize = 16;

    pub fn connect(n: u32) -> ConnId {
        ConnId(n)
    }

    pub fn join_all<T: Into<u32>>(t: T) -> u32 {
        t.into()
    }
}

#[macro_export]
macro_rules! ws_send {
    ($n:expr) => {
        $n * 2
    };
}
"""

#: Written by hand; a crate with a manifest has them from `rehome shim`.
SHIMS = """
#[shim_macros::deprecated_reexport(since = "0.2.0", remove_in = "9.0.0")]
pub mod unified_manager {
    pub type UnifiedWebSocketManager = crate::websocket_manager::WebSocketManager;
    pub use crate::websocket_manager::connect as open_ws;
    pub use crate::websocket_manager::{Handler, State, LIMIT};
    #[deprecated_reexport(ctor)]
    pub use crate::websocket_manager::ConnId;
    #[deprecated_reexport(macro)]
    pub use crate::ws_send as send;
    #[deprecated_reexport(to = crate::websocket_manager::join_all)]
    pub fn join<T: Into<u32>>(t: T) -> u32;
}
"""

MANIFEST = """\
schema = 1

[package]
rust = { crate = "websocket-core", lib = "websocket_core" }

[[move]]
id = "manager"
since = "0.2.0"
remove_in = "0.4.0"
rust = { from = "websocket_core::unified_manager::UnifiedWebSocketManager", to = "websocket_core::websocket_manager::WebSocketManager", kind = "struct" }

[[move]]
id = "send"
since = "0.2.0"
remove_in = "0.4.0"
rust = { from = "websocket_core::unified_manager::send", to = "websocket_core::ws_send", kind = "macro" }

[[move]]
id = "join"
since = "0.2.0"
remove_in = "0.4.0"
rust = { from = "websocket_core::unified_manager::join", to = "websocket_core::websocket_manager::join_all", kind = "fn", signature = "pub fn join<T: Into<u32>>(t: T) -> u32" }

[[move]]
id = "manager-module"
since = "0.3.0-rc.1"
remove_in = "0.4.0"
rename = { open_ws = "connect" }
rust = { from = "websocket_core::unified_manager", to = "websocket_core::websocket_manager", items = ["open_ws:fn", "Handler:trait", "State:enum", "LIMIT:const", "ConnId:tuple_struct"] }
"""

#: What is about the tree of the library alone, and a move that is announced, and not made yet.
LATER = """
[python]
roots = ["not-shipped"]

[[move]]
id = "later"
since = "0.3.0"
rust = { from = "websocket_core::websocket_manager::LIMIT", to = "websocket_core::limits::LIMIT", kind = "const" }
"""

USER_TOML = """\
[package]
name = "user"
version = "0.1.0"
edition = "2021"

[dependencies]
ws = { package = "websocket-core", path = "../core" }

[features]
extra = []
"""

#: Each form with the number of warnings that the shims give for it, as shim-macros documents them.
FORMS = {
    "alias_use": (3, """\
use ws::unified_manager::UnifiedWebSocketManager;
pub fn made() -> UnifiedWebSocketManager {
    UnifiedWebSocketManager { port: 1 }
}
"""),
    "alias_renamed": (2, """\
use ws::unified_manager::UnifiedWebSocketManager as Manager;
pub fn port(manager: &Manager) -> u16 {
    manager.port()
}
"""),
    "alias_written_out": (1, """\
pub fn made() -> ws::unified_manager::UnifiedWebSocketManager {
    Default::default()
}
"""),
    "group": (4, """\
use ws::unified_manager::{open_ws, Handler as _, State, LIMIT};
pub fn all() -> (u32, usize, bool) {
    (open_ws(1).0.handled(), LIMIT, State::Open == State::Open)
}
"""),
    "glob": (1, """\
use ws::unified_manager::*;
pub fn all() -> (u32, usize, bool) {
    (open_ws(1).0.handled(), LIMIT, State::Open == State::Closed)
}
"""),
    "module": (1, """\
use ws::unified_manager;
pub fn opened() -> u32 {
    unified_manager::open_ws(3).0
}
"""),
    "module_and_name": (2, """\
use ws::unified_manager::{self as old, ConnId};
pub fn opened(ConnId(n): ConnId) -> u32 {
    n + old::LIMIT as u32
}
"""),
    "public": (1, """\
pub use ws::unified_manager::State;
"""),
    "through_the_public_one": (1, """\
use crate::public::State;
pub fn closed(state: &State) -> bool {
    *state == State::Closed
}
"""),
    "decoy_written_out": (0, """\
pub fn opened() -> u32 {
    ws::unified_manager::open_ws(2).0 + ws::unified_manager::LIMIT as u32
}
"""),
    "wrapper": (2, """\
use ws::unified_manager::join;
pub fn joined() -> u32 {
    join(4u32)
}
"""),
    "macro_use": (1, """\
use ws::unified_manager::send;
pub fn sent() -> u32 {
    send!(4)
}
"""),
    "inside_a_macro": (1, """\
macro_rules! made {
    ($name:ident, $kind:path) => {
        pub fn $name() -> $kind {
            Default::default()
        }
    };
}
made!(one, ws::unified_manager::UnifiedWebSocketManager);
"""),
    "unseen_by_the_compiler": (0, """\
#[cfg(feature = "extra")]
pub fn extra() -> ws::unified_manager::UnifiedWebSocketManager {
    use ws::unified_manager::LIMIT;
    ws::unified_manager::UnifiedWebSocketManager { port: LIMIT as u16 }
}
"""),
    "crlf": (1, "// é\r\n/* é */ use ws::unified_manager::LIMIT;\r\npub fn limit() -> usize {\r\n    LIMIT\r\n}\r\n"),
}

USER = "".join(f"pub mod {name};\n" for name in FORMS)

TEST = """\
#[test]
fn all_is_as_it_was() {
    assert_eq!(user::alias_renamed::port(&user::alias_use::made()), 1);
    assert_eq!(user::alias_written_out::made().port, 0);
    assert_eq!(user::group::all(), (2, 16, true));
    assert_eq!(user::glob::all(), (2, 16, false));
    assert_eq!(user::module::opened(), 3);
    assert_eq!(user::module_and_name::opened(ws::unified_manager::ConnId(1)), 17);
    assert!(user::through_the_public_one::closed(&user::public::State::Closed));
    assert_eq!(user::decoy_written_out::opened(), 18);
    assert_eq!(user::wrapper::joined() + user::macro_use::sent(), 12);
    assert_eq!(user::inside_a_macro::one().port, 0);
    assert_eq!(user::crlf::limit(), 16);
}
"""


class Crates(Downstream):
    """A workspace of two crates, of which one uses the other."""

    forms = FORMS
    file = "src/{}.rs"
    says = "deprecated"
    user_toml = USER_TOML
    user_test = TEST

    def __init__(self, rehome: Path, place: Path) -> None:
        super().__init__(rehome, place, place / "user")
        self.core = place / "core"
        # All checks share what they depend on.
        self.target = str(place.parent / "target")
        self.ship()
        root = "".join(f"pub mod {name};\n" for name in self.forms)
        write(self.user, {"Cargo.toml": self.user_toml, "src/lib.rs": root, "tests/all.rs": self.user_test})
        for name, (_, text) in self.forms.items():
            (self.user / self.file.format(name)).write_bytes(text.encode())
        # The versions that this repository is built with are there without a network.
        shutil.copy(ROOT / "Cargo.lock", self.user / "Cargo.lock")
        self.cargo("metadata", "--format-version=1", "--offline")

    def ship(self) -> None:
        """Writes the library with its shims."""
        write(self.core, {"Cargo.toml": CORE_TOML, "src/lib.rs": CORE + SHIMS})

    def unship(self) -> None:
        """Takes them away."""
        write(self.core, {"src/lib.rs": CORE})

    def cargo(self, *words: str, expect: int | None = 0) -> str:
        return run(["cargo", *words], self.user, expect, CARGO_TARGET_DIR=self.target).stdout

    def moves(self, *words: str, expect: int | None = 0) -> str:
        return self.rehome_in(self.user, *words, expect=expect, CARGO_TARGET_DIR=self.target)

    def warnings(self) -> dict[str, list[str]]:
        lines = self.cargo("check", "--offline", "--all-targets", "--message-format=json").splitlines()
        found: dict[str, set[tuple[int, int, str]]] = {}
        for line in map(json.loads, lines):
            message = line.get("message", {})
            for span in message.get("spans", []):
                if span["is_primary"] and "user" in line["target"]["src_path"]:
                    place = (span["line_start"], span["column_start"], message["message"])
                    found.setdefault(span["file_name"], set()).add(place)
        return {file: [message for *_, message in sorted(all_of)] for file, all_of in found.items()}

    def is_clean(self, when: str) -> None:
        warnings = self.warnings()
        check(not warnings, f"{when} the compiler warns: {warnings}")
        self.cargo("rustc", "--offline", "--lib", "--", "-D", "warnings")
        self.cargo("test", "--offline", "--quiet")
        if "extra" in self.user_toml:
            self.cargo("test", "--offline", "--quiet", "--features", "extra")

    def lose_the_shims(self) -> None:
        self.unship()
        toml = (self.core / "Cargo.toml").read_text()
        toml = re.sub(r"shim-macros = .*\n", "", toml).replace("0.3.0-rc.1", "0.4.0")
        (self.core / "Cargo.toml").write_text(toml)


class WithManifest(Crates):
    """The library's shims are what its manifest asks for, and the manifest is shipped with them."""

    include = '\ninclude!("moved.rs");\n'

    def ship(self) -> None:
        about = '\n[package.metadata.rehome]\nmanifest = "rehome.toml"\n'
        write(self.core, {"Cargo.toml": CORE_TOML + about, "src/lib.rs": CORE, "rehome.toml": MANIFEST})
        said = self.rehome_in(self.core, "shim", "--write", expect=1)
        check(self.include.strip() in said, said)
        write(self.core, {"src/lib.rs": CORE + self.include})
        self.rehome_in(self.core, "shim", "--check")
        self.rehome_in(self.core, "check")
        write(self.core, {"rehome.toml": MANIFEST + LATER})

    def unship(self) -> None:
        write(self.core, {"rehome.toml": MANIFEST})
        toml = (self.core / "Cargo.toml").read_text()
        (self.core / "Cargo.toml").write_text(toml.replace("0.3.0-rc.1", "0.4.0"))
        said = self.rehome_in(self.core, "check", expect=1)
        check("RH005 the shim of `websocket_core::unified_manager::join` was to be gone" in said, said)
        said = self.rehome_in(self.core, "shim", "--write", expect=1)
        check("take this line away" in said, said)
        write(self.core, {"src/lib.rs": CORE})
        said = self.rehome_in(self.core, "shim", "--write")
        check(not (self.core / "src/moved.rs").exists(), said)
        self.rehome_in(self.core, "check")


def by_manifest(rehome: Path, place: Path) -> str | None:
    crates = WithManifest(rehome, place)
    crates.cargo("test", "--offline", "--quiet")
    told = ("websocket-core 0.3.0-rc.1: 4 moves, 1 not yet in force", "not yet in force: `later`, since 0.3.0")
    travel(crates, "--installed", told=told)
    check("limits" not in (crates.user / "src/group.rs").read_text(), "a move of a later version is made")
    return None


def by_warnings(rehome: Path, place: Path) -> str | None:
    crates = Crates(rehome, place)
    said = crates.moves("check", "--installed", expect=2)
    check("no installed package ships a manifest" in said, said)
    lines = crates.cargo("check", "--offline", "--all-targets", "--message-format=json")
    (place / "lines.json").write_text(lines)
    # What cargo says again from its cache is what it says at first, and what was written down.
    first = crates.moves("preview", "--from-warnings")
    again = crates.moves("preview", "--from-warnings=../lines.json")
    check(again.split("apply with")[0] == first.split("apply with")[0], "the lines of a file say something else")
    through = crates.user / "src/through_the_public_one.rs"
    before = through.read_bytes()

    travel(crates, "--from-warnings")
    check(through.read_bytes() == before, "what the crate gives on is taken for a legacy path")
    return None


def by_warnings_where_they_are_denied(rehome: Path, place: Path) -> str | None:
    crates = Crates(rehome, place)
    root = crates.user / "src/lib.rs"
    root.write_text("#![deny(warnings)]\n" + USER)
    said = crates.moves("check", "--from-warnings", expect=1)
    check("src/alias_use.rs:1:" in said, said)
    # A crate that does not compile for another reason says so, and nothing is written.
    root.write_text(USER + "pub fn broken() -> u32 { \"\" }\n")
    before = read(crates.user)
    said = crates.moves("apply", "--from-warnings", "--allow-dirty", expect=2)
    check("mismatched types" in said and "failed" in said, said)
    check(read(crates.user) == before, "something is written")
    return None
