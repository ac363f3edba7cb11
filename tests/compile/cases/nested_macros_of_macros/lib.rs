#[doc(hidden)]
pub mod __private {
    pub use depot::old::{old_make, Old, OLD_MAX};
    pub use depot;
}

#[macro_export]
macro_rules! make_maker {
    ($name:ident, $d:tt) => {
        #[allow(unused_macros)]
        macro_rules! $name {
            () => {
                $crate::__private::depot::old::Old::new($crate::__private::OLD_MAX)
            };
            ($d($d value:expr),*) => {
                [$d($crate::__private::old_make($d value)),*]
            };
        }
    };
}

#[macro_export]
macro_rules! count {
    (@step $sum:expr;) => { $sum };
    (@step $sum:expr; $head:tt $($tail:tt)*) => {
        $crate::count!(@step $sum + $crate::__private::Old::LIMIT; $($tail)*)
    };
    ($($all:tt)*) => {{
        #[allow(unused_imports)]
        use $crate::__private::{depot::old::{self, OldPair as Pair}, Old as _Old};
        let Pair(zero, _) = Pair($crate::count!(@step 0; $($all)*), old::REST);
        zero
    }};
}

make_maker!(local, $);

pub fn made() -> u32 {
    local!(1, 2).len() as u32 + local!().value + count!(a b c)
}
