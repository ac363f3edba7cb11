mod common;

use case::types::{self, Old};
use depot::old::OldPair;

#[test]
fn same() {
    let old: Old = case::most();
    assert_eq!(old, types::Old::new(common::number()));
    assert_eq!(OldPair(1, 2).1, 2);
}
