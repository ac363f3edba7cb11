//! The tokens of the example: one for each user, drawn anew at each start.

use std::sync::Arc;

use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};

/// Who may use the example.
pub(crate) const USERS: [&str; 2] = ["ada", "bob"];

/// Bytes of a token, of which none can be guessed.
const BYTES: usize = 16;

pub(crate) struct Tokens {
    known: Vec<(&'static str, String)>,
}

impl Tokens {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut known = Vec::new();
        for user in USERS {
            let mut bytes = [0; BYTES];
            getrandom::fill(&mut bytes)?;
            let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            known.push((user, token));
        }
        Ok(Self { known })
    }

    /// The token of a user. A service gives it to nobody but the user, after a login.
    pub(crate) fn of(&self, user: &str) -> Option<&str> {
        let mut known = self.known.iter();
        known
            .find(|(name, _)| *name == user)
            .map(|(_, token)| token.as_str())
    }
}

/// Proves users to the factory.
pub(crate) struct ByToken(pub(crate) Arc<Tokens>);

impl Authenticator for ByToken {
    async fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let token = credential.token().ok_or(AuthError::Missing)?;
        let mut known = self.0.known.iter();
        let (user, _) = known
            .find(|(_, known)| known == token)
            .ok_or(AuthError::Invalid)?;
        let user = UserId::new(user).map_err(|_| AuthError::Invalid)?;
        Ok(grant.user(user))
    }
}
