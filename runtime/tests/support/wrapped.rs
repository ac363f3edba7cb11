//! A listener whose streams are no `TcpStream`s: connections on them are served by tungstenite.

use std::io;
use std::net::SocketAddr;

use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{Join, join};
use tokio::net::TcpListener;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Serves an application on such streams.
pub(crate) async fn serve(listener: TcpListener, app: axum::Router) -> io::Result<()> {
    let app = app.layer(from_fn(tell_address));
    let app = app.into_make_service_with_connect_info::<Peer>();
    axum::serve(Wrapped(listener), app).await
}

struct Wrapped(TcpListener);

impl Listener for Wrapped {
    type Io = Join<OwnedReadHalf, OwnedWriteHalf>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        websocket_core::axum::tune(&stream);
        let (read, write) = stream.into_split();
        (join(read, write), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// The address of the other end, as the listener tells it.
#[derive(Clone, Copy)]
struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, Wrapped>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Wrapped>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Tells it as the route expects it.
async fn tell_address(
    ConnectInfo(Peer(address)): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(ConnectInfo(address));
    next.run(request).await
}
