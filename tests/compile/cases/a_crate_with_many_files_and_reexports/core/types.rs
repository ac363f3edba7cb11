pub use depot::oldmod::Item;
pub(in crate::core) use depot::oldmod::{run as run_inner, LEVEL};
pub type Level = depot::old::OldResult<depot::old::OldBox<Item>>;

pub(crate) mod consts {
    pub(crate) const LIMIT: u32 = super::LEVEL + depot::old::OLD_MAX;
}
