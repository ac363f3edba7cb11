//! What the application's own code does, where a panic in it must end nothing else.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;

/// It panicked. What the panic carried is not told: it may hold a secret.
#[derive(Debug)]
pub(crate) struct Panicked;

/// What comes of a future that may panic.
pub(crate) async fn caught<T>(run: impl Future<Output = T>) -> Result<T, Panicked> {
    let ended = AssertUnwindSafe(run).catch_unwind().await;
    ended.map_err(|payload| {
        // Whatever a panic carries may panic as it is dropped.
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        dropped.unwrap_or_else(std::mem::forget);
        Panicked
    })
}
