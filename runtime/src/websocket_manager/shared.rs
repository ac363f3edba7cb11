//! What a factory, its managers and its connections share.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::caught::{Panicked, caught};
use crate::config::Config;
use crate::identity::{AnyAuthenticator, AuthError, Credential, Grant, UserContext};
use crate::limits::Doors;
use crate::outbox::{Bounds, ConnectionId, Outbox};
use crate::registry::Registry;
use crate::websocket_manager::drain::Draining;
use crate::websocket_manager::inbound::Handler;

/// What a factory, its managers and its connections share.
pub(crate) struct Shared {
    /// Contexts of other factories are not taken.
    pub(super) id: u64,
    pub(crate) config: Config,
    pub(crate) registry: Arc<Registry>,
    pub(super) authenticator: Box<dyn AnyAuthenticator>,
    pub(crate) handler: Option<Box<dyn Handler>>,
    pub(crate) doors: Arc<Doors>,
    pub(crate) draining: Draining,
    pub(super) next_connection: AtomicU64,
}

/// The next factory of the process.
pub(super) fn next_factory() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Shared {
    /// Who shows a credential, asked within the time that there is for it.
    pub(crate) async fn prove(&self, credential: Credential) -> Result<UserContext, AuthError> {
        let grant = Grant::of(self.id);
        self.in_time(async { self.authenticator.prove(credential, grant).await })
            .await
    }

    /// The same user for longer, if the authenticator says so.
    pub(crate) async fn prolong(&self, context: &UserContext) -> Result<UserContext, AuthError> {
        let grant = Grant::of(self.id);
        self.in_time(async { self.authenticator.prolong(context, grant).await })
            .await
    }

    async fn in_time(
        &self,
        proving: impl Future<Output = Result<UserContext, AuthError>>,
    ) -> Result<UserContext, AuthError> {
        let limit = self.config.authentication_timeout;
        let Ok(proved) = tokio::time::timeout(limit, caught(proving)).await else {
            let late = "the authenticator took too long";
            return Err(AuthError::Unavailable(late.to_owned()));
        };
        match proved {
            Err(Panicked) => {
                tracing::error!("the authenticator panicked");
                Err(AuthError::Internal)
            }
            // An authenticator that kept a context of another factory gives a foreign one.
            Ok(Ok(context)) if context.factory() != self.id => Err(AuthError::Invalid),
            // One that has expired proves nobody: taken, it would be asked for again at once.
            Ok(Ok(context)) if context.is_expired() => Err(AuthError::Expired),
            Ok(proved) => proved,
        }
    }

    /// The outbox of a new connection.
    pub(crate) fn outbox(&self) -> Arc<Outbox> {
        let id = self.next_connection.fetch_add(1, Ordering::Relaxed);
        let bounds = Bounds {
            frames: self.config.outbox_frames,
            bytes: self.config.outbox_bytes,
            acked_within: self.config.idle_timeout,
        };
        Arc::new(Outbox::new(ConnectionId(id), bounds))
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("id", &self.id)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
