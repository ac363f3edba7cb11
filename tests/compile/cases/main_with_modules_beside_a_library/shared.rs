pub use depot::old::{Old, OldPair as Pairs};

pub(crate) fn hidden() -> depot::old::OldUnit {
    depot::old::OldUnit
}

pub fn shown() -> String {
    format!("{:?}", hidden())
}
