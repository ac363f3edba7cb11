use super::types::{consts::LIMIT, run_inner, Item};

pub fn run() -> super::Level {
    let item: super::CoreItem = Item::new(run_inner() + LIMIT);
    Ok(depot::old::OldBox { inner: item })
}
