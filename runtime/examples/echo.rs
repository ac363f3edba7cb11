//! An echo on each transport, for `tests/autobahn`: by axum on our own, by axum on tungstenite, and
//! by the listener. Prints a line with the name and the address of each.

use std::net::SocketAddr;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use websocket_core::config::{Origins, Rate};
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use websocket_core::websocket_manager::WebSocketManagerFactory;

#[path = "../tests/support/wrapped.rs"]
mod wrapped;

/// The longest message of the suite is 16 MiB.
const MESSAGE: usize = 64 << 20;

/// Everybody.
struct Anybody;

impl Authenticator for Anybody {
    async fn authenticate(
        &self,
        _credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let user = UserId::new("anybody").map_err(|_| AuthError::Invalid)?;
        Ok(grant.user(user))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let factory = WebSocketManagerFactory::builder()
        .authenticator(Anybody)
        .configure(|config| {
            config.message_bytes = MESSAGE;
            config.handshakes = Rate::new(1_000_000, 1_000_000.0);
            config.origins = Origins::Any;
        })
        .build();
    let app = axum::Router::new().route("/", factory.axum_route());

    let listener = bind("own").await?;
    let listener = listener.tap_io(|stream| websocket_core::axum::tune(stream));
    let own = app.clone();
    let own = own.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, own).await });

    tokio::spawn(wrapped::serve(bind("tungstenite").await?, app));

    let listener = bind("listener").await?;
    factory.listener().serve(listener).await;
    Ok(())
}

async fn bind(name: &str) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{name} {}", listener.local_addr()?);
    Ok(listener)
}
