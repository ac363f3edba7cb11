//! The listener of our own: TLS, limits and times of handshakes, and its end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsConnector, rustls};
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use websocket_core::listener::Listener;
use websocket_core::websocket_manager::{Drain, WebSocketManagerFactory};

mod support;

use support::ends::{BINARY, CLOSE, Got, PING, Raw, TEXT, frame, handshake};
use support::{SOON, builder};

const AGES: Duration = Duration::from_secs(3_600);

/// Where it listens, and its task.
async fn listen(listener: Listener) -> (SocketAddr, JoinHandle<()>) {
    let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = tcp.local_addr().expect("it is bound");
    (address, tokio::spawn(listener.serve(tcp)))
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(SOON, what).await;
    done.expect("it happens soon")
}

/// A server's and a client's configuration that trust each other.
fn tls() -> (Arc<ServerConfig>, TlsConnector) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
    let made = made.expect("a certificate");
    let certificate = made.cert.der().clone();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(ring::default_provider());
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.into())
        .expect("they belong together");
    let mut roots = RootCertStore::empty();
    roots.add(certificate).expect("it is one");
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(roots)
        .with_no_client_auth();
    (Arc::new(server), TlsConnector::from(Arc::new(client)))
}

async fn tls_client(tls: &TlsConnector, address: SocketAddr) -> Raw<TlsStream<TcpStream>> {
    let tcp = TcpStream::connect(address).await.expect("it listens");
    let name = ServerName::try_from("localhost").expect("it is one");
    let stream = soon(tls.connect(name, tcp)).await;
    Raw::new(stream.expect("the certificate is trusted"))
}

#[tokio::test]
async fn connections_over_tls_are_connections() {
    let factory = builder().build();
    let (server, connector) = tls();
    let (address, _task) = listen(factory.listener().path("/ws").tls(server)).await;
    let mut client = tls_client(&connector, address).await;
    client.shake_hands("ada").await;

    let authenticated = factory.authenticate(Credential::bearer("user.ada")).await;
    let authenticated = authenticated.expect("the token is good");
    let manager = factory.manager(&authenticated).expect("it is ours");
    // More than a record of TLS holds.
    let long = "x".repeat(100_000);
    for payload in ["short", &long] {
        manager.send("note", &payload).expect("it is json");
        match client.next().await {
            Got::Text(text) => assert!(text.contains(payload)),
            other => panic!("{other:?}"),
        }
    }
    client.send(&frame(TEXT, br#"{"type":"ping"}"#)).await;
    assert_eq!(
        client.next().await,
        Got::Text(r#"{"type":"pong"}"#.to_owned())
    );
    client.send(&frame(PING, b"Hello")).await;
    assert_eq!(client.next().await, Got::Pong(b"Hello".to_vec()));
    client.send(&frame(CLOSE, &1000_u16.to_be_bytes())).await;
    assert_eq!(client.next().await, Got::Close(Some(1000)));
    // In order: a stream of TLS that is cut is an error here.
    assert_eq!(client.next().await, Got::End);
}

#[tokio::test]
async fn what_stands_before_a_close_over_tls_is_answered_before_it() {
    let factory = builder().build();
    let (server, connector) = tls();
    let (address, _task) = listen(factory.listener().path("/ws").tls(server)).await;
    let (ping, close) = (
        frame(TEXT, br#"{"type":"ping"}"#),
        frame(CLOSE, &1000_u16.to_be_bytes()),
    );
    let cases = [(vec![], Some(1000)), (frame(BINARY, b"{}"), Some(1003))];
    for (fault, code) in cases {
        let mut client = tls_client(&connector, address).await;
        // `hello` is on its way then.
        let bytes = [handshake("ada").as_bytes(), &ping, &fault, &close].concat();
        client.send(&bytes).await;
        assert_eq!(client.status().await, 101);
        client.hello().await;
        assert_eq!(
            client.next().await,
            Got::Text(r#"{"type":"pong"}"#.to_owned())
        );
        assert_eq!(client.next().await, Got::Close(code));
        assert_eq!(client.next().await, Got::End);
    }
}

#[tokio::test]
async fn a_fault_over_tls_is_said_and_the_stream_ends_in_order() {
    let factory = builder()
        .configure(|config| config.close_timeout = AGES)
        .build();
    let (server, connector) = tls();
    let (address, _task) = listen(factory.listener().tls(server)).await;
    let mut client = tls_client(&connector, address).await;
    client.shake_hands("ada").await;
    client
        .send(&[&frame(3, b"")[..], &[0xC3; 500_000]].concat())
        .await;
    assert_eq!(client.next().await, Got::Close(Some(1002)));
    assert_eq!(client.next().await, Got::End);
}

#[tokio::test]
async fn one_without_tls_or_trust_ends_alone() {
    let factory = builder().build();
    let (server, connector) = tls();
    let (address, _task) = listen(factory.listener().tls(server)).await;
    let mut plain = TcpStream::connect(address).await.expect("it listens");
    plain
        .write_all(handshake("ada").as_bytes())
        .await
        .expect("it is open");
    let mut rest = Vec::new();
    // An alert, then the end, which may be a reset.
    let _ = soon(tokio::io::AsyncReadExt::read_to_end(&mut plain, &mut rest)).await;
    assert!(!rest.starts_with(b"HTTP"));

    let (_, stranger) = tls();
    let tcp = TcpStream::connect(address).await.expect("it listens");
    let name = ServerName::try_from("localhost").expect("it is one");
    let refused: std::io::Error = soon(stranger.connect(name, tcp))
        .await
        .expect_err("no trust");
    let refused = refused
        .get_ref()
        .and_then(|error| error.downcast_ref::<rustls::Error>());
    assert!(matches!(
        refused,
        Some(rustls::Error::InvalidCertificate(_))
    ));

    let mut client = tls_client(&connector, address).await;
    client.shake_hands("ada").await;
}

async fn answer(address: SocketAddr, request: &str) -> (u16, Got) {
    let mut client = Raw::connect(address).await;
    client.send(request.as_bytes()).await;
    let status = client.status().await;
    // What it is refused with is text; the stream ends behind it.
    let end = client.skip_to_end().await;
    (status, end)
}

#[tokio::test]
async fn what_is_no_handshake_is_refused_and_the_stream_ends() {
    let factory = builder().build();
    let (address, _task) = listen(factory.listener().path("/ws")).await;
    let good = handshake("ada");
    let cases = [
        (good.replace("/ws ", "/other "), 404),
        (good.replace("/ws ", "/ws/ "), 404),
        (
            "GET /ws HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
            426,
        ),
        (good.replace("GET", "PUT"), 405),
        (good.replace("version: 13", "version: 8"), 426),
        (good.replace("user.ada", "nobody"), 401),
        (
            good.replace("/ws ", &format!("/{} ", "x".repeat(20_000))),
            431,
        ),
        ("not http\r\n\r\n".to_owned(), 400),
    ];
    for (request, status) in cases {
        assert_eq!(
            answer(address, &request).await,
            (status, Got::End),
            "{request:.40}"
        );
    }
    let mut client = Raw::connect(address).await;
    client
        .send(good.replace("/ws ", "/ws?a=b ").as_bytes())
        .await;
    assert_eq!(client.status().await, 101);
}

#[tokio::test]
async fn a_handshake_that_takes_too_long_ends() {
    let factory = builder().build();
    let (server, _) = tls();
    let plain = factory
        .listener()
        .handshake_timeout(Duration::from_millis(300));
    let over_tls = plain.clone().tls(server);
    for listener in [plain, over_tls] {
        let (address, _task) = listen(listener).await;
        let mut silent = Raw::connect(address).await;
        let mut slow = Raw::connect(address).await;
        slow.send(b"GET /ws HTTP/1.1\r\nhost: ").await;
        // The end alone: nothing is said to one who says nothing.
        assert_eq!(silent.skip_to_end().await, Got::End);
        slow.skip_to_end().await;
    }
}

/// Lets in who has a permit, and counts how many ask at once.
struct Gate {
    permits: Arc<Semaphore>,
    asking: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Authenticator for Gate {
    async fn authenticate(
        &self,
        _credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let asking = self.asking.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(asking, Ordering::SeqCst);
        let permit = self.permits.acquire().await;
        permit.map_err(|_| AuthError::Invalid)?.forget();
        self.asking.fetch_sub(1, Ordering::SeqCst);
        Ok(grant.user(UserId::new("ada").map_err(|_| AuthError::Invalid)?))
    }
}

#[tokio::test]
async fn no_more_handshakes_than_the_limit_are_taken_at_once() {
    let (permits, asking, most) = (Arc::new(Semaphore::new(0)), Arc::default(), Arc::default());
    let gate = Gate {
        permits: Arc::clone(&permits),
        asking: Arc::clone(&asking),
        most: Arc::clone(&most),
    };
    let factory = WebSocketManagerFactory::builder()
        .authenticator(gate)
        .configure(|config| config.authentication_timeout = AGES)
        .build();
    let listener = factory.listener().handshakes(2).handshake_timeout(AGES);
    let (address, _task) = listen(listener).await;
    let mut clients = Vec::new();
    for _ in 0..10 {
        let mut client = Raw::connect(address).await;
        client.send(handshake("ada").as_bytes()).await;
        clients.push(client);
    }
    for left in (1..=10).rev() {
        soon(async {
            while asking.load(Ordering::SeqCst) != left.min(2) {
                tokio::task::yield_now().await;
            }
        })
        .await;
        permits.add_permits(1);
    }
    // In the order in which they came, and all at once open: a connection is no handshake.
    for client in &mut clients {
        assert_eq!(client.status().await, 101);
        client.hello().await;
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
    assert_eq!(factory.stats().connections, 10);
}

#[tokio::test]
async fn a_drain_refuses_newcomers_and_ends_the_listener() {
    let factory = builder()
        .configure(|config| config.close_timeout = AGES)
        .build();
    let listener = factory.listener().path("/ws").handshake_timeout(AGES);
    let (address, task) = listen(listener).await;
    let mut client = Raw::open(address, "ada").await;
    let mut silent = Raw::connect(address).await;
    silent.send(b"GET /ws HTTP/1.1\r\n").await;
    let draining = factory.clone();
    let mut drain = Drain::default();
    drain.deadline = AGES;
    let drain = tokio::spawn(async move { draining.drain(drain).await });
    match client.next().await {
        Got::Text(text) => assert!(text.contains("goaway"), "{text}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(answer(address, &handshake("bob")).await, (503, Got::End));
    assert!(!drain.is_finished() && !task.is_finished());

    assert_eq!(client.next().await, Got::Close(Some(1012)));
    client.send(&frame(CLOSE, &1012_u16.to_be_bytes())).await;
    assert_eq!(client.next().await, Got::End);
    let report = soon(drain).await.expect("it does not panic");
    assert_eq!(
        (report.connections, report.aborted, report.still_open),
        (1, 0, 0)
    );
    // Though one says nothing.
    soon(task).await.expect("it does not panic");
    let refused = TcpStream::connect(address).await;
    assert_eq!(
        refused.map(drop).map_err(|error| error.kind()),
        Err(std::io::ErrorKind::ConnectionRefused)
    );
}

#[tokio::test]
async fn a_listener_that_is_dropped_ends_its_connections() {
    let factory = builder().build();
    let (address, task) = listen(factory.listener()).await;
    let mut client = Raw::open(address, "ada").await;
    task.abort();
    assert_eq!(client.next().await, Got::End);
    assert_eq!(factory.stats().connections, 0);
}
