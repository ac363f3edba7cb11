pub use crate::private::Shared;
pub use depot::old::{Old, OldShow as _, OldState};
pub(crate) use depot::old::{old_make as build, OldPair};
