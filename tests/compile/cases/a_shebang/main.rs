#!/usr/bin/env -S run-äöü
use depot::old::Old;

fn main() {
    println!("{}", Old::new(1));
}
