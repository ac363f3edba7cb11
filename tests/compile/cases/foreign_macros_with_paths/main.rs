macro_rules! each {
    ($($what:expr),* ; $kind:ty; $pat:pat) => {
        $(
            let one: $kind = $what;
            println!("{}", matches!(one, $pat));
        )*
    };
}

macro_rules! make_struct {
    ($name:ident { $($field:ident : $kind:ty = $value:expr),* }) => {
        #[derive(Debug)]
        struct $name { $($field: $kind),* }
        impl $name {
            fn make() -> Self {
                Self { $($field: $value),* }
            }
        }
    };
}

macro_rules! items {
    ($($item:item)*) => { $($item)* };
}

mod inner {
    pub use std::fmt;
}

use depot::old;
use depot::old::{OldState, OldState as S};

make_struct!(Own {
    a: depot::old::Old = depot::old::Old { value: 1 },
    b: ::depot::old::OldPair = old::OldPair(1, 2),
    c: Vec<OldState> = vec![S::Idle, OldState::OldState]
});

items! {
    use depot::old::{old_make, rest};

    fn made() -> depot::old::Old {
        old_make(rest())
    }
}

fn main() {
    each!(OldState::Idle, depot::old::OldState::Busy(3); OldState; depot::old::OldState::Busy(_));
    println!("{:?} {}", Own::make(), made());
    let _: Option<inner::fmt::Error> = None;
}
