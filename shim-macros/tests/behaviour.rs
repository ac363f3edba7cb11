//! What a program does through a legacy path is what it does through the canonical one.

// Each use here is one of a legacy path, and the canonical things explain themselves.
#![allow(deprecated, missing_docs, unreachable_pub)]

use std::any::TypeId;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use shim_macros::{deprecated_reexport, deprecated_reexports};

mod canonical {
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct Named {
        pub a: u32,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Generic<'a, T, const N: usize> {
        pub items: &'a [T; N],
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum State {
        Open,
        Closed(u32),
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Id(pub u32);

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Marker;

    pub trait Handler {
        fn handle(&self) -> u32;
    }

    impl Handler for Named {
        fn handle(&self) -> u32 {
            self.a
        }
    }

    pub const LIMIT: usize = 3;

    pub static NAME: &str = "name";

    pub fn connect(n: u32) -> u32 {
        n + 1
    }

    pub async fn join_all<T: Into<u32>>(t: T, (a, b): (u32, u32)) -> u32 {
        std::future::ready(t.into() + a + b).await
    }

    #[track_caller]
    pub fn place() -> &'static std::panic::Location<'static> {
        std::panic::Location::caller()
    }

    pub fn type_id<T: 'static, const N: usize>() -> (std::any::TypeId, usize) {
        (std::any::TypeId::of::<T>(), N)
    }

    pub fn apply(call: impl Fn(u32) -> u32, (a, b): (u32, u32)) -> u32 {
        call(a) + b
    }

    pub extern "C" fn foreign(n: u32) -> u32 {
        n
    }
}

#[deprecated_reexport(since = "0.0.1")]
pub mod legacy {
    pub use crate::canonical::{
        Generic as OldGeneric, Handler as OldHandler, LIMIT as OLD_LIMIT, NAME as OLD_NAME,
        Named as OldNamed, State as OldState, connect as old_connect,
    };
    #[deprecated_reexport(ctor)]
    pub use crate::canonical::{Id as OldId, Marker as OldMarker};

    pub type AliasNamed = crate::canonical::Named;
    pub type AliasGeneric<'a, T = u8, const N: usize = 3> = crate::canonical::Generic<'a, T, N>;

    #[deprecated_reexport(to = crate::canonical::join_all)]
    pub async fn join<T: Into<u32>>(t: T, p: (u32, u32)) -> u32;

    #[deprecated_reexport(to = crate::canonical::place)]
    pub fn old_place() -> &'static std::panic::Location<'static>;

    #[deprecated_reexport(to = crate::canonical::type_id)]
    pub fn old_type_id<T: 'static, const N: usize>() -> (std::any::TypeId, usize);

    #[deprecated_reexport(to = crate::canonical::apply)]
    pub fn old_apply(call: impl Fn(u32) -> u32, (mut a, b): (u32, u32)) -> u32;

    #[deprecated_reexport(to = crate::canonical::foreign)]
    pub extern "C" fn old_foreign(n: u32) -> u32;
}

// The attribute on an item of its own, by its path, and the macro.
#[shim_macros::deprecated_reexport(since = "0.0.1", note = "it has a better name")]
pub use crate::canonical::State as RootState;

#[deprecated_reexport(since = "0.0.1", to = crate::canonical::connect)]
pub fn root_connect(n: u32) -> u32;

deprecated_reexports! {
    #![since = "0.0.1", crate_name = "facade"]

    pub type RootNamed = crate::canonical::Named;

    #[deprecated_reexport(since = "0.0.2")]
    pub mod root {
        pub use crate::canonical::State::{self, Closed as Shut, Open};
        pub use std::collections::HashMap as Map;
    }
}

#[test]
fn a_type_is_the_same_type() {
    let named = TypeId::of::<canonical::Named>();
    assert_eq!(TypeId::of::<legacy::OldNamed>(), named);
    assert_eq!(TypeId::of::<legacy::AliasNamed>(), named);
    assert_eq!(TypeId::of::<RootNamed>(), named);
    let generic = TypeId::of::<canonical::Generic<'static, u8, 3>>();
    assert_eq!(TypeId::of::<legacy::OldGeneric<'static, u8, 3>>(), generic);
    assert_eq!(TypeId::of::<legacy::AliasGeneric<'static>>(), generic);
    assert_eq!(TypeId::of::<RootState>(), TypeId::of::<canonical::State>());
    assert_eq!(
        TypeId::of::<root::State>(),
        TypeId::of::<canonical::State>()
    );
    assert_eq!(
        TypeId::of::<dyn legacy::OldHandler>(),
        TypeId::of::<dyn canonical::Handler>()
    );
    let mut map: root::Map<u8, u8> = std::collections::HashMap::new();
    assert_eq!(map.insert(1, 2), None);
}

#[test]
fn an_implementation_counts_for_both_paths() {
    struct Mine;
    impl legacy::OldHandler for Mine {
        fn handle(&self) -> u32 {
            7
        }
    }
    let handlers: [&dyn canonical::Handler; 2] = [&Mine, &legacy::OldNamed { a: 1 }];
    let handled: u32 = handlers.iter().map(|handler| handler.handle()).sum();
    assert_eq!(handled, 8);
}

#[test]
fn what_is_made_by_one_path_matches_by_the_other() {
    use legacy::{OldId, OldMarker, OldState};

    assert_eq!(OldState::Closed(2), canonical::State::Closed(2));
    assert_eq!(root::Shut(2), canonical::State::Closed(2));
    assert!(matches!(canonical::State::Open, root::Open));
    // `OldMarker` must not become a binding, which would match anything.
    assert!(matches!(canonical::Marker, OldMarker));
    let OldId(n) = canonical::Id(5);
    assert_eq!(n, 5);
    let made: Vec<canonical::Id> = [1, 2].into_iter().map(OldId).collect();
    assert_eq!(made, [canonical::Id(1), canonical::Id(2)]);
    let legacy::AliasNamed { a } = canonical::Named { a: 4 };
    assert_eq!(a, 4);
}

#[test]
fn a_constant_is_a_constant() {
    const MORE: usize = legacy::OLD_LIMIT + 1;
    static ITEMS: [u8; legacy::OLD_LIMIT] = [0; legacy::OLD_LIMIT];
    assert_eq!(MORE, 4);
    assert!(matches!(ITEMS.len(), legacy::OLD_LIMIT));
    assert!(std::ptr::eq(&legacy::OLD_NAME, &canonical::NAME));
}

#[test]
fn a_function_is_called() {
    assert_eq!(legacy::old_connect(1), 2);
    assert_eq!(root_connect(1), 2);
    assert_eq!(
        legacy::old_type_id::<u8, 4>(),
        canonical::type_id::<u8, 4>()
    );
    assert_eq!(legacy::old_apply(|n| n * 2, (3, 4)), 10);
    assert_eq!(legacy::old_foreign(3), 3);
    let pointer: extern "C" fn(u32) -> u32 = legacy::old_foreign;
    assert_eq!(pointer(4), 4);
}

#[test]
fn an_asynchronous_function_is_awaited() {
    struct Nobody;
    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
    let waker = Waker::from(Arc::new(Nobody));
    let future = pin!(legacy::join(1_u8, (2, 3)));
    let polled = future.poll(&mut Context::from_waker(&waker));
    assert_eq!(polled, Poll::Ready(6));
}

#[test]
fn a_panic_is_the_callers() {
    assert_eq!(legacy::old_place().line(), line!());
    assert!(legacy::old_place().file().ends_with("behaviour.rs"));
}
