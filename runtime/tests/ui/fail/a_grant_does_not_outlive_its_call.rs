use std::sync::Mutex;

use websocket_core::identity::{
    AuthError, Authenticator, Credential, Grant, UserContext,
};

struct Keeps(Mutex<Option<Grant<'static>>>);

impl Authenticator for Keeps {
    async fn authenticate(
        &self,
        _: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        *self.0.lock().unwrap() = Some(grant);
        Err(AuthError::Invalid)
    }
}

fn main() {}
