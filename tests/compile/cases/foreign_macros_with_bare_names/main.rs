macro_rules! call {
    ($f:ident, $($arg:expr),*) => { $f($($arg),*) };
}
macro_rules! field {
    ($on:expr => $name:ident) => { $on.$name };
}
macro_rules! bind {
    ($name:ident = $value:expr; $($rest:tt)*) => {{ let $name = $value; $($rest)* }};
}
macro_rules! map {
    ($($key:ident = $value:expr),*) => { [$((stringify!($key), $value)),*] };
}

use depot::old::{old_make, Old, OLD_MAX};

#[allow(non_snake_case)]
struct Own {
    old_make: u32,
    OLD_MAX: u32,
}

fn main() {
    println!("{}", call!(old_make, OLD_MAX));
    let own = Own { old_make: 1, OLD_MAX: 2 };
    println!("{} {}", field!(own => OLD_MAX), own.old_make);
    println!("{}", bind!(old_make = 3; old_make + 1));
    println!("{:?}", map!(size = OLD_MAX, of = Old::new(2).value));
}
