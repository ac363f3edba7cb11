//! A manager for each shard, made by a macro or by hand.

use std::collections::BTreeMap;

use websocket_core::{
    message::Message,
    unified_manager::{MAX_CONNECTIONS, UnifiedWebSocketManager},
};

/// Managers by the number of their shard.
#[derive(Debug, Default)]
pub struct Pool {
    shards: BTreeMap<u8, UnifiedWebSocketManager>,
}

type Make = fn() -> UnifiedWebSocketManager;

impl Pool {
    /// What an empty shard begins with.
    pub const MAKE: Make = UnifiedWebSocketManager::new;

    /// The shard of that number, made where it is missing.
    pub fn shard(&mut self, number: u8) -> &mut UnifiedWebSocketManager {
        self.shards.entry(number).or_insert_with(Self::MAKE)
    }

    /// How many connections each shard may take.
    pub fn share(&self) -> usize {
        MAX_CONNECTIONS / self.shards.len().max(1)
    }

    /// Tells everybody in every shard.
    pub fn tell(&mut self, text: &str) -> usize {
        let message = Message::text(text);
        let shards = self.shards.values_mut();
        shards
            .map(|shard: &mut UnifiedWebSocketManager| shard.broadcast(&message))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_made_when_they_are_asked_for() {
        let mut pool = Pool::default();
        pool.shard(1).connect("ada");
        pool.shard(2).connect("grace");
        assert_eq!((pool.share(), pool.tell("hello")), (500, 2));
        let spare: Vec<UnifiedWebSocketManager> =
            vec![manager!(), manager!(8), UnifiedWebSocketManager::new()];
        assert!(spare.iter().all(|one| one.is_empty()), "{}", spare.len());
    }
}
