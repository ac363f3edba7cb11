//! What stands around a handshake: layers of an application that answer in its place, and HTTP/2.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use bytes::Bytes;
use h2::client::SendRequest;
use h2::ext::Protocol;
use http::{Method, StatusCode};
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::Instant;
use websocket_core::identity::Credential;
use websocket_core::websocket_manager::{Drain, WebSocketManagerFactory};

mod support;

use support::builder;
use support::ends::{CLOSE, Got, Raw, TEXT, frame, handshake};

/// Longer than any answer is waited for.
const LONG: Duration = Duration::from_secs(10);

/// A client of an application, on a stream without a socket: time may be paused.
fn connect(app: Router) -> Raw<DuplexStream> {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let service = TowerToHyperService::new(app);
    let server = http1::Builder::new().serve_connection(TokioIo::new(theirs), service);
    tokio::spawn(server.with_upgrades());
    Raw::new(ours)
}

async fn in_its_place(request: Request, next: Next) -> StatusCode {
    let _ours = next.run(request).await;
    StatusCode::FORBIDDEN
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_a_layer_replaces_gives_its_place_back() {
    let factory = builder().build();
    let app = Router::new().route("/ws", factory.axum_route());
    let mut client = connect(app.layer(from_fn(in_its_place)));
    client.send(handshake("ada").as_bytes()).await;
    assert_eq!(client.status().await, 403);
    assert_eq!(factory.stats().connections, 1);
    // The client keeps its stream, and may ask for something else.
    let began = Instant::now();
    let report = factory.drain(Drain::within(100 * LONG)).await;
    assert_eq!(report.still_open, 0);
    assert!(began.elapsed() < LONG, "{:?}", began.elapsed());
    client
        .send(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    assert_eq!(client.status().await, 403);
}

async fn late(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    tokio::time::sleep(LONG).await;
    response
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_a_layer_passes_on_late_is_a_connection() {
    let factory = builder().build();
    let app = Router::new().route("/ws", factory.axum_route());
    let mut client = connect(app.layer(from_fn(late)));
    client.shake_hands("ada").await;
    tokio::time::sleep(LONG).await;
    client.send(&frame(TEXT, br#"{"type":"ping"}"#)).await;
    let pong = Got::Text(r#"{"type":"pong"}"#.to_owned());
    assert_eq!(client.next().await, pong);
}

/// A client of HTTP/2, which knows that it may ask for other protocols.
async fn connect_http2(factory: &WebSocketManagerFactory) -> SendRequest<Bytes> {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    // At any path: an ordinary CONNECT has none.
    let app = Router::new().fallback_service(factory.axum_route());
    let mut server = http2::Builder::new(TokioExecutor::new());
    server.enable_connect_protocol();
    let service = TowerToHyperService::new(app);
    tokio::spawn(server.serve_connection(TokioIo::new(theirs), service));
    let (client, connection) = h2::client::handshake(ours).await.expect("it is HTTP/2");
    tokio::spawn(connection);
    while !client.is_extended_connect_protocol_enabled() {
        tokio::task::yield_now().await;
    }
    client
}

/// A good handshake, for this protocol where there is one.
fn extended(protocol: Option<&'static str>) -> http::Request<()> {
    let (uri, offered) = match protocol {
        Some(_) => ("https://localhost/ws", "websocket-core.v1"),
        None => ("localhost:80", ""),
    };
    let mut request = http::Request::builder()
        .method(Method::CONNECT)
        .uri(uri)
        .header("sec-websocket-version", "13")
        .header("authorization", "Bearer user.ada")
        .header("sec-websocket-protocol", offered);
    if let Some(protocol) = protocol {
        request = request.extension(Protocol::from_static(protocol));
    }
    request.body(()).expect("it is a request")
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_http2_is_a_connection() {
    let factory = builder().build();
    let mut client = connect_http2(&factory).await;
    let request = extended(Some("websocket"));
    let (response, mut send) = client.send_request(request, false).expect("it is sent");
    let response = response.await.expect("it is answered");
    assert_eq!(response.status(), 200);
    let chosen = response.headers().get("sec-websocket-protocol");
    assert_eq!(chosen.expect("it is chosen"), "websocket-core.v1");
    let mut body = response.into_body();
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (mut read, mut write) = tokio::io::split(theirs);
    tokio::spawn(async move {
        while let Some(Ok(data)) = body.data().await {
            let released = body.flow_control().release_capacity(data.len());
            released.expect("as much as came");
            write.write_all(&data).await.expect("it is open");
        }
        write.shutdown().await.expect("it is open");
    });
    tokio::spawn(async move {
        let mut part = vec![0; 1_024];
        while let Ok(len @ 1..) = read.read(&mut part).await {
            let part = Bytes::copy_from_slice(&part[..len]);
            send.send_data(part, false).expect("it is open");
        }
    });
    let mut client = Raw::new(ours);
    client.hello().await;
    let authenticated = factory.authenticate(Credential::bearer("user.ada")).await;
    let authenticated = authenticated.expect("the token is good");
    let manager = factory.manager(&authenticated).expect("it is ours");
    manager.send("note", &json!(1)).expect("it is json");
    match client.next().await {
        Got::Text(text) => assert!(text.contains("note"), "{text}"),
        other => panic!("{other:?}"),
    }
    client.send(&frame(CLOSE, &1000_u16.to_be_bytes())).await;
    assert_eq!(client.next().await, Got::Close(Some(1000)));
    assert_eq!(client.next().await, Got::End);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_handshake_of_http2_is_refused() {
    let factory = builder().build();
    let mut client = connect_http2(&factory).await;
    let mut old = extended(Some("websocket"));
    let eight = "8".parse().expect("it is a value");
    old.headers_mut().insert("sec-websocket-version", eight);
    let mut get = extended(Some("websocket"));
    *get.method_mut() = Method::GET;
    get.extensions_mut().clear();
    let cases = [
        (extended(Some("connect-udp")), 501),
        (extended(Some("WebSocket2")), 501),
        (extended(None), 501),
        (old, 400),
        (get, 405),
    ];
    for (request, status) in cases {
        let asked = format!("{request:?}");
        let (response, _send) = client.send_request(request, false).expect("it is sent");
        let response = response.await.expect("it is answered");
        assert_eq!(response.status(), status, "{asked}");
        let header = |name| response.headers().get(name).map(|value| value.as_bytes());
        let version = (status == 400).then_some(&b"13"[..]);
        assert_eq!(header("sec-websocket-version"), version, "{asked}");
        let allow = (status == 405).then_some(&b"CONNECT"[..]);
        assert_eq!(header("allow"), allow, "{asked}");
    }
    assert_eq!(factory.stats().connections, 0);
}
