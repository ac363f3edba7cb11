//! What `old_crate` is called now.

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Engine {
    pub power: u32,
}

impl Engine {
    pub fn new(power: u32) -> Self {
        Self { power }
    }
}

pub fn start() -> u32 {
    81
}

pub mod gear {
    pub const TOP: u32 = 82;

    pub fn shift() -> u32 {
        83
    }
}

#[macro_export]
macro_rules! rev {
    ($n:expr) => {
        $n + 84
    };
}
