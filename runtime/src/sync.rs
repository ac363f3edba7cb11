//! The locks of the hub: those of std, or under the private feature `__loom` those of a model checker.
//!
//! A std mutex on purpose: it is held for a few lines and never across an await.

#[cfg(not(feature = "__loom"))]
mod chosen {
    pub(crate) use std::sync::Mutex;
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize};
}

#[cfg(feature = "__loom")]
mod chosen {
    pub(crate) use loom::sync::Mutex;
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize};
}

pub(crate) use chosen::{AtomicBool, AtomicUsize, Mutex};
pub(crate) use std::sync::atomic::Ordering;

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

#[cfg(feature = "__loom")]
pub(crate) type Guard<'a, T> = loom::sync::MutexGuard<'a, T>;
#[cfg(not(feature = "__loom"))]
pub(crate) type Guard<'a, T> = std::sync::MutexGuard<'a, T>;

/// So many parts has a map, each with a lock of its own.
const SHARDS: usize = if cfg!(feature = "__loom") { 1 } else { 64 };

/// A map in parts, so that those who look for different keys do not wait for each other.
pub(crate) struct Sharded<K, V> {
    shards: Vec<Mutex<HashMap<K, V>>>,
    hasher: RandomState,
}

impl<K: Hash, V> Sharded<K, V> {
    pub(crate) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    /// The part that has a key, if any has it.
    #[cfg_attr(
        feature = "__loom",
        expect(clippy::modulo_one, reason = "the model has one part")
    )]
    pub(crate) fn shard(&self, key: &K) -> &Mutex<HashMap<K, V>> {
        &self.shards[self.hasher.hash_one(key) as usize % SHARDS]
    }

    /// All parts.
    pub(crate) fn shards(&self) -> impl Iterator<Item = &Mutex<HashMap<K, V>>> {
        self.shards.iter()
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.shards().map(|shard| lock(shard).len()).sum()
    }
}

/// A part below which nothing is given back.
const KEPT: usize = 64;

/// Removes a key from a part, which gives back its memory when most of it is empty: what many users
/// took is not kept for few.
pub(crate) fn remove<K: Hash + Eq, V>(shard: &mut HashMap<K, V>, key: &K) -> Option<V> {
    let removed = shard.remove(key);
    if shard.capacity() > KEPT && shard.len() < shard.capacity() / 8 {
        shard.shrink_to(shard.len() * 2);
    }
    removed
}

/// The lock, also where a thread panicked that held it: each critical section leaves its data whole
/// at every point where it can panic, so a poisoned lock says nothing.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> Guard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
