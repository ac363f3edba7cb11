//! R8: it works from a crate outside of the workspace, with and without its features.

use std::path::Path;
use std::process::Command;

const MAIN: &str = r#"
use serde_json::json;
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use websocket_core::websocket_manager::{WebSocketManager, WebSocketManagerFactory};

struct Tokens;

impl Authenticator for Tokens {
    async fn authenticate(&self, credential: Credential, grant: Grant<'_>) -> Result<UserContext, AuthError> {
        let token = credential.token().ok_or(AuthError::Missing)?;
        Ok(grant.user(UserId::new(token).map_err(|_| AuthError::Invalid)?))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let factory = WebSocketManagerFactory::builder().authenticator(Tokens).build();
    let authenticated = factory.authenticate(Credential::bearer("ada")).await?;
    let manager: WebSocketManager = factory.manager(&authenticated)?;
    let run = manager.thread("t1").start_run("run-1", "triage");
    run.thinking("looking at the ticket");
    let call = run.tool("search", json!({"q": "late parcel"}));
    call.complete(json!({"hits": 3}));
    let position = run.complete(json!({"answer": "it is on its way"})).position().await?;
    println!("offset {}", position.offset);
    ROUTE
    Ok(())
}
"#;

/// A crate of nobody's workspace that depends on this one.
fn smoke(name: &str, features: &str, route: &str) {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(dir.join("src")).expect("it is ours");
    let manifest = format!(
        r#"
[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[dependencies]
serde_json = "1"
tokio = {{ version = "1", features = ["macros", "rt", "time"] }}
websocket-core = {{ path = {runtime:?}{features} }}

[profile.dev]
debug = false

[workspace]
"#
    );
    std::fs::write(dir.join("Cargo.toml"), manifest).expect("it is ours");
    std::fs::write(dir.join("src/main.rs"), MAIN.replace("ROUTE", route)).expect("it is ours");
    // The same versions, which are here.
    let lock = runtime
        .parent()
        .expect("it is in the workspace")
        .join("Cargo.lock");
    std::fs::copy(lock, dir.join("Cargo.lock")).expect("the workspace has one");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&dir)
        // All of them build the most part once.
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("smoke"),
        )
        .env("RUSTFLAGS", "-Dwarnings")
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "offset 5\n");
}

#[test]
fn r8_an_outside_crate_runs_the_quick_start_with_each_feature_alone_and_without() {
    let route = "let _: axum::Router = axum::Router::new().route(\"/ws\", factory.axum_route());";
    let axum = "}\naxum = { version = \"0.8\", default-features = false";
    smoke("smoke-axum", axum, route);
    smoke("smoke-plain", ", default-features = false", "");
    let alone = |feature: &str| format!(", default-features = false, features = [{feature:?}]");
    let listener = "let _ = factory.listener();";
    smoke("smoke-listener", &alone("listener"), listener);
    smoke("smoke-rustls", &alone("rustls"), listener);
}
