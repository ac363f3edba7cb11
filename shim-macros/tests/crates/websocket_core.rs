//! A runtime whose one manager has a better name.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

/// The canonical module.
pub mod websocket_manager {
    /// The canonical manager.
    #[derive(Clone, Debug, Default)]
    pub struct WebSocketManager {
        connections: u32,
    }

    impl WebSocketManager {
        /// A manager of nobody.
        #[must_use]
        pub fn new() -> Self {
            Self::default()
        }

        /// How many are connected.
        #[must_use]
        pub fn connections(&self) -> u32 {
            self.connections
        }
    }
}

/// As `rehome shim` writes it: an alias, which also sees a path that is written out.
#[shim_macros::deprecated_reexport(since = "0.2.0", remove_in = "0.6.0")]
pub mod unified_manager {
    pub type UnifiedWebSocketManager = crate::websocket_manager::WebSocketManager;
}

/// As somebody writes it by hand: each user is warned once.
#[shim_macros::deprecated_reexport(since = "0.2.0", remove_in = "0.6.0")]
pub mod by_hand {
    pub use crate::websocket_manager::WebSocketManager as UnifiedWebSocketManager;
}
