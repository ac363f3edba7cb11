use crate::prelude::OldPair;

#[derive(Debug, Clone, Copy)]
pub struct Shared {
    pub(in crate::private) pair: OldPair,
}

impl Shared {
    pub fn of(a: u32) -> Self {
        Self { pair: OldPair(a, a) }
    }

    pub fn sum(&self) -> u32 {
        let OldPair(a, b) = self.pair;
        a + b
    }
}
