use depot::old::{old_make, Old};

fn of(old_make: u32) -> u32 {
    old_make + 1
}

fn with(f: impl Fn(u32) -> u32) -> u32 {
    f(10)
}

struct Holder;

impl Holder {
    fn method(&self, old_make: &str) -> usize {
        let inner = |n: usize| n + old_make.len();
        inner(1)
    }
}

fn main() {
    let closure = |old_make: u32| old_make + 2;
    println!("{} {} {}", of(1), closure(2), with(|old_make| old_make * 2));
    println!("{} {}", Holder.method("abc"), old_make(4));
    let nested = |n: u32| {
        let old_make = |m: u32| Old::new(n + m);
        old_make(5)
    };
    println!("{} {}", nested(1), old_make(nested(2).value));
    println!("{:?}", [1u32, 2].map(old_make));
    println!("{:?}", [1u32, 2].iter().map(|&n| old_make(n)).collect::<Vec<_>>());
}
