"""A crate that ships shims, with and without a manifest, and a user of it in every form."""

import json
import re
import shutil
from pathlib import Path

from commands import check, read, run, write

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

[python]
roots = ["not-shipped"]

[[move]]
id = "manager"
since = "0.2.0"
rust = { from = "websocket_core::unified_manager::UnifiedWebSocketManager", to = "websocket_core::websocket_manager::WebSocketManager", kind = "struct" }

[[move]]
id = "send"
since = "0.2.0"
rust = { from = "websocket_core::unified_manager::send", to = "websocket_core::ws_send", kind = "macro" }

[[move]]
id = "manager-module"
since = "0.3.0-rc.1"
rename = { open_ws = "connect", join = "join_all" }
rust = { from = "websocket_core::unified_manager", to = "websocket_core::websocket_manager", kind = "module" }

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


class Project:
    """A workspace of two crates, of which one uses the other."""

    def __init__(self, rehome: Path, place: Path, manifest: bool) -> None:
        self.rehome = rehome
        self.core = place / "core"
        self.user = place / "user"
        # All checks share what they depend on.
        self.target = str(place.parent / "target")
        about = '\n[package.metadata.rehome]\nmanifest = "rehome.toml"\n' if manifest else ""
        write(self.core, {"Cargo.toml": CORE_TOML + about, "src/lib.rs": CORE + SHIMS})
        if manifest:
            write(self.core, {"rehome.toml": MANIFEST})
        write(self.user, {"Cargo.toml": USER_TOML, "src/lib.rs": USER, "tests/all.rs": TEST})
        for name, (_, text) in FORMS.items():
            (self.user / f"src/{name}.rs").write_bytes(text.encode())
        # The versions that this repository is built with are there without a network.
        shutil.copy(ROOT / "Cargo.lock", self.user / "Cargo.lock")
        self.cargo("metadata", "--format-version=1", "--offline")

    def cargo(self, *words: str, expect: int | None = 0) -> str:
        return run(["cargo", *words], self.user, expect, CARGO_TARGET_DIR=self.target).stdout

    def moves(self, *words: str, expect: int = 0) -> str:
        done = run([self.rehome, *words], self.user, expect, CARGO_TARGET_DIR=self.target)
        return done.stdout + done.stderr

    def warnings(self) -> dict[str, list[str]]:
        """What the compiler says of each file of the user, each thing once."""
        lines = self.cargo("check", "--offline", "--all-targets", "--message-format=json").splitlines()
        found: dict[str, set[tuple[int, int, str]]] = {}
        for line in map(json.loads, lines):
            message = line.get("message", {})
            for span in message.get("spans", []):
                if span["is_primary"] and "user" in line["target"]["src_path"]:
                    place = (span["line_start"], span["column_start"], message["message"])
                    found.setdefault(span["file_name"], set()).add(place)
        return {file: [message for *_, message in sorted(all_of)] for file, all_of in found.items()}

    def warns_as_documented(self) -> None:
        warnings = self.warnings()
        for name, (expected, _) in FORMS.items():
            said = warnings.get(f"src/{name}.rs", [])
            check(len(said) == expected, f"{name} warns {len(said)} times, not {expected}: {said}")
            check(all("deprecated" in one for one in said), f"{name} warns of something else: {said}")

    def is_clean(self, when: str) -> None:
        warnings = self.warnings()
        check(not warnings, f"{when} the compiler warns: {warnings}")
        self.cargo("rustc", "--offline", "--lib", "--", "-D", "warnings")
        self.cargo("test", "--offline", "--quiet")
        self.cargo("test", "--offline", "--quiet", "--features", "extra")

    def lose_the_shims(self) -> None:
        (self.core / "src/lib.rs").write_text(CORE)
        toml = (self.core / "Cargo.toml").read_text()
        (self.core / "Cargo.toml").write_text(re.sub(r"shim-macros = .*\n", "", toml))


def by_manifest(rehome: Path, place: Path) -> str | None:
    project = Project(rehome, place, manifest=True)
    project.cargo("test", "--offline", "--quiet")
    project.warns_as_documented()
    before = read(place)
    said = project.moves("preview", "--installed", "-v")
    check("websocket-core 0.3.0-rc.1: 3 moves, 1 not yet in force" in said, said)
    check("not yet in force: `later`, since 0.3.0" in said, said)
    check(read(place) == before, "preview writes something")
    project.moves("check", "--installed", expect=1)
    project.moves("apply", "--installed=websocket_core", "--allow-dirty")
    after = read(place)
    changed = [file for file in after if after[file] != before[file]]
    check(all(file.startswith("user/") for file in changed), f"it changes {changed}")
    check("limits" not in (project.user / "src/group.rs").read_text(), "a move of a later version is made")
    project.is_clean("after apply --installed")
    project.moves("check", "--installed")
    project.lose_the_shims()
    project.is_clean("without the shims")
    project.moves("check", "--installed")
    return None


def by_warnings(rehome: Path, place: Path) -> str | None:
    project = Project(rehome, place, manifest=False)
    project.warns_as_documented()
    said = project.moves("check", "--installed", expect=2)
    check("no installed package ships a manifest" in said, said)
    lines = project.cargo("check", "--offline", "--all-targets", "--message-format=json")
    (place / "lines.json").write_text(lines)
    before = read(project.user)
    # What cargo says again from its cache is what it says at first, and what was written down.
    first = project.moves("preview", "--from-warnings")
    check(project.moves("preview", "--from-warnings=../lines.json").split("apply with")[0] == first.split("apply with")[0],
          "the lines of a file say something else")
    check(read(project.user) == before, "preview writes something")
    # Whether a star brings a trait is nothing that the compiler says of its decoy.
    said = project.moves("apply", "--from-warnings", "--allow-dirty", expect=1)
    left = re.findall(r"^  (src/\S+?):(\d+):", said.partition("left to you:")[2], re.MULTILINE)
    check(left == [("src/glob.rs", "1")], said)
    check("1 left to you" in said, said)
    glob = project.user / "src/glob.rs"
    lines_of = glob.read_text().splitlines(keepends=True)
    check(lines_of[0] == "use ws::unified_manager::*;\n", lines_of[0])
    glob.write_text("use ws::websocket_manager::Handler as _;\n" + "".join(lines_of[1:]))
    through = "src/through_the_public_one.rs"
    check((project.user / through).read_bytes() == before[through], "what the crate gives on is taken for a legacy path")
    project.is_clean("after apply --from-warnings")
    project.moves("check", "--from-warnings")
    project.lose_the_shims()
    project.is_clean("without the shims")
    return None


def by_warnings_where_they_are_denied(rehome: Path, place: Path) -> str | None:
    project = Project(rehome, place, manifest=False)
    root = project.user / "src/lib.rs"
    root.write_text("#![deny(warnings)]\n" + USER)
    said = project.moves("check", "--from-warnings", expect=1)
    check("src/alias_use.rs:1:" in said, said)
    # A crate that does not compile for another reason says so, and nothing is written.
    root.write_text(USER + "pub fn broken() -> u32 { \"\" }\n")
    before = read(project.user)
    said = project.moves("apply", "--from-warnings", "--allow-dirty", expect=2)
    check("mismatched types" in said and "failed" in said, said)
    check(read(project.user) == before, "something is written")
    return None
