use super::Old;

#[path = "child.rs"]
mod child;

pub fn make() -> Old {
    child::make()
}
