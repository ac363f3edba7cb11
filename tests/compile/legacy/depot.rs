//! The library that the cases are written against.
//!
//! Open, each thing has its legacy path and its canonical path; with `--cfg poisoned` the legacy
//! paths are gone.

/// Canonical, and what the legacy paths lead to.
pub mod new {
    use std::fmt;

    /// Was `old::Old`.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct New {
        pub value: u32,
    }

    impl New {
        pub const LIMIT: u32 = 9;

        pub fn new(value: u32) -> Self {
            Self { value }
        }

        /// A method of the same name as a function that moves.
        pub fn old_make(&self) -> u32 {
            self.value + 1000
        }

        pub fn map<T>(self, f: impl FnOnce(u32) -> T) -> T {
            f(self.value)
        }
    }

    impl fmt::Display for New {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "New({})", self.value)
        }
    }

    /// Was `old::OldPair`.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Pair(pub u32, pub u32);

    /// Was `old::OldUnit`.
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    pub struct Unit;

    /// Was `old::OldBox`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Holder<T> {
        pub inner: T,
    }

    impl<T> Holder<T> {
        pub fn new(inner: T) -> Self {
            Self { inner }
        }

        pub fn cast<U: From<T>>(self) -> Holder<U> {
            Holder::new(self.inner.into())
        }
    }

    /// Was `old::OldShow`.
    pub trait Show {
        type Out;
        const TAG: u32 = 3;

        fn show(&self) -> String;

        fn tag() -> u32
        where
            Self: Sized,
        {
            Self::TAG
        }
    }

    impl Show for u32 {
        type Out = u64;

        fn show(&self) -> String {
            format!("u32 {self}")
        }
    }

    impl Show for New {
        type Out = u32;
        const TAG: u32 = 5;

        fn show(&self) -> String {
            format!("shown {}", self.value)
        }
    }

    /// Was `old::OldExt`.
    pub trait Ext {
        fn doubled(&self) -> u32;
    }

    impl Ext for u32 {
        fn doubled(&self) -> u32 {
            self * 2
        }
    }

    /// Was `old::OldState`.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum State {
        Idle,
        Busy(u32),
        Done { code: u32 },
        /// A variant that is called as the enum was.
        OldState,
    }

    impl State {
        pub fn start() -> Self {
            Self::Busy(1)
        }
    }

    /// Was `old::OldBits`.
    #[derive(Clone, Copy)]
    pub union Bits {
        pub word: u32,
        pub half: u16,
    }

    /// Was `old::OldResult`.
    pub type Outcome<T> = Result<T, String>;

    /// Was `old::old_make`.
    pub fn make(value: u32) -> New {
        New::new(value)
    }

    /// Was `old::OLD_MAX`.
    pub const MAX: u32 = 7;

    /// Was `old::OLD_NAME`.
    pub static NAME: &str = "depot";

    /// Was `old::Kept`: it moved without a new name.
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    pub struct Kept(pub u32);

    /// Was `old::keep`.
    pub fn keep(value: u32) -> Kept {
        Kept(value)
    }

    /// Was `old::KEEP`.
    pub const KEEP: u32 = 11;

    /// Stays below `old`, and moves.
    pub mod deep {
        /// Was `old::deep::OldDeep`.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct Deep;

        /// Was `old::deep::dig`.
        pub fn dig() -> u32 {
            41
        }
    }

    /// Was `old::old_sum!`.
    pub use crate::sum;
    /// Was `old::OldRecord` and `old::old_tagged`.
    pub use depot_macros::{Record, tagged};
}

/// Most of it moved to [`new`]; `Rest` and its like stay.
pub mod old {
    #[cfg(not(poisoned))]
    pub use crate::new::{
        Bits as OldBits, Ext as OldExt, Holder as OldBox, KEEP, Kept, MAX as OLD_MAX,
        NAME as OLD_NAME, New as Old, Outcome as OldResult, Pair as OldPair, Record as OldRecord,
        Show as OldShow, State as OldState, Unit as OldUnit, keep, make as old_make,
        sum as old_sum, tagged as old_tagged,
    };

    #[cfg(not(poisoned))]
    pub use crate::kin::{Result as OldRes, String as OldString, drop as old_drop};

    /// What stays.
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    pub struct Rest(pub u32);

    pub fn rest() -> u32 {
        77
    }

    pub const REST: u32 = 78;

    pub mod deep {
        #[cfg(not(poisoned))]
        pub use crate::new::deep::{Deep as OldDeep, dig};

        pub const LOW: u32 = 40;
    }
}

/// Moved as a whole: was `oldmod`. `Special` of it went to [`extra`], and `open` became `connect`.
pub mod newmod {
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    pub struct Item {
        pub size: u32,
    }

    impl Item {
        pub fn new(size: u32) -> Self {
            Self { size }
        }
    }

    pub trait Run {
        fn run(&self) -> u32;
    }

    impl Run for Item {
        fn run(&self) -> u32 {
            self.size + 1
        }
    }

    pub fn run() -> u32 {
        21
    }

    pub fn connect() -> u32 {
        22
    }

    pub const LEVEL: u32 = 23;

    pub mod sub {
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct Leaf;

        pub fn leaf() -> u32 {
            24
        }
    }

    pub use crate::total;
}

/// Things that are called as things of the prelude are.
pub mod kin {
    /// Was `old::OldRes`.
    pub type Result<T> = std::result::Result<T, u8>;

    /// Was `old::old_drop`.
    pub fn drop(value: u32) -> u32 {
        value / 2
    }

    /// Was `old::OldString`.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct String(pub u32);
}

/// Where `oldmod::Special` went.
pub mod extra {
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    pub struct Special;

    pub const EXTRA: u32 = 31;
}

#[cfg(not(poisoned))]
pub mod oldmod {
    pub use crate::extra::Special;
    pub use crate::newmod::{Item, LEVEL, Run, connect as open, run, sub, total};
}

/// `v1::net` moved to `v2::net`: the last segment is the same.
pub mod v1 {
    #[cfg(not(poisoned))]
    pub use crate::v2::net;

    pub fn version() -> u32 {
        1
    }
}

pub mod v2 {
    pub mod net {
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct Port(pub u16);

        pub fn dial() -> u32 {
            51
        }
    }

    pub fn version() -> u32 {
        2
    }
}

/// `gone::Thing` moved to the crate `annex`.
pub mod gone {
    #[cfg(not(poisoned))]
    pub use annex::{Thing, parts::widget as old_widget};

    pub const STAYS: u32 = 61;
}

/// Moved as a whole to another crate, as `annex::arrived`.
#[cfg(not(poisoned))]
pub use annex::arrived as leaving;

/// Was `RootOld`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RootNew(pub u32);

#[cfg(not(poisoned))]
pub use RootNew as RootOld;

/// Was `old_log!`.
#[macro_export]
macro_rules! log_line {
    ($($arg:tt)*) => {
        println!("log: {}", format_args!($($arg)*))
    };
}

#[cfg(not(poisoned))]
pub use log_line as old_log;

#[macro_export]
macro_rules! sum {
    ($($n:expr),* $(,)?) => { 0u32 $(+ $n)* };
}

#[macro_export]
macro_rules! total {
    ($($n:expr),* $(,)?) => { 0u32 $(+ $n)* };
}
