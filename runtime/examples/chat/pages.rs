//! What the example serves beside the connections: its page, and how the server is.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State as FromState};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{Router, get};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Deserialize;
use serde_json::{Value, json};
use websocket_core::identity::Credential;
use websocket_core::websocket_manager::{Health, WebSocketManager, WebSocketManagerFactory};

use crate::tokens::Tokens;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const PROMETHEUS: &str = "text/plain; version=0.0.4";

/// The page is all of one origin, and nothing else may run in it.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

#[derive(Clone)]
pub(crate) struct State {
    pub(crate) factory: WebSocketManagerFactory,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) metrics: PrometheusHandle,
}

pub(crate) fn router(state: State) -> Router {
    let file = |kind: &'static str, text: &'static str| {
        let headers = [
            (CONTENT_TYPE, kind),
            (CONTENT_SECURITY_POLICY, POLICY),
            // Whoever changes the page wants to see it.
            (CACHE_CONTROL, "no-cache"),
        ];
        get(move || std::future::ready((headers, text)))
    };
    let client = include_str!("../../client/websocket-core.js");
    Router::new()
        .route("/", file(HTML, include_str!("index.html")))
        .route("/style.css", file(CSS, include_str!("style.css")))
        .route("/app.js", file(JAVASCRIPT, include_str!("app.js")))
        .route("/websocket-core.js", file(JAVASCRIPT, client))
        .route("/token", get(token))
        .route("/stats", get(stats))
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .with_state(state)
}

#[derive(Deserialize)]
struct Who {
    user: String,
}

/// For the example only: whoever asks gets a token, and may be whom they like. A service has a login
/// here.
async fn token(FromState(state): FromState<State>, Query(who): Query<Who>) -> Response {
    match state.tokens.of(&who.user) {
        Some(token) => {
            let headers = [(CACHE_CONTROL, "no-store")];
            (headers, Json(json!({ "token": token }))).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// How the server is, and how the user is who shows a token: of others it tells nothing.
async fn stats(FromState(state): FromState<State>, headers: HeaderMap) -> Response {
    let Some(manager) = manager(&state.factory, &headers).await else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let server = state.factory.stats();
    let user = manager.stats();
    let connections = user.connections.iter().map(|connection| {
        json!({
            "id": connection.id.to_string(),
            "open_for_ms": millis(connection.open_for),
            "silent_for_ms": millis(connection.silent_for),
            "queued_frames": connection.queued_frames,
            "queued_bytes": connection.queued_bytes,
        })
    });
    Json(json!({
        "server": {
            "health": health(state.factory.health()),
            "users": server.users,
            "connections": server.connections,
            "retained_streams": server.retained_streams,
            "retained_bytes": server.retained_bytes,
        },
        "user": {
            "health": health(manager.health()),
            "connections": connections.collect::<Vec<Value>>(),
            "acked": user.acked,
        },
    }))
    .into_response()
}

async fn manager(
    factory: &WebSocketManagerFactory,
    headers: &HeaderMap,
) -> Option<WebSocketManager> {
    let token = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let credential = Credential::bearer(token.strip_prefix("Bearer ")?);
    let authenticated = factory.authenticate(credential).await.ok()?;
    factory.manager(&authenticated).ok()
}

/// For Prometheus: what the crate counts, without a user's name.
async fn metrics(FromState(state): FromState<State>) -> Response {
    let text = state.metrics.render();
    ([(CONTENT_TYPE, PROMETHEUS)], text).into_response()
}

/// For a balancer: 503 from the moment on at which the server drains.
async fn healthz(FromState(state): FromState<State>) -> (StatusCode, &'static str) {
    let now = state.factory.health();
    let status = match now {
        Health::Draining => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    (status, health(now))
}

fn health(health: Health) -> &'static str {
    match health {
        Health::Ok => "ok",
        Health::Draining => "draining",
        _ => "degraded",
    }
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
