mod inner;
pub(crate) mod types;

pub use inner::run;
pub use types::{Item as CoreItem, Level};
