//! The canonical path: the factory, the manager of a user, and runs of agents.
//!
//! ```
//! use serde_json::json;
//! use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
//! use websocket_core::websocket_manager::{WebSocketManager, WebSocketManagerFactory};
//!
//! struct Tokens;
//!
//! impl Authenticator for Tokens {
//!     async fn authenticate(&self, credential: Credential, grant: Grant<'_>) -> Result<UserContext, AuthError> {
//!         let token = credential.token().ok_or(AuthError::Missing)?;
//!         Ok(grant.user(UserId::new(token).map_err(|_| AuthError::Invalid)?))
//!     }
//! }
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let factory = WebSocketManagerFactory::builder().authenticator(Tokens).build();
//! let authenticated = factory.authenticate(Credential::bearer("ada")).await?;
//! let manager: WebSocketManager = factory.manager(&authenticated)?;
//! let run = manager.thread("t1").start_run("run-1", "triage");
//! run.thinking("looking at the ticket");
//! let call = run.tool("search", json!({"q": "late parcel"}));
//! call.complete(json!({"hits": 3}));
//! run.complete(json!({"answer": "it is on its way"}));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A manager is made by a factory for somebody who was authenticated, and by nothing else: it has no
//! constructor, no default, and no global.
//!
//! ```compile_fail,E0599
//! let manager = websocket_core::websocket_manager::WebSocketManager::default();
//! ```
//! ```compile_fail,E0599
//! let manager = websocket_core::websocket_manager::WebSocketManager::new();
//! ```
//! ```compile_fail,E0451
//! # use websocket_core::websocket_manager::WebSocketManager;
//! # fn f(other: WebSocketManager) -> WebSocketManager {
//! WebSocketManager { held: other.held, ..other }
//! # }
//! ```
//!
//! A name of a user makes none, and no method of a manager takes one:
//!
//! ```compile_fail,E0308
//! # use websocket_core::{identity::UserId, websocket_manager::WebSocketManagerFactory};
//! # fn f(factory: &WebSocketManagerFactory, user: UserId) {
//! let manager = factory.manager(&user);
//! # }
//! ```
//! ```compile_fail,E0061
//! # use websocket_core::{identity::UserId, websocket_manager::WebSocketManager};
//! # fn f(manager: &WebSocketManager, stranger: &UserId) {
//! let receipt = manager.send(stranger, "note", &"hello");
//! # }
//! ```
//! ```compile_fail,E0599
//! # use websocket_core::websocket_manager::WebSocketManager;
//! # fn f<T>(manager: &WebSocketManager, connection: T) {
//! manager.attach(connection);
//! # }
//! ```
//!
//! What reaches everyone needs a capability of its own, which is made once, with the factory:
//!
//! ```compile_fail,E0599
//! # use websocket_core::websocket_manager::WebSocketManagerFactory;
//! # fn f(factory: &WebSocketManagerFactory) {
//! factory.broadcast("note", &"hello");
//! # }
//! ```
//! ```compile_fail,E0451
//! # use websocket_core::websocket_manager::{Broadcaster, WebSocketManagerFactory};
//! # fn f(factory: WebSocketManagerFactory) -> Broadcaster {
//! Broadcaster { shared: factory.shared }
//! # }
//! ```

mod drain;
mod factory;
mod health;
mod inbound;
#[cfg(all(test, feature = "__loom"))]
mod loom;
mod manager;
mod receipt;
mod run;
mod shared;
mod transaction;

pub use drain::{Drain, DrainReport};
pub use factory::{Authenticated, Broadcaster, Builder, ManagerError, WebSocketManagerFactory};
pub use health::{ConnectionStats, FactoryStats, Health, UserStats};
pub use inbound::{ConnectionHandle, Inbound};
pub use manager::{NotConnected, Thread, WebSocketManager};
pub use receipt::{PublishError, Receipt};
pub use run::{Agent, Run, ToolCall};
pub use transaction::Transaction;

pub use crate::outbox::ConnectionId;

pub(crate) use shared::Shared;
