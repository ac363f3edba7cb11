//! The quick start, as it stands, where every warning is an error.
#![deny(warnings)]

use serde_json::json;
use websocket_core::identity::{
    AuthError, Authenticator, Credential, Grant, UserContext, UserId,
};
use websocket_core::websocket_manager::{Inbound, WebSocketManager, WebSocketManagerFactory};

struct MyAuth;

impl Authenticator for MyAuth {
    async fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let token = credential.token().ok_or(AuthError::Missing)?;
        Ok(grant.user(UserId::new(token).map_err(|_| AuthError::Invalid)?))
    }
}

async fn quick_start() -> Result<(), Box<dyn std::error::Error>> {
    let my_handler = |inbound: Inbound<serde_json::Value>| async move {
        let _ = inbound.message;
    };
    let credential = Credential::bearer("ada");

    let factory = WebSocketManagerFactory::builder()
        .max_connections_per_user(8)
        .authenticator(MyAuth)
        .on_message(my_handler)
        .build();
    let app: axum::Router = axum::Router::new().route("/ws", factory.axum_route());

    let authenticated = factory.authenticate(credential).await?;
    let manager: WebSocketManager = factory.manager(&authenticated)?;
    let run = manager.thread("t1").start_run("run-1", "triage");
    run.thinking("looking at the ticket");
    let call = run.tool("search", json!({"q": "…"}));
    call.complete(json!({"hits": 3}));
    run.complete(json!({"answer": "…"}));

    drop(app);
    Ok(())
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("there is a runtime");
    runtime.block_on(quick_start()).expect("it goes through");
}
