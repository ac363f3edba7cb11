//! A listener of our own, for services without axum.
//!
//! ```no_run
//! # async fn f(factory: websocket_core::websocket_manager::WebSocketManagerFactory) -> std::io::Result<()> {
//! let tcp = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! factory.listener().path("/ws").serve(tcp).await;
//! # Ok(())
//! # }
//! ```

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::handshake::{Refusal, admit};
use crate::observe;
use crate::upgrade::{Pending, accepted, refused};
use crate::websocket_manager::{Shared, WebSocketManagerFactory};

/// The longest head of a request, in bytes.
const HEAD: usize = 16 * 1024;
/// After a failure to accept, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

impl WebSocketManagerFactory {
    /// A listener to be, for connections of this factory.
    pub fn listener(&self) -> Listener {
        Listener {
            shared: Arc::clone(&self.shared),
            path: None,
            handshakes: 1_024,
            handshake_timeout: Duration::from_secs(10),
            #[cfg(feature = "rustls")]
            tls: None,
        }
    }
}

/// A listener to be.
#[derive(Clone)]
#[must_use = "a listener listens by `serve`"]
pub struct Listener {
    shared: Arc<Shared>,
    path: Option<Arc<str>>,
    handshakes: usize,
    handshake_timeout: Duration,
    #[cfg(feature = "rustls")]
    tls: Option<tokio_rustls::TlsAcceptor>,
}

impl Listener {
    /// Handshakes are taken at this path alone, and are 404 at others. Default: at every path.
    pub fn path(mut self, path: impl Into<Arc<str>>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// So many handshakes at once; others wait in the kernel. Default: 1,024.
    ///
    /// One who connects and says nothing is among them until [`Listener::handshake_timeout`]: no limit
    /// of an address holds before its request is read, for it may be that of a proxy. Where anybody can
    /// reach the listener, a shorter time or a higher limit keeps a few clients from holding up all
    /// others for that long.
    pub fn handshakes(mut self, handshakes: usize) -> Self {
        self.handshakes = handshakes.max(1);
        self
    }

    /// How long a handshake may take, that of TLS with it. Default: 10 seconds.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake_timeout = timeout;
        self
    }

    /// TLS for all connections.
    #[cfg(feature = "rustls")]
    pub fn tls(mut self, config: Arc<rustls::ServerConfig>) -> Self {
        self.tls = Some(config.into());
        self
    }

    /// Takes connections until the factory is drained; while it drains they are refused with 503.
    ///
    /// Dropping the future ends all connections that it took, at once.
    ///
    /// # Panics
    /// Outside of a tokio runtime. Without its timer each connection ends by a panic of its own.
    pub async fn serve(self, tcp: TcpListener) {
        let listener = Arc::new(self);
        let permits = Arc::new(Semaphore::new(listener.handshakes));
        let mut tasks = JoinSet::new();
        let drained = listener.shared.draining.drained.clone();
        loop {
            let permit = Arc::clone(&permits).acquire_owned();
            let next = async {
                // The semaphore is never closed.
                let permit = permit.await.ok();
                (permit, tcp.accept().await)
            };
            let (permit, next) = tokio::select! {
                () = drained.cancelled() => break,
                // What has ended is forgotten as it ends.
                Some(_) = tasks.join_next() => continue,
                next = next => next,
            };
            match next {
                Ok((stream, peer)) => {
                    let listener = Arc::clone(&listener);
                    let span = observe::connection();
                    let drained = drained.clone();
                    let task = async move {
                        let handshake = listener.handshake(stream, peer);
                        // One that begins late, or says nothing, keeps nobody from the end.
                        let upgraded = drained.run_until_cancelled(handshake).await;
                        drop(permit);
                        if let Some(Some(pending)) = upgraded {
                            pending.connection().await;
                        }
                    };
                    tasks.spawn(task.instrument(span));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        drop(tcp);
        while tasks.join_next().await.is_some() {}
    }

    /// The handshake of a stream, within its time.
    async fn handshake(&self, stream: TcpStream, peer: SocketAddr) -> Option<Pending> {
        // In a box that goes with it: what serves HTTP is large, and connections stay.
        let handshake = Box::pin(self.try_handshake(stream, peer));
        match tokio::time::timeout(self.handshake_timeout, handshake).await {
            Ok(Ok(upgraded)) => upgraded,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a handshake was not completed");
                None
            }
            Err(_) => {
                tracing::debug!("a handshake took too long");
                None
            }
        }
    }

    async fn try_handshake(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
    ) -> io::Result<Option<Pending>> {
        #[cfg(feature = "rustls")]
        if let Some(tls) = &self.tls {
            crate::stream::tune(&stream);
            let stream = tls.accept(stream).await?;
            return self.http(TokioIo::new(stream), peer).await;
        }
        self.http(TokioIo::new(stream), peer).await
    }

    async fn http<S>(&self, stream: S, peer: SocketAddr) -> io::Result<Option<Pending>>
    where
        S: Read + Write + Unpin + Send + 'static,
    {
        let upgraded = Mutex::new(None);
        let service = service_fn(async |request: Request<Incoming>| {
            let (mut response, admitted) = self.answer(request, peer).await;
            if admitted.is_none() {
                // Nothing else can be asked for here.
                let close = HeaderValue::from_static("close");
                response.headers_mut().append(CONNECTION, close);
            } else {
                *upgraded.lock().unwrap_or_else(PoisonError::into_inner) = admitted;
            }
            Ok::<_, Infallible>(response)
        });
        let mut http = http1::Builder::new();
        let http = http.max_buf_size(HEAD);
        let served = http.serve_connection(stream, service).with_upgrades();
        served.await.map_err(io::Error::other)?;
        Ok(upgraded
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner))
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> (Response<Full<Bytes>>, Option<Pending>) {
        if self
            .path
            .as_deref()
            .is_some_and(|path| path != request.uri().path())
        {
            return (
                refused(&Refusal::Upgrade(StatusCode::NOT_FOUND, "not found")),
                None,
            );
        }
        let (mut parts, _) = request.into_parts();
        match admit(Arc::clone(&self.shared), &mut parts, Some(peer)).await {
            Err(refusal) => (refused(&refusal), None),
            Ok(admitted) => {
                let (response, pending) = accepted(admitted);
                (response, Some(pending))
            }
        }
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener")
            .field("path", &self.path)
            .field("handshakes", &self.handshakes)
            .field("handshake_timeout", &self.handshake_timeout)
            .finish_non_exhaustive()
    }
}
