//! A crate that things moved to.

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Thing {
    pub weight: u32,
}

impl Thing {
    pub fn new(weight: u32) -> Self {
        Self { weight }
    }
}

pub mod parts {
    pub fn widget() -> u32 {
        62
    }
}

pub mod arrived {
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    pub struct Guest;

    pub fn greet() -> u32 {
        63
    }

    pub mod inner {
        pub const ROOM: u32 = 64;
    }
}
