#!/usr/bin/env cargo
---
[dependencies]
depot = "1"
---

fn main() {
    println!("{}", depot::old::Old::new(1));
}
