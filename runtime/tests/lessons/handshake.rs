//! R6 and R15: nothing before it is known who somebody is, and nothing told that is a secret.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tracing_subscriber::fmt::MakeWriter;
use websocket_core::config::{Origins, Rate};
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use websocket_core::websocket_manager::{
    Authenticated, Builder, Drain, ManagerError, WebSocketManagerFactory,
};

use crate::process::{emptied, roomy, until};
use crate::raw::{self, Raw, Response, TEXT, handshake, handshake_of};
use crate::support::{PanicsAgain, Server, server};

/// A name and a value.
type Header = (&'static str, &'static str);

const SECRET: &str = "user.ada-s3cr3t";

#[tokio::test]
async fn r6_a_handshake_that_is_cut_at_any_byte_gets_nothing_and_leaves_nothing() {
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let handshake = handshake_of("ada", None);
    for cut in 0..handshake.len() {
        let mut raw = Raw::open(server.address).await;
        raw.write(&handshake.as_bytes()[..cut]).await;
        manager.send("note", &cut).expect("it is json");
        if cut % 2 == 0 {
            raw.abort();
            continue;
        }
        // Who sends no more may still read: there is nothing, or a refusal.
        raw.stream.shutdown().await.expect("it is open");
        let rest = String::from_utf8(raw.rest().await).expect("it is text");
        assert!(
            rest.is_empty() || rest.starts_with("HTTP/1.1 400"),
            "{cut}: {rest}"
        );
    }
    assert_eq!(manager.connections(), 0);
    drop(manager);
    emptied(&server.factory).await;
}

#[tokio::test]
async fn r6_a_handshake_in_two_parts_is_one() {
    let server = server(roomy()).await;
    let handshake = handshake_of("ada", None);
    for cut in (1..handshake.len()).step_by(7) {
        let mut raw = Raw::open(server.address).await;
        raw.write(&handshake.as_bytes()[..cut]).await;
        tokio::task::yield_now().await;
        raw.write(&handshake.as_bytes()[cut..]).await;
        assert_eq!(raw.response().await.status, 101);
        assert_eq!(raw.next().await.expect("it is open")["type"], "hello");
    }
    emptied(&server.factory).await;
}

#[tokio::test]
async fn r6_frames_in_the_packet_of_the_handshake_are_answered_after_hello() {
    let server = server(roomy()).await;
    let frame = raw::frame(TEXT, br#"{"type":"ping"}"#);
    for cut in 0..=frame.len() {
        let mut raw = Raw::open(server.address).await;
        let mut first = handshake_of("ada", None).into_bytes();
        first.extend(&frame[..cut]);
        raw.write(&first).await;
        assert_eq!(raw.response().await.status, 101);
        assert_eq!(raw.next().await.expect("it is open")["type"], "hello");
        raw.write(&frame[cut..]).await;
        assert_eq!(raw.next().await.expect("it is open")["type"], "pong");
    }
}

#[tokio::test]
async fn r6_after_its_close_a_connection_takes_nothing() {
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let mut raw = Raw::user(server.address, "ada", None).await;
    assert_eq!(raw.next().await.expect("it is open")["type"], "hello");
    manager.disconnect(websocket_core::close::Close::POLICY);
    manager.send("note", &1).expect("it is json");
    assert_eq!(raw.next().await, Err(1008));
    // It has not answered the close, but still asks.
    raw.write(&raw::frame(TEXT, br#"{"type":"ping"}"#)).await;
    raw.write(&raw::frame(raw::CLOSE, &1008_u16.to_be_bytes()))
        .await;
    assert!(raw.rest().await.is_empty());
    drop(manager);
    emptied(&server.factory).await;
}

/// Answers as the token says.
struct AsTold;

impl Authenticator for AsTold {
    fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> impl Future<Output = Result<UserContext, AuthError>> + Send {
        // Before there is a future, too.
        assert_ne!(credential.token(), Some("panic"), "as authenticators do");
        async move {
            match credential.token() {
                None => Err(AuthError::Missing),
                Some("expired") => Err(AuthError::Expired),
                Some("forbidden") => Err(AuthError::Forbidden),
                Some("unavailable") => Err(AuthError::Unavailable("the store is away".to_owned())),
                Some("hang") => std::future::pending().await,
                Some("panic-again") => std::panic::panic_any(PanicsAgain),
                Some(token) if token.starts_with("panic-later") => panic!("{token}"),
                Some(token) => {
                    let name = token.strip_prefix("user.").ok_or(AuthError::Invalid)?;
                    Ok(grant.user(UserId::new(name).map_err(|_| AuthError::Invalid)?))
                }
            }
        }
    }
}

fn as_told() -> Builder {
    roomy().authenticator(AsTold).configure(|config| {
        config.authentication_timeout = Duration::from_millis(200);
    })
}

async fn answer(server: &Server, target: &str, headers: &[(&str, &str)]) -> Response {
    let mut raw = Raw::open(server.address).await;
    raw.write(handshake(target, headers).as_bytes()).await;
    raw.response().await
}

#[track_caller]
fn assert_answer(response: &Response, status: u16, has_retry_after: bool, asked: &str) {
    assert_eq!(response.status, status, "{asked}: {response:?}");
    assert_eq!(
        response.header("retry-after").is_some(),
        has_retry_after,
        "{asked}: {response:?}"
    );
    let is_number = |after: &str| after.parse::<u64>().is_ok_and(|after| after > 0);
    assert!(
        response.header("retry-after").is_none_or(is_number),
        "{response:?}"
    );
}

#[tokio::test]
async fn r15_each_handshake_has_its_answer() {
    const PROTOCOL: &str = "Sec-WebSocket-Protocol";
    let server = server(as_told()).await;
    let authorization = |value: &'static str| ("Authorization", value);
    let ada = authorization("Bearer user.ada");
    let protocol = |value: &'static str| (PROTOCOL, value);
    let table: &[(&str, &[Header], u16)] = &[
        ("/ws", &[ada], 101),
        ("/ws", &[authorization("bearer user.ada")], 101),
        ("/ws", &[protocol("websocket-core.v1, jwt.user.ada")], 101),
        ("/ws", &[protocol("jwt.user.ada,websocket-core.v1")], 101),
        (
            "/ws",
            &[protocol("jwt.user.ada"), protocol("websocket-core.v1")],
            101,
        ),
        // No credential, or none that is known: nobody is somebody by default.
        ("/ws", &[], 401),
        ("/ws?token=user.ada", &[], 401),
        (
            "/ws?user=ada",
            &[("X-User", "ada"), ("Cookie", "user=ada")],
            401,
        ),
        ("/ws", &[protocol("websocket-core.v1")], 401),
        ("/ws", &[authorization("Basic dXNlci5hZGE6")], 401),
        ("/ws", &[authorization("user.ada")], 401),
        ("/ws", &[authorization("Bearer ")], 401),
        ("/ws", &[authorization("Bearer")], 401),
        ("/ws", &[authorization("Bearer user.")], 401),
        ("/ws", &[authorization("Bearer nobody")], 401),
        ("/ws", &[authorization("Bearer expired")], 401),
        ("/ws", &[authorization("Bearer forbidden")], 403),
        ("/ws", &[authorization("Bearer unavailable")], 503),
        ("/ws", &[authorization("Bearer hang")], 503),
        // Two credentials, or a token that the server could not hide.
        ("/ws", &[ada, ada], 400),
        ("/ws", &[ada, authorization("Basic dXNlci5hZGE6")], 400),
        (
            "/ws",
            &[ada, protocol("websocket-core.v1, jwt.user.ada")],
            400,
        ),
        (
            "/ws",
            &[protocol("websocket-core.v1, jwt.user.ada, jwt.user.bob")],
            400,
        ),
        ("/ws", &[protocol("jwt.user.ada")], 400),
        ("/ws", &[protocol("jwt.user.ada, websocket-core.v2")], 400),
        // Positions.
        ("/ws?since=abc:0", &[ada], 101),
        ("/ws?since=abc%3A0&x=1", &[ada], 101),
        ("/ws?since=abc:18446744073709551615", &[ada], 101),
        ("/ws?since=", &[ada], 400),
        ("/ws?since=abc", &[ada], 400),
        ("/ws?since=abc:", &[ada], 400),
        ("/ws?since=:1", &[ada], 400),
        ("/ws?since=abc:-1", &[ada], 400),
        ("/ws?since=abc:%2B1", &[ada], 400),
        ("/ws?since=abc:1.0", &[ada], 400),
        ("/ws?since=abc:18446744073709551616", &[ada], 400),
        ("/ws?since=a%22b:1", &[ada], 400),
        // Origins.
        ("/ws", &[ada, ("Origin", "http://here.test")], 101),
        ("/ws", &[ada, ("Origin", "https://HERE.test")], 101),
        ("/ws", &[ada, ("Origin", "http://here.test:81")], 403),
        ("/ws", &[ada, ("Origin", "http://here.test.evil.test")], 403),
        ("/ws", &[ada, ("Origin", "http://evil.test")], 403),
        ("/ws", &[ada, ("Origin", "null")], 403),
        ("/ws", &[ada, ("Origin", "")], 403),
        (
            "/ws",
            &[
                ada,
                ("Origin", "http://here.test"),
                ("Origin", "http://evil.test"),
            ],
            403,
        ),
        (
            "/ws",
            &[
                ada,
                ("Origin", "http://evil.test"),
                ("X-Forwarded-Host", "evil.test"),
            ],
            403,
        ),
        // A page of elsewhere is not told whether its credential is good.
        ("/ws", &[("Origin", "http://evil.test")], 403),
    ];
    for (target, headers, status) in table {
        let response = answer(&server, target, headers).await;
        let asked = format!("{target} {headers:?}");
        assert_answer(&response, *status, *status == 503, &asked);
        let chosen = response.header(PROTOCOL);
        let offers = headers
            .iter()
            .any(|(_, value)| value.contains("websocket-core.v1"));
        let expected = (*status == 101 && offers).then_some("websocket-core.v1");
        assert_eq!(chosen, expected, "{asked}: {response:?}");
    }
    emptied(&server.factory).await;
}

#[tokio::test]
async fn r15_what_is_no_handshake_is_refused_before_anybody_is_asked() {
    let server = server(as_told()).await;
    let get = "GET /ws HTTP/1.1\r\nHost: here.test\r\nAuthorization: Bearer panic\r\n\r\n";
    let upgrade = handshake("/ws", &[("Authorization", "Bearer panic")]);
    let host = "Host: here.test\r\n";
    let version = "Sec-WebSocket-Version: 13\r\n";
    let with_key = |key: &str| upgrade.replace("dGhlIHNhbXBsZSBub25jZQ==", key);
    let cases = [
        (get.to_owned(), 426),
        (upgrade.replace("GET", "POST"), 405),
        (upgrade.replace("HTTP/1.1", "HTTP/1.0"), 426),
        (upgrade.replace("Upgrade: websocket", "Upgrade: h2c"), 426),
        (
            upgrade.replace("Connection: Upgrade", "Connection: upgraded"),
            426,
        ),
        (upgrade.replace("Version: 13", "Version: 8"), 426),
        // A list is what a server answers.
        (upgrade.replace("Version: 13", "Version: 13, 8"), 426),
        (upgrade.replace(version, &version.repeat(2)), 426),
        (upgrade.replace(version, ""), 426),
        (upgrade.replace(host, ""), 400),
        (upgrade.replace(host, "Host:\r\n"), 400),
        (upgrade.replace(host, &host.repeat(2)), 400),
        (upgrade.replace("Sec-WebSocket-Key", "X-Key"), 400),
        (with_key(""), 400),
        (with_key("abc"), 400),
        // As long as one, but not in base64, and 18 bytes.
        (with_key("!!!!!!!!!!!!!!!!!!!!!!=="), 400),
        (with_key("AAAAAAAAAAAAAAAAAAAAAAAA"), 400),
    ];
    for (case, status) in cases {
        let mut raw = Raw::open(server.address).await;
        raw.write(case.as_bytes()).await;
        let response = raw.response().await;
        assert_eq!(response.status, status, "{case}");
        // What would be a handshake: RFC 6455, section 4.4, and RFC 9110, sections 15.5.6 and 15.5.22.
        let told = |is_told, what| if is_told { Some(what) } else { None };
        let version = response.header("sec-websocket-version");
        assert_eq!(version, told(status == 426, "13"), "{case}");
        assert_eq!(
            response.header("upgrade"),
            told(status == 426, "websocket"),
            "{case}"
        );
        assert_eq!(
            response.header("allow"),
            told(status == 405, "GET"),
            "{case}"
        );
        let connection = response.header("connection").unwrap_or_default();
        let is_upgrade = connection.split(", ").any(|option| option == "upgrade");
        assert_eq!(is_upgrade, status == 426, "{case}: {connection}");
    }
    // A near miss of each: spaces and letters that mean nothing.
    let near = upgrade
        .replace("panic", "user.ada")
        .replace("Connection: Upgrade", "connection: keep-alive ,UPGRADE")
        .replace("Upgrade: websocket", "Upgrade:  WebSocket")
        .replace("Version: 13", "Version: 13 ")
        .replace("dGhlIHNhbXBsZSBub25jZQ==", "+/zZaA09+/zZaA09+/zZaA==");
    let mut raw = Raw::open(server.address).await;
    raw.write(near.as_bytes()).await;
    assert_eq!(raw.response().await.status, 101);
    drop(raw);
    emptied(&server.factory).await;
}

#[tokio::test]
async fn r15_origins_are_those_that_are_named() {
    let only = Origins::Only(vec!["https://app.test".to_owned()]);
    let cases: [(Origins, &str, u16); 5] = [
        (only.clone(), "https://app.test", 101),
        (only.clone(), "http://app.test", 403),
        // Not even the same host, where others are named.
        (only.clone(), "http://here.test", 403),
        (only, "null", 403),
        (Origins::Any, "null", 101),
    ];
    for (origins, origin, status) in cases {
        let server = server(as_told().origins(origins.clone())).await;
        let headers = [("Authorization", "Bearer user.ada"), ("Origin", origin)];
        let response = answer(&server, "/ws", &headers).await;
        assert_eq!(response.status, status, "{origins:?} {origin}");
    }
}

#[tokio::test]
async fn r15_a_factory_without_an_authenticator_knows_nobody() {
    let server = crate::support::serve(WebSocketManagerFactory::builder().build()).await;
    let headers = [("Authorization", "Bearer user.ada")];
    let response = answer(&server, "/ws", &headers).await;
    assert_answer(&response, 503, true, "no authenticator");
    let error = server
        .factory
        .authenticate(Credential::bearer("user.ada"))
        .await;
    assert!(matches!(error, Err(AuthError::Unavailable(_))));
}

#[tokio::test]
async fn r15_an_authenticator_that_panics_lets_nobody_in() {
    let server = server(as_told()).await;
    for token in ["panic", "panic-later", "panic-again"] {
        let bearer = format!("Bearer {token}");
        let response = answer(&server, "/ws", &[("Authorization", &bearer)]).await;
        assert_answer(&response, 500, false, token);
        let proved = server.factory.authenticate(Credential::bearer(token)).await;
        assert_eq!(proved.err(), Some(AuthError::Internal));
    }
    emptied(&server.factory).await;
    assert!(server.client("ada").await.sync().await.is_empty());
}

#[tokio::test]
async fn r15_limits_of_an_address_and_of_the_process_are_429_and_503() {
    let ada = [("Authorization", "Bearer user.ada")];
    let builder = as_told().configure(|config| config.connections_per_address = 1);
    let server_of_one = server(builder).await;
    let first = server_of_one.client("ada").await;
    assert_answer(
        &answer(&server_of_one, "/ws", &ada).await,
        429,
        true,
        "address",
    );
    drop(first);
    emptied(&server_of_one.factory).await;
    assert_eq!(answer(&server_of_one, "/ws", &ada).await.status, 101);

    let full = server(as_told().configure(|config| config.connections = 1)).await;
    let first = full.client("ada").await;
    assert_answer(&answer(&full, "/ws", &ada).await, 503, true, "process");
    drop(first);
    emptied(&full.factory).await;
    assert_eq!(answer(&full, "/ws", &ada).await.status, 101);

    let builder = as_told().configure(|config| config.handshakes = Rate::new(3, 0.01));
    let slow = server(builder).await;
    // One that is refused costs as much.
    for (headers, status) in [(&ada[..], 101), (&[], 401), (&[], 401), (&ada[..], 429)] {
        let response = answer(&slow, "/ws", headers).await;
        assert_answer(&response, status, status == 429, "handshakes");
    }
}

#[tokio::test]
async fn r15_a_proxy_tells_the_address_and_a_client_cannot() {
    let one = |proxies| {
        as_told().configure(move |config| {
            config.connections_per_address = 1;
            config.trusted_proxies = proxies;
        })
    };
    let from = |address: &'static str| {
        [
            ("Authorization", "Bearer user.ada"),
            ("X-Forwarded-For", address),
        ]
    };
    for (proxies, first, second, status) in [
        (0, "192.0.2.1", "192.0.2.2", 429),
        (1, "192.0.2.1", "192.0.2.2", 101),
        (1, "192.0.2.9, 192.0.2.1", "192.0.2.8, 192.0.2.1", 429),
        (2, "192.0.2.1, 192.0.2.3", "192.0.2.2, 192.0.2.3", 101),
        // A network of 64 bits is one address.
        (1, "2001:db8::1", "2001:db8::2", 429),
        (1, "2001:db8::1", "2001:db8:0:1::1", 101),
    ] {
        let server = server(one(proxies)).await;
        let mut held = Raw::open(server.address).await;
        held.write(handshake("/ws", &from(first)).as_bytes()).await;
        assert_eq!(held.response().await.status, 101);
        let response = answer(&server, "/ws", &from(second)).await;
        assert_eq!(response.status, status, "{proxies} {first} {second}");
    }
}

#[tokio::test]
async fn r15_a_factory_that_drains_refuses_before_it_asks() {
    let builder = as_told().configure(|config| config.close_timeout = Duration::from_secs(60));
    let server = server(builder).await;
    // The drain lasts as long as this one does not answer its close.
    let mut rude = Raw::user(server.address, "ada", None).await;
    let factory = server.factory.clone();
    let drain = Drain::within(Duration::from_secs(60));
    let drained = tokio::spawn(async move { factory.drain(drain).await });
    while rude.next().await.is_ok() {}
    for headers in [
        &[("Authorization", "Bearer user.ada")][..],
        &[("Authorization", "Bearer panic")],
        &[],
    ] {
        let response = answer(&server, "/ws", headers).await;
        assert_answer(&response, 503, true, "draining");
    }
    drop(rude);
    let report = drained.await.expect("it does not panic");
    assert_eq!((report.connections, report.still_open), (1, 0));
}

#[tokio::test]
async fn r15_a_context_of_another_factory_is_refused() {
    /// Gives what another factory's authenticator gave it.
    struct Foreign(Mutex<Option<UserContext>>);

    impl Authenticator for Foreign {
        async fn authenticate(
            &self,
            _: Credential,
            grant: Grant<'_>,
        ) -> Result<UserContext, AuthError> {
            let mut kept = self.0.lock().expect("nobody panicked");
            let mine = grant.user(UserId::new("ada").expect("it is one"));
            Ok(kept.replace(mine.clone()).unwrap_or(mine))
        }
    }

    static SHARED: Foreign = Foreign(Mutex::new(None));

    struct Both;

    impl Authenticator for Both {
        async fn authenticate(
            &self,
            credential: Credential,
            grant: Grant<'_>,
        ) -> Result<UserContext, AuthError> {
            SHARED.authenticate(credential, grant).await
        }
    }

    let factory = || {
        WebSocketManagerFactory::builder()
            .authenticator(Both)
            .build()
    };
    let (one, other) = (factory(), factory());
    let of_one: Authenticated = one
        .authenticate(Credential::bearer("x"))
        .await
        .expect("its own");
    assert_eq!(
        other.manager(&of_one).err(),
        Some(ManagerError::OtherFactory)
    );
    assert!(one.manager(&of_one).is_ok());
    let error = other.authenticate(Credential::bearer("x")).await.err();
    assert_eq!(error, Some(AuthError::Invalid));
    let server = crate::support::serve(one).await;
    assert_eq!(answer(&server, "/ws", &[]).await.status, 401);
}

#[tokio::test]
async fn r15_an_expired_credential_proves_nobody() {
    let server = server(roomy()).await;
    let headers = [("Authorization", "Bearer user.ada~0")];
    assert_eq!(answer(&server, "/ws", &headers).await.status, 401);
    let late = server
        .factory
        .authenticate(Credential::bearer("user.ada~0"))
        .await;
    assert_eq!(late.err(), Some(AuthError::Expired));
    let soon = server
        .factory
        .authenticate(Credential::bearer("user.ada~300"))
        .await;
    let soon = soon.expect("it is good for a while");
    until("it has expired", || {
        matches!(server.factory.manager(&soon), Err(ManagerError::Expired))
    })
    .await;
}

/// Lines of a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("nobody panicked")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn r15_no_token_and_no_payload_is_logged_or_told_back() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    // Where one subscriber alone is known, a thread without it decides for all whether what it logs
    // first is wanted.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let guard = tracing::subscriber::set_default(subscriber);
    let builder = roomy().authenticator(AsTold).on_message(
        async |inbound: websocket_core::websocket_manager::Inbound<serde_json::Value>| {
            tracing::info!("said by the application");
            assert_ne!(inbound.message["payload"], "panic-payl0ad");
        },
    );
    let server = server(builder).await;
    let bearer = format!("Bearer {SECRET}");
    let protocols = format!("websocket-core.v1, jwt.{SECRET}");
    let wrong = format!("Bearer wrong-{SECRET}");
    let panics = format!("Bearer panic-later-{SECRET}");
    let alone = format!("jwt.{SECRET}");
    let cases: [&[(&str, &str)]; 7] = [
        &[("Authorization", &bearer)],
        &[("Sec-WebSocket-Protocol", &protocols)],
        &[("Authorization", &wrong)],
        &[("Authorization", &panics)],
        &[("Sec-WebSocket-Protocol", &alone)],
        &[("Authorization", &bearer), ("Authorization", &bearer)],
        &[("Authorization", &bearer), ("Origin", "http://evil.test")],
    ];
    for headers in cases {
        let mut raw = Raw::open(server.address).await;
        raw.write(handshake("/ws", headers).as_bytes()).await;
        raw.stream.shutdown().await.expect("it is open");
        let told = String::from_utf8_lossy(&raw.rest().await).into_owned();
        assert!(told.starts_with("HTTP/1.1 "), "{told}");
        assert!(!told.contains("s3cr3t"), "{told}");
    }
    let mut client = server.client("ada").await;
    let connection = client.hello["conn"].as_str().expect("it has a name");
    let span = format!("connection{{conn={connection}}}: ");
    let token = format!("wrong-{SECRET}");
    client
        .send(json!({"type": "authenticate", "token": token}))
        .await;
    let refused = client.next().await.expect("it is open");
    assert_eq!(refused["code"], "credential_refused");
    assert!(!refused.to_string().contains("s3cr3t"));
    client
        .send(json!({"type": "say", "payload": "panic-payl0ad"}))
        .await;
    assert_eq!(client.next().await.expect("it is open")["code"], "internal");
    let manager = server.manager("ada").await;
    manager.send("note", &"a-payl0ad").expect("it is json");
    client.offsets(1).await;
    drop((client, manager));
    emptied(&server.factory).await;
    drop(guard);
    let log = log.0.lock().expect("nobody panicked");
    let log = String::from_utf8_lossy(&log);
    for logged in ["connection opened", "the authenticator panicked"] {
        assert!(log.contains(logged), "{logged}");
    }
    // What belongs to a connection says so, also what the application logs for it.
    for logged in ["connection opened", "said by the application"] {
        let mut lines = log.lines().filter(|line| line.contains(logged));
        assert!(lines.any(|line| line.contains(&span)), "{logged}");
    }
    for secret in ["s3cr3t", "payl0ad"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
    let credential = Credential::bearer(SECRET);
    assert!(!format!("{credential:?}").contains("s3cr3t"));
}
