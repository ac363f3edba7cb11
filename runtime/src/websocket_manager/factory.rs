//! The factory: it alone makes managers, for those whom its authenticator proved.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backplane::{Backplane, Local};
use crate::config::{Config, Origins, OverLimit};
use crate::event::{EncodeError, Event};
use crate::identity::{
    AnyAuthenticator, AuthError, Authenticator, Credential, Nobody, UserContext, UserId,
};
use crate::limits::Doors;
use crate::observe;
use crate::registry::Registry;
use crate::websocket_manager::drain::Draining;
use crate::websocket_manager::inbound::{Handler, Inbound, Typed};
use crate::websocket_manager::manager::WebSocketManager;
use crate::websocket_manager::shared::{Shared, next_factory};

/// Makes the managers of users. Clones are handles on the same factory.
#[derive(Debug, Clone)]
pub struct WebSocketManagerFactory {
    pub(crate) shared: Arc<Shared>,
}

/// The proof that the authenticator of a factory knew a credential.
///
/// Only [`WebSocketManagerFactory::authenticate`] makes one:
///
/// ```compile_fail,E0451
/// # use websocket_core::{identity::UserContext, websocket_manager::Authenticated};
/// # fn f(context: UserContext) -> Authenticated {
/// Authenticated { context }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Authenticated {
    context: UserContext,
}

impl Authenticated {
    /// Who it is.
    pub fn user(&self) -> &UserId {
        self.context.user()
    }
}

/// Why a factory makes no manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManagerError {
    /// Another factory proved who it is.
    OtherFactory,
    /// The credential has expired since.
    Expired,
}

impl fmt::Display for ManagerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherFactory => "another factory proved who this is",
            Self::Expired => "the credential has expired",
        })
    }
}

impl std::error::Error for ManagerError {}

impl WebSocketManagerFactory {
    /// A factory to be.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Asks the authenticator who shows a credential: outside of a socket, for a worker or a queue.
    ///
    /// Cancel safe.
    ///
    /// # Errors
    /// [`AuthError`], as the authenticator says it, `Unavailable` where it takes longer than
    /// [`Config::authentication_timeout`], or `Internal` where it panics.
    ///
    /// # Panics
    /// Outside of a tokio runtime that has its timer.
    pub async fn authenticate(&self, credential: Credential) -> Result<Authenticated, AuthError> {
        let context = self.shared.prove(credential).await?;
        Ok(Authenticated { context })
    }

    /// The manager of the user who was proved. All managers of a user are handles on one hub.
    ///
    /// # Errors
    /// [`ManagerError`] where another factory proved it, or the credential has expired since.
    pub fn manager(&self, authenticated: &Authenticated) -> Result<WebSocketManager, ManagerError> {
        let context = &authenticated.context;
        if context.factory() != self.shared.id {
            return Err(ManagerError::OtherFactory);
        }
        if context.is_expired() {
            return Err(ManagerError::Expired);
        }
        let held = self.shared.registry.hold(context.user());
        Ok(WebSocketManager::of(Arc::clone(&self.shared), held))
    }

    /// Its limits and times.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }
}

/// The right to tell everyone something. It is made once, with the factory, and is not cloned.
#[derive(Debug)]
pub struct Broadcaster {
    shared: Arc<Shared>,
}

impl Broadcaster {
    /// An event for every connection of every user, on all nodes: at most once, and without a place
    /// in anybody's stream.
    ///
    /// # Errors
    /// [`EncodeError`]: nobody is told.
    pub fn send(&self, kind: &str, payload: &impl Serialize) -> Result<(), EncodeError> {
        let event = Event::new(kind, payload)?.within(self.shared.config.event_bytes)?;
        observe::published(false);
        let backplane = self.shared.registry.backplane();
        backplane.broadcast(&event.body.without_position());
        Ok(())
    }
}

/// A factory to be.
#[derive(Default)]
pub struct Builder {
    config: Config,
    authenticator: Option<Box<dyn AnyAuthenticator>>,
    handler: Option<Box<dyn Handler>>,
    backplane: Option<Arc<dyn Backplane>>,
}

impl Builder {
    /// Who knows the users. Without one the factory proves nobody.
    #[must_use]
    pub fn authenticator(mut self, authenticator: impl Authenticator) -> Self {
        self.authenticator = Some(Box::new(authenticator));
        self
    }

    /// What becomes of the messages that the user's clients send.
    ///
    /// A message is a whole frame, `{"type":…,"payload":…}` where the client is ours; one that is no
    /// `M` is answered by an `error` frame that names the field, and the connection goes on. The
    /// messages of one connection are handled one after the other.
    ///
    /// The field is named in enums that are told by one of their fields and in structs that are
    /// flattened, too: it is looked for, by reading the message a few times more with another value
    /// in its place. None is named where the error tells nothing of the message (an enum that is
    /// `untagged`, an error in words of yours), or where so much of a long message looks alike that
    /// this would take too long.
    ///
    /// ```
    /// # use websocket_core::websocket_manager::{Inbound, WebSocketManagerFactory};
    /// #[derive(serde::Deserialize)]
    /// #[serde(tag = "type", content = "payload", rename_all = "snake_case")]
    /// enum FromClient {
    ///     Ask { question: String },
    /// }
    ///
    /// let builder = WebSocketManagerFactory::builder().on_message(|inbound: Inbound<FromClient>| async move {
    ///     let FromClient::Ask { question } = &inbound.message;
    ///     let run = inbound.manager.start_run("run-1", "answers");
    ///     run.thinking(format!("they ask: {question}"));
    ///     run.complete(serde_json::json!({"answer": 42}));
    /// });
    /// ```
    #[must_use]
    pub fn on_message<M, F, Done>(mut self, handle: F) -> Self
    where
        M: DeserializeOwned + Send + 'static,
        F: Fn(Inbound<M>) -> Done + Send + Sync + 'static,
        Done: Future<Output = ()> + Send + 'static,
    {
        self.handler = Some(Box::new(Typed::new(handle)));
        self
    }

    /// Limits and times, all at once.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Changes some limits and times.
    #[must_use]
    pub fn configure(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// [`Config::connections_per_user`].
    #[must_use]
    pub fn max_connections_per_user(mut self, connections: usize) -> Self {
        self.config.connections_per_user = connections;
        self
    }

    /// [`Config::over_limit`].
    #[must_use]
    pub fn over_limit(mut self, over: OverLimit) -> Self {
        self.config.over_limit = over;
        self
    }

    /// [`Config::origins`].
    #[must_use]
    pub fn origins(mut self, origins: Origins) -> Self {
        self.config.origins = origins;
        self
    }

    /// Where offsets are assigned and history is kept; in this process if nothing is said.
    #[must_use]
    pub fn backplane(mut self, backplane: impl Backplane) -> Self {
        self.backplane = Some(Arc::new(backplane));
        self
    }

    /// The factory.
    #[must_use]
    pub fn build(self) -> WebSocketManagerFactory {
        let Self {
            config,
            authenticator,
            handler,
            backplane,
        } = self;
        let config = config.bounded();
        observe::describe();
        let backplane = backplane.unwrap_or_else(|| Arc::new(Local::new(&config)));
        let authenticator = authenticator.unwrap_or_else(|| Box::new(Nobody));
        let shared = Shared {
            id: next_factory(),
            registry: Registry::new(backplane),
            authenticator,
            handler,
            doors: Doors::new(&config),
            draining: Draining::default(),
            next_connection: AtomicU64::new(1),
            config,
        };
        WebSocketManagerFactory {
            shared: Arc::new(shared),
        }
    }

    /// The factory, and the right to tell everyone something.
    #[must_use]
    pub fn build_with_broadcaster(self) -> (WebSocketManagerFactory, Broadcaster) {
        let factory = self.build();
        let shared = Arc::clone(&factory.shared);
        (factory, Broadcaster { shared })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("config", &self.config)
            .field("has_authenticator", &self.authenticator.is_some())
            .field("has_handler", &self.handler.is_some())
            .finish_non_exhaustive()
    }
}
