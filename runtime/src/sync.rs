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

#[cfg(feature = "__loom")]
pub(crate) type Guard<'a, T> = loom::sync::MutexGuard<'a, T>;
#[cfg(not(feature = "__loom"))]
pub(crate) type Guard<'a, T> = std::sync::MutexGuard<'a, T>;

/// The lock, also where a thread panicked that held it: each critical section leaves its data whole
/// at every point where it can panic, so a poisoned lock says nothing.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> Guard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
