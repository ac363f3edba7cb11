//! Connections and their queues, in memory: what a gateway stands on.
//!
//! The manager is [`websocket_manager::WebSocketManager`]. Until 0.2 it was called
//! `unified_manager::UnifiedWebSocketManager`; that path still works, and warns.

pub mod message;
pub mod unified_manager;
pub mod websocket_manager;
