//! Who a user is, and how that is proved: only an [`Authenticator`] that the factory ran makes a
//! [`UserContext`].

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use http::HeaderMap;

/// The longest [`UserId`], in bytes.
pub const USER_ID_BYTES: usize = 256;

/// The name of a user: 1 to [`USER_ID_BYTES`] bytes of UTF-8 without control characters.
///
/// It is compared byte for byte: `Ada` and `ada` are two users.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(Arc<str>);

impl UserId {
    /// The name as it stands.
    ///
    /// # Errors
    /// [`InvalidUserId`] where it is empty, longer than [`USER_ID_BYTES`], or has a control character.
    pub fn new(id: impl AsRef<str>) -> Result<Self, InvalidUserId> {
        let id = id.as_ref();
        if id.is_empty() {
            return Err(InvalidUserId::Empty);
        }
        if id.len() > USER_ID_BYTES {
            return Err(InvalidUserId::TooLong { bytes: id.len() });
        }
        match id.char_indices().find(|(_, c)| c.is_control()) {
            Some((at, _)) => Err(InvalidUserId::ControlCharacter { at }),
            None => Ok(Self(id.into())),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserId({:?})", self.as_str())
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is no [`UserId`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidUserId {
    /// It has no character.
    Empty,
    /// It is longer than [`USER_ID_BYTES`].
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It has a control character.
    ControlCharacter {
        /// The byte at which that begins.
        at: usize,
    },
}

impl fmt::Display for InvalidUserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a user id has at least one character"),
            Self::TooLong { bytes } => {
                write!(
                    f,
                    "a user id has at most {USER_ID_BYTES} bytes, not {bytes}"
                )
            }
            Self::ControlCharacter { at } => {
                write!(
                    f,
                    "a user id has no control characters, but one at byte {at}"
                )
            }
        }
    }
}

impl std::error::Error for InvalidUserId {}

/// What somebody shows to prove who they are. Its `Debug` shows no secret.
#[derive(Clone, Default)]
pub struct Credential {
    token: Option<Arc<str>>,
    headers: HeaderMap,
    peer: Option<SocketAddr>,
}

impl Credential {
    /// A token, as a worker or a queue has it.
    pub fn bearer(token: impl AsRef<str>) -> Self {
        Self {
            token: Some(token.as_ref().into()),
            ..Self::default()
        }
    }

    /// What a handshake shows: its token, its other headers (cookies among them), and from where.
    pub fn of_request(token: Option<&str>, headers: HeaderMap, peer: Option<SocketAddr>) -> Self {
        Self {
            token: token.map(Into::into),
            headers,
            peer,
        }
    }

    /// The token: of `Authorization: Bearer …`, or of the subprotocol `jwt.…`.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The headers of the request, where there was one.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Where the request came from, where that is known.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.token.as_ref().map(|_| "[redacted]");
        f.debug_struct("Credential")
            .field("token", &token)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

/// Why a credential proves nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthError {
    /// There is none: 401.
    Missing,
    /// It is none that this service takes: 401.
    Invalid,
    /// It was one until a while ago: 401, and 4401 on a live connection.
    Expired,
    /// It proves somebody who may not connect: 403.
    Forbidden,
    /// Nobody can say now: 503. The text is for the log, and must hold no secret.
    Unavailable(String),
    /// The authenticator failed by a fault of its own: 500, and 1011 on a live connection that it was
    /// to prolong. It is what a panic in it is taken for.
    Internal,
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("a credential is missing"),
            Self::Invalid => f.write_str("the credential is not valid"),
            Self::Expired => f.write_str("the credential is expired"),
            Self::Forbidden => f.write_str("the user may not connect"),
            Self::Unavailable(why) => write!(f, "credentials cannot be checked now: {why}"),
            Self::Internal => f.write_str("the authenticator failed"),
        }
    }
}

impl std::error::Error for AuthError {}

/// The right to name a user. A factory lends it to its authenticator for one call.
///
/// Nothing else makes one, so nothing else makes a [`UserContext`]:
///
/// ```compile_fail,E0451
/// use websocket_core::identity::Grant;
/// let grant = Grant { factory: 0, life: std::marker::PhantomData };
/// ```
#[derive(Debug)]
pub struct Grant<'call> {
    factory: u64,
    life: PhantomData<&'call ()>,
}

impl Grant<'_> {
    pub(crate) fn of(factory: u64) -> Self {
        Self {
            factory,
            life: PhantomData,
        }
    }

    /// The credential proved this user.
    pub fn user(self, user: UserId) -> UserContext {
        UserContext {
            factory: self.factory,
            user,
            expires: None,
        }
    }
}

/// A user, as the authenticator of a factory proved them.
///
/// There is no other way to one:
///
/// ```compile_fail,E0451
/// use websocket_core::identity::{UserContext, UserId};
/// let forged = UserContext { factory: 0, user: UserId::new("ada").unwrap(), expires: None };
/// ```
#[derive(Debug, Clone)]
pub struct UserContext {
    factory: u64,
    user: UserId,
    expires: Option<SystemTime>,
}

impl UserContext {
    /// The same until then: a live connection must show a new credential at that time. Of a time
    /// that has passed it proves nobody: [`AuthError::Expired`].
    #[must_use]
    pub fn until(mut self, expires: SystemTime) -> Self {
        self.expires = Some(expires);
        self
    }

    /// Who it is.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// When the credential expires, if it does.
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    pub(crate) fn is_expired(&self) -> bool {
        self.expires
            .is_some_and(|expires| expires <= SystemTime::now())
    }

    /// The factory whose authenticator proved it.
    pub(crate) fn factory(&self) -> u64 {
        self.factory
    }
}

/// How a service knows its users. A factory has exactly one; there is no fallback user.
///
/// ```
/// use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
///
/// struct Tokens;
///
/// impl Authenticator for Tokens {
///     async fn authenticate(&self, credential: Credential, grant: Grant<'_>) -> Result<UserContext, AuthError> {
///         match credential.token().ok_or(AuthError::Missing)? {
///             "secret-of-ada" => Ok(grant.user(UserId::new("ada").map_err(|_| AuthError::Invalid)?)),
///             _ => Err(AuthError::Invalid),
///         }
///     }
/// }
/// ```
pub trait Authenticator: Send + Sync + 'static {
    /// Who shows this credential. It runs before the handshake is answered, and is dropped where the
    /// client goes away or [`Config::authentication_timeout`](crate::config::Config) passes.
    ///
    /// A panic is caught and logged, and taken for [`AuthError::Internal`]; of a token that a live
    /// connection sent, the client is told `internal`, and the connection goes on.
    ///
    /// # Errors
    /// [`AuthError`]: the handshake is refused with its status.
    fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> impl Future<Output = Result<UserContext, AuthError>> + Send;

    /// Asked when the credential of a live connection expires: the same user with a later time, or
    /// an error. Then the client may send `{"type":"authenticate","token":"…"}` within
    /// [`Config::expiry_grace`](crate::config::Config); after that the connection closes with 4401.
    /// Where the client sent a token before, that is checked first, and this is asked only if it
    /// proves nobody. Of several tokens the newest one that proves the user counts; four are checked
    /// at once, and one more is refused.
    ///
    /// The future is dropped where the connection ends, a new token proves the user, or
    /// [`Config::authentication_timeout`](crate::config::Config) passes: what it has begun by then
    /// must not need its end.
    ///
    /// # Errors
    /// [`AuthError`]: nothing but the client can prolong it, which is the default. With
    /// [`AuthError::Internal`], which a panic is taken for, the connection closes with 1011, if no
    /// token of the client is being checked.
    fn refresh(
        &self,
        context: &UserContext,
        grant: Grant<'_>,
    ) -> impl Future<Output = Result<UserContext, AuthError>> + Send {
        let _ = (context, grant);
        async { Err(AuthError::Expired) }
    }
}

/// What an authenticator answers, later.
pub(crate) type Proving<'a> =
    Pin<Box<dyn Future<Output = Result<UserContext, AuthError>> + Send + 'a>>;

/// An [`Authenticator`] whose type is forgotten.
pub(crate) trait AnyAuthenticator: Send + Sync {
    fn prove<'a>(&'a self, credential: Credential, grant: Grant<'a>) -> Proving<'a>;

    fn prolong<'a>(&'a self, context: &'a UserContext, grant: Grant<'a>) -> Proving<'a>;
}

impl<A: Authenticator> AnyAuthenticator for A {
    fn prove<'a>(&'a self, credential: Credential, grant: Grant<'a>) -> Proving<'a> {
        Box::pin(self.authenticate(credential, grant))
    }

    fn prolong<'a>(&'a self, context: &'a UserContext, grant: Grant<'a>) -> Proving<'a> {
        Box::pin(self.refresh(context, grant))
    }
}

/// The authenticator of a factory that was given none: it proves nobody.
#[derive(Debug)]
pub(crate) struct Nobody;

impl Authenticator for Nobody {
    async fn authenticate(&self, _: Credential, _: Grant<'_>) -> Result<UserContext, AuthError> {
        Err(AuthError::Unavailable(
            "the factory has no authenticator".to_owned(),
        ))
    }
}
