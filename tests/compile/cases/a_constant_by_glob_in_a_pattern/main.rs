#![allow(unused_imports, unreachable_patterns, unused_variables, non_snake_case)]
use depot::old::*;

fn name(n: u32) -> &'static str {
    match n {
        OLD_MAX => "most",
        REST => "rest",
        _ => "some",
    }
}

fn main() {
    println!("{} {} {}", name(78), name(7), name(3));
}
