mod api;
mod core;

pub use crate::api::v1;
pub use self::core::*;
pub use api::v1::{Endpoint as DefaultEndpoint, *};
