//! Macros that name the manager by its whole path, since they are used anywhere.

/// A manager: `manager!()`, or `manager!(8)` for short queues.
#[macro_export]
macro_rules! manager {
    () => {
        ::websocket_core::unified_manager::UnifiedWebSocketManager::new()
    };
    ($capacity:expr) => {{
        use ::websocket_core::unified_manager::UnifiedWebSocketManager;
        UnifiedWebSocketManager::with_capacity($capacity)
    }};
}

/// A gateway with some people in its lobby: `lobby!["ada", "grace"]`.
#[macro_export]
macro_rules! lobby {
    ($($user:expr),* $(,)?) => {{
        let mut gateway = $crate::Gateway::new($crate::prelude::UnifiedWebSocketManager::new());
        $(gateway.join($crate::rooms::Room::Lobby, $user);)*
        gateway
    }};
}
