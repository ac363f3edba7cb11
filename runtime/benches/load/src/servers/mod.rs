//! The servers: a line that says where they listen, then a line from standard input for each work.
//!
//! A user connects at `/ws?user=N`.

use std::sync::Arc;

use anyhow::bail;
use dashmap::DashMap;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::work::{Ask, Sending, Sent};

mod axum_by_hand;
#[cfg(feature = "peers")]
mod fast;
mod ours;
mod scripts;
#[cfg(feature = "peers")]
mod socketio;
#[cfg(feature = "peers")]
mod tokio_ws;

/// How a server is started, and spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) start: Start,
    pub(crate) protocol: Protocol,
    /// Whether it is ours: clients come back to where they were.
    pub(crate) has_history: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// By this program.
    Own,
    /// By a script, which is given to `node` or `python`.
    Script(scripts::Language, &'static str),
}

/// What a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Plain,
    SocketIo,
}

/// The one that ratios are to.
pub(crate) const BASE: &str = "axum";

const OWN: &[Server] = &[
    own("axum", Protocol::Plain),
    own("axum-batched", Protocol::Plain),
    with_history("websocket-core"),
    with_history("websocket-core-listener"),
    with_history("websocket-core-tungstenite"),
];

const fn own(name: &'static str, protocol: Protocol) -> Server {
    Server {
        name,
        start: Start::Own,
        protocol,
        has_history: false,
    }
}

const fn with_history(name: &'static str) -> Server {
    Server {
        has_history: true,
        ..own(name, Protocol::Plain)
    }
}

#[cfg(feature = "peers")]
const RUST: &[Server] = &[
    own("fastwebsockets", Protocol::Plain),
    own("tokio-websockets", Protocol::Plain),
    own("socketioxide", Protocol::SocketIo),
];
#[cfg(not(feature = "peers"))]
const RUST: &[Server] = &[];

/// The servers that are to be measured.
pub(crate) fn chosen(peers: bool, only: &[String]) -> anyhow::Result<Vec<Server>> {
    let all = OWN.iter().chain(RUST).chain(scripts::ALL).copied();
    let all: Vec<Server> = all.collect();
    if let Some(name) = only
        .iter()
        .find(|name| !all.iter().any(|it| it.name == **name))
    {
        let names: Vec<&str> = all.iter().map(|server| server.name).collect();
        bail!("no server is called {name}: there are {}", names.join(", "));
    }
    if peers && RUST.is_empty() {
        bail!("the peers in Rust are built by `--features peers`");
    }
    let is_chosen = |server: &Server| match only.is_empty() {
        true => peers || OWN.contains(server),
        false => only.iter().any(|name| name == server.name),
    };
    Ok(all.into_iter().filter(is_chosen).collect())
}

/// Serves until standard input ends.
pub(crate) async fn serve(name: &str) -> anyhow::Result<()> {
    match name {
        "axum" => axum_by_hand::serve(axum_by_hand::Writing::EachFlushed).await,
        "axum-batched" => axum_by_hand::serve(axum_by_hand::Writing::Batched).await,
        "websocket-core" => ours::serve(ours::Way::Axum).await,
        "websocket-core-listener" => ours::serve(ours::Way::Listener).await,
        "websocket-core-tungstenite" => ours::serve(ours::Way::Tungstenite).await,
        #[cfg(feature = "peers")]
        "fastwebsockets" => fast::serve().await,
        #[cfg(feature = "peers")]
        "tokio-websockets" => tokio_ws::serve().await,
        #[cfg(feature = "peers")]
        "socketioxide" => socketio::serve().await,
        other => bail!("no server is called {other}"),
    }
}

/// What is asked, one after the other.
struct Asks {
    lines: Lines<BufReader<Stdin>>,
    first: Option<Ask>,
}

impl Asks {
    /// Says where the server listens.
    fn listening(address: std::net::SocketAddr) -> Self {
        println!("listening {address}");
        Self {
            lines: BufReader::new(tokio::io::stdin()).lines(),
            first: None,
        }
    }

    /// Waits for the first one: by then all users are connected.
    async fn begun(&mut self) -> anyhow::Result<()> {
        self.first = self.next().await?;
        Ok(())
    }

    async fn next(&mut self) -> anyhow::Result<Option<Ask>> {
        if self.first.is_some() {
            return Ok(self.first.take());
        }
        let line = self.lines.next_line().await?;
        line.map(|line| line.parse()).transpose()
    }

    /// Does what is asked of events, until the end is asked for: in so many seconds.
    async fn serve(
        &mut self,
        users: usize,
        mut send: impl FnMut(Sending),
    ) -> anyhow::Result<Option<u64>> {
        let mut sent = Sent::to(users);
        while let Some(ask) = self.next().await? {
            if let Ask::Drain(seconds) = ask {
                return Ok(Some(seconds));
            }
            sent.send(&ask, &mut send);
        }
        Ok(None)
    }
}

/// A sender for each connection of a user: what people write by hand.
struct Senders<M>(DashMap<usize, Vec<mpsc::Sender<M>>>);

impl<M: Clone> Senders<M> {
    fn new() -> Arc<Self> {
        Arc::new(Self(DashMap::new()))
    }

    /// A connection of a user: the messages that are for it.
    fn connect(&self, user: usize) -> mpsc::Receiver<M> {
        let (sender, messages) = mpsc::channel(1_024);
        self.0.entry(user).or_default().push(sender);
        messages
    }

    /// As it is written by hand: what does not fit is lost in silence.
    fn send(senders: &[mpsc::Sender<M>], message: &M) {
        for sender in senders {
            let _ = sender.try_send(message.clone());
        }
    }

    /// Does what is asked.
    async fn serve(&self, mut asks: Asks, message: impl Fn(String) -> M) -> anyhow::Result<()> {
        asks.begun().await?;
        let users = self.0.len();
        let send = |sending: Sending| {
            let message = message(sending.text());
            match sending {
                Sending::User { user, .. } => {
                    if let Some(senders) = self.0.get(&user) {
                        Self::send(&senders, &message);
                    }
                }
                Sending::All { .. } => {
                    for senders in &self.0 {
                        Self::send(&senders, &message);
                    }
                }
            }
        };
        match asks.serve(users, send).await? {
            None => Ok(()),
            Some(_) => bail!("what is written by hand has no drain"),
        }
    }
}

/// Without it messages wait for the answer to the one before, up to 40 ms: nobody would leave it so.
fn no_delay(stream: &mut TcpStream) {
    // A stream that is closed already is none of this.
    let _ = stream.set_nodelay(true);
}

/// The user of `/ws?user=N`.
fn user(query: Option<&str>) -> usize {
    let user = query.and_then(|query| query.strip_prefix("user="));
    user.and_then(|user| user.parse().ok()).unwrap_or_default()
}
