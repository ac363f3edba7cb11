//! The legacy home of the manager.

use crate::websocket_manager::WebSocketManager;

/// The legacy name of [`WebSocketManager`].
#[deprecated(since = "0.2.0", note = "use websocket_manager::WebSocketManager")]
pub type UnifiedWebSocketManager = WebSocketManager;

/// How many connections a gateway takes before it sheds load. It stays here.
pub const MAX_CONNECTIONS: usize = 1_000;
