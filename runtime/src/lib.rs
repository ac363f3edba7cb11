//! A WebSocket manager for services: one for each user, made by a factory, never global.
//!
//! The rooms, in the order in which an event walks through them; a room uses only rooms before it.
//!
//! - [`sync`] — the locks, which a model checker can replace.
//! - [`caught`] — what the application's own code does, where a panic in it must end nothing else.
//! - [`identity`] — who a user is, and how that is proved.
//! - [`config`] — limits and times, with their defaults.
//! - [`close`] — why a connection ends.
//! - [`framing`] — the frames of RFC 6455.
//! - [`wire`] — the frames of wire format V1.
//! - [`event`] — what is published: the five events of agents, and those of the application.
//! - [`observe`] — counters and histograms.
//! - [`backplane`] — where offsets are assigned and history is kept.
//! - [`outbox`] — what waits for one connection, within bounds.
//! - [`hub`] — the connections of one user.
//! - [`limits`] — how many connections, and how often.
//! - [`registry`] — the hub of each user, as long as somebody holds it.
//! - [`unfit`] — messages that are not what is expected, and the field at fault.
//! - [`session`] — the protocol of one connection, without input and output.
//! - [`websocket_manager`] — the factory, the manager, runs of agents, and what clients send.
//! - [`transport`] — a connection from its first frame to its last one.
//! - [`stream`] — the transport of our own, on a TCP stream.
//! - [`tungstenite`](mod@tungstenite) — the transport on any stream.
//! - `echo` — what the frames of a transport are proved by; it is not in a build for use.
//! - [`handshake`] — who may connect.
//! - [`upgrade`] — from a handshake to a connection.
//! - `listener` — a listener of our own.
//! - [`axum`](mod@axum) — the route for axum.
//! - `fuzz` — what holds for bytes of any kind; it is not in a build for use.

#![allow(
    rustdoc::private_intra_doc_links,
    reason = "the rooms above are for those who read the source, too"
)]
#![cfg_attr(
    not(feature = "__http"),
    expect(dead_code, reason = "a connection needs a transport")
)]
#![cfg_attr(
    feature = "__echo",
    expect(dead_code, reason = "the echo takes the place of connections")
)]

#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
struct Readme;

mod sync;

mod caught;

pub mod identity;

pub mod config;

pub mod close;

mod framing;

pub mod wire;

pub mod event;

mod observe;

pub mod backplane;

mod outbox;

mod hub;

mod limits;

mod registry;

mod unfit;

mod session;

pub mod websocket_manager;

mod transport;

#[cfg(feature = "__http")]
mod stream;

#[cfg(feature = "__http")]
mod tungstenite;

#[cfg(feature = "__echo")]
mod echo;

#[cfg(feature = "__http")]
mod handshake;

#[cfg(feature = "__http")]
mod upgrade;

#[cfg(feature = "listener")]
pub mod listener;

#[cfg(feature = "axum")]
pub mod axum;

#[cfg(all(any(test, feature = "__fuzz"), feature = "__http"))]
#[doc(hidden)]
pub mod fuzz;

/// The legacy path. It goes away in 0.4.0; `rehome preview --installed` moves what uses it.
#[shim_macros::deprecated_reexport(since = "0.2.0", remove_in = "0.4.0")]
pub mod unified_manager {
    /// See [`crate::websocket_manager::WebSocketManager`].
    pub type UnifiedWebSocketManager = crate::websocket_manager::WebSocketManager;
}
