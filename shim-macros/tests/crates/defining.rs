//! A crate whose paths moved: each kind of item under each of its legacy paths.
//!
//! It is strict with itself, and must be clean: whatever a shim generates is looked at here.

#![no_std]
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    rust_2018_idioms,
    unused_qualifications
)]

use shim_macros::deprecated_reexport;

/// Where everything went.
pub mod canonical {
    /// A struct with named fields.
    #[derive(Clone, Debug, Default)]
    pub struct Named {
        /// A field.
        pub a: u32,
    }

    /// A struct with parameters of each sort.
    #[derive(Clone, Debug)]
    pub struct Generic<'a, T, const N: usize> {
        /// A field.
        pub items: &'a [T; N],
    }

    /// An enum.
    #[derive(Clone, Debug)]
    pub enum State {
        /// A variant without a field.
        Open,
        /// A variant with one.
        Closed(u32),
    }

    /// A union.
    #[derive(Clone, Copy)]
    pub union Bits {
        /// A field.
        pub word: u32,
        /// Another.
        pub bytes: [u8; 4],
    }

    /// A trait.
    pub trait Handler {
        /// A method.
        fn handle(&self) -> u32;
        /// One that has a body.
        fn twice(&self) -> u32 {
            self.handle() * 2
        }
    }

    /// An alias.
    pub type Payload = [u8; 4];

    /// A tuple struct.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Id(
        /// A field.
        pub u32,
    );

    /// A unit struct.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Marker;

    /// A constant.
    pub const LIMIT: usize = 4;

    /// A static.
    pub static TOTAL: core::sync::atomic::AtomicUsize = core::sync::atomic::AtomicUsize::new(0);

    /// A function.
    #[must_use]
    pub const fn connect(n: u32) -> u32 {
        n + 1
    }

    /// A function whose name is a keyword.
    #[must_use]
    pub const fn r#match(n: u32) -> u32 {
        n + 2
    }

    /// A function whose legacy name is that of a common macro.
    pub fn join_all<T: Into<u32>>(t: T, (a, b): (u32, u32)) -> u32 {
        t.into() + a + b
    }

    /// A function whose parameters nothing tells.
    #[must_use]
    pub const fn size<T, const N: usize>() -> usize {
        N
    }

    /// A function that borrows.
    #[must_use]
    pub fn first<'a>(text: &'a str, _other: &str) -> &'a str {
        text
    }

    /// A function that takes a closure.
    ///
    /// # Errors
    ///
    /// Whatever the closure says.
    pub fn run<E>(call: impl Fn() -> Result<u32, E>) -> Result<u32, E> {
        call()
    }

    /// An asynchronous function.
    pub async fn later(n: u32) -> u32 {
        core::future::ready(n).await
    }
}

/// A macro.
#[macro_export]
macro_rules! ws_send {
    ($value:expr) => {
        $value + 1
    };
}

/// What warns nobody, and is the reason for all of this.
#[cfg(not(feature = "modules_only"))]
pub mod bare {
    #[deprecated(since = "0.2.0", note = "moved to `canonical::Named`")]
    pub use crate::canonical::Named as BareNamed;
}

/// This module moved.
#[deprecated_reexport(since = "0.2.0", remove_in = "0.9.0")]
pub mod old {
    pub use crate::canonical::{
        Bits as OldBits, Generic as OldGeneric, Handler as OldHandler, Named as OldNamed,
        Payload as OldPayload, State as OldState,
    };
    pub use crate::canonical::{connect as old_connect, LIMIT as OLD_LIMIT, TOTAL as OLD_TOTAL};

    /// Its name is a keyword, there and here.
    pub use crate::canonical::r#match as r#loop;

    pub use crate::canonical::State::{Closed as OldShut, Open as OldOpen};

    #[deprecated_reexport(ctor)]
    pub use crate::canonical::{Id as OldId, Marker as OldMarker, State as CtorState};

    #[deprecated_reexport(macro)]
    pub use crate::ws_send as old_send;

    #[deprecated_reexport(type)]
    pub use crate::canonical::{Payload as c_payload, State as IO};

    #[deprecated_reexport(value)]
    pub use crate::canonical::{connect as Object_new, TOTAL as Total};

    /// A trait and a derive macro.
    pub use core::fmt::Debug as OldDebug;

    pub type AliasNamed = crate::canonical::Named;
    pub type AliasGeneric<'a, T = u8, const N: usize = 4> = crate::canonical::Generic<'a, T, N>;

    #[deprecated_reexport(to = crate::canonical::connect)]
    pub const fn open(n: u32) -> u32;

    #[deprecated_reexport(to = crate::canonical::join_all)]
    pub fn join<T: Into<u32>>(t: T, (a, b): (u32, u32)) -> u32;

    #[deprecated_reexport(to = crate::canonical::size)]
    pub fn old_size<T, const N: usize>() -> usize;

    #[deprecated_reexport(to = crate::canonical::first)]
    pub fn old_first<'a>(text: &'a str, _other: &str) -> &'a str
    where
        'a: 'a;

    #[deprecated_reexport(to = crate::canonical::run)]
    pub fn old_run<E>(call: impl Fn() -> Result<u32, E>) -> Result<u32, E>;

    #[deprecated_reexport(to = crate::canonical::later)]
    pub async fn old_later(n: u32) -> u32;

    #[cfg(feature = "never")]
    pub use crate::canonical::{missing as old_missing, Missing as OldMissing};

    /// A module in the module.
    pub mod nested {
        pub use crate::canonical::connect as nested_connect;
    }
}

/// A second legacy module with a name that the first one has.
#[deprecated_reexport(since = "0.3.0", note = "there were two of it")]
pub mod older {
    pub use crate::canonical::connect as old_connect;
    pub use crate::canonical::{Named as OldNamed, Named as OlderNamed};
}

#[cfg(not(feature = "modules_only"))]
shim_macros::deprecated_reexports! {
    #![since = "0.2.0"]

    pub use crate::canonical::State as RootState;
    pub use crate::canonical::connect as root_connect;
    pub type RootNamed = crate::canonical::Named;
}

/// The attribute on an item of its own.
#[cfg(not(feature = "modules_only"))]
#[deprecated_reexport(since = "0.2.0")]
pub use crate::canonical::Handler as AloneHandler;

#[cfg(not(feature = "modules_only"))]
#[shim_macros::deprecated_reexport(since = "0.2.0", ctor)]
pub use crate::canonical::{Id as AloneId, Marker as AloneMarker};

#[deprecated_reexport(since = "0.2.0", to = crate::canonical::connect)]
pub const fn alone_open(n: u32) -> u32;

/// As a crate writes it that has many of them.
#[cfg(not(feature = "modules_only"))]
macro_rules! moved_here {
    ($since:literal, $canonical:path, $($vis:vis use $name:ident as $old:ident;)*) => {
        shim_macros::deprecated_reexports! {
            #![since = $since]
            $($vis use $crate::canonical::$name as $old;)*
            #[deprecated_reexport(to = $canonical)]
            pub fn made_open(n: u32) -> u32;
            // The same token wherever it is called.
            pub use $crate::canonical::connect as made_fixed;
        }
    };
}

/// What a macro of the crate makes.
#[cfg(not(feature = "modules_only"))]
pub mod made {
    moved_here! {
        "0.2.0",
        crate::canonical::connect,
        pub use Named as MadeNamed;
        pub use connect as made_connect;
    }
}

/// The same macro, called twice.
#[cfg(not(feature = "modules_only"))]
pub mod made_again {
    moved_here! {
        "0.2.0",
        crate::canonical::connect,
    }
}

/// One place that makes several modules.
macro_rules! repeated {
    ($($name:ident)*) => {
        $(
            /// A module that moved.
            #[deprecated_reexport(since = "0.2.0")]
            pub mod $name {
                pub use crate::canonical::connect as repeated;
            }
        )*
    };
}
repeated!(first second);
