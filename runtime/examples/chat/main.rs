//! Two users, two tabs, and agents at work: `cargo run -p websocket-core --example chat`.
//!
//! The page shows the five events live, drops its connection at a click, and counts what it missed
//! and got after all. Ctrl-C drains: clients are told, and the report is printed.
//!
//! `cargo run -p websocket-core --example chat -- 127.0.0.1:0` listens somewhere else.

mod agents;
mod pages;
mod sources;
mod tokens;

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use websocket_core::websocket_manager::{Drain, Inbound, WebSocketManagerFactory};

use crate::agents::{Agents, FromPage};
use crate::pages::State;
use crate::tokens::{ByToken, Tokens};

const ADDRESS: &str = "127.0.0.1:3000";

const UPKEEP: Duration = Duration::from_secs(5);

/// How long clients have to go when the example ends.
const DRAIN: Duration = Duration::from_secs(5);
/// How long requests have that are under way then.
const REQUESTS: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| ADDRESS.to_owned());
    // Before the factory, for what is counted without a recorder is lost.
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder()?;

    let tokens = Arc::new(Tokens::random()?);
    let agents = Arc::new(Agents::new());
    let handler = Arc::clone(&agents);
    let factory = WebSocketManagerFactory::builder()
        .max_connections_per_user(8)
        .authenticator(ByToken(Arc::clone(&tokens)))
        .on_message(move |inbound: Inbound<FromPage>| {
            handler.handle(&inbound);
            std::future::ready(())
        })
        .build();

    let app = pages::router(State {
        factory: factory.clone(),
        tokens,
        metrics: metrics.clone(),
    });
    let app = app.route("/ws", factory.axum_route());
    let app = app.into_make_service_with_connect_info::<SocketAddr>();

    let listener = TcpListener::bind(&address).await;
    let listener = listener.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let at = listener.local_addr()?;
    println!("Two users, a tab for each:");
    for user in tokens::USERS {
        println!("  http://{at}/?user={user}");
    }
    println!("Also: /stats, /metrics, /healthz. Ctrl-C drains.");

    let listener = listener.tap_io(|stream| websocket_core::axum::tune(stream));
    let (end, ended) = oneshot::channel::<()>();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async {
        // Dropped is as good as sent.
        let _ = ended.await;
    });
    let serving = tokio::spawn(serving.into_future());

    // Histograms grow until they are read or folded, and perhaps nobody reads.
    let upkeep = async {
        loop {
            tokio::time::sleep(UPKEEP).await;
            metrics.run_upkeep();
        }
    };
    tokio::select! {
        stopped = stop_signal() => stopped?,
        () = upkeep => {}
    }
    println!("Draining, for {} seconds at most.", DRAIN.as_secs());
    let abandoned = agents.end().await;
    // While it drains, `/healthz` still answers: that is how a balancer learns of it.
    let report = factory.drain(Drain::within(DRAIN)).await;
    println!("Runs abandoned: {abandoned}");
    println!(
        "Connections: {}, aborted: {}",
        report.connections, report.aborted
    );
    println!(
        "Not flushed: {} frames, {} bytes",
        report.unflushed_frames, report.unflushed_bytes
    );
    drop(end);
    match tokio::time::timeout(REQUESTS, serving).await {
        Ok(served) => served??,
        Err(_) => tracing::warn!("requests were under way at the end"),
    }
    Ok(())
}

/// Ctrl-C, or what a supervisor sends.
async fn stop_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
