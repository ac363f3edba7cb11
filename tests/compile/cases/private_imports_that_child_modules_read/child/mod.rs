mod grandchild;

use crate::Old;

pub fn made() -> (Old, super::OldPair) {
    (crate::old_make(3), grandchild::made())
}
