//! Servers that are not written in Rust.

use std::path::Path;

use anyhow::{Context, ensure};
use tokio::process::Command;

use super::{Protocol, Server, Start};

/// What runs a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Node,
    Python,
}

/// The scripts of `peers/`, and their arguments.
pub(super) const ALL: &[Server] = &[
    script("node-ws", Language::Node, "ws.mjs", Protocol::Plain),
    script(
        "node-socket.io",
        Language::Node,
        "socketio.mjs",
        Protocol::SocketIo,
    ),
    script(
        "python-websockets",
        Language::Python,
        "websockets_server.py",
        Protocol::Plain,
    ),
    script(
        "fastapi",
        Language::Python,
        "fastapi_server.py asyncio",
        Protocol::Plain,
    ),
    script(
        "fastapi-uvloop",
        Language::Python,
        "fastapi_server.py uvloop",
        Protocol::Plain,
    ),
];

const fn script(
    name: &'static str,
    language: Language,
    file: &'static str,
    protocol: Protocol,
) -> Server {
    Server {
        name,
        start: Start::Script(language, file),
        protocol,
        has_history: false,
    }
}

impl Language {
    /// The words that run a script, with what it needs installed below `target/load-peers`.
    pub(crate) fn command(self, command: &mut Command, script: &str) -> anyhow::Result<()> {
        let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        let installed = peers.join("../../../../target/load-peers");
        let program = match self {
            Self::Node => "node".into(),
            Self::Python => installed.join("python/bin/python"),
        };
        ensure!(
            installed.join("ready").exists(),
            "the peers are not installed: run runtime/benches/load/peers/install.sh"
        );
        let mut words = script.split(' ');
        let script = peers.join(words.next().unwrap_or_default()).canonicalize();
        command.arg(program);
        command.arg(script.context("the scripts of the peers are beside this program's source")?);
        command.args(words);
        command.env("NODE_PATH", installed.join("node/node_modules"));
        Ok(())
    }
}
