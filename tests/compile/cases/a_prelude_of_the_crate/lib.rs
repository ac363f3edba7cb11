pub mod handlers;
pub mod prelude;
pub(crate) mod private;

pub use prelude::*;
