use depot::old::{keep, old_make as _, OLD_MAX};
use depot::old::{old_make, old_sum};

fn pick(value: Option<u32>) -> u32 {
    match value {
        Some(make) => old_make(make).value,
        None => 0,
    }
}

fn closure() -> u32 {
    let f = |make: u32| old_make(make + 1).value;
    f(1)
}

fn loops() -> u32 {
    let mut all = 0;
    for make in 0..3 {
        all += old_make(make).value;
    }
    all
}

fn sum(sum: u32) -> u32 {
    old_sum!(sum, OLD_MAX)
}

fn parameter(make: u32) -> u32 {
    old_make(make).value
}

fn main() {
    println!("{} {} {}", pick(Some(5)), closure(), loops());
    println!("{} {} {:?}", sum(1), parameter(6), keep(1));
}
