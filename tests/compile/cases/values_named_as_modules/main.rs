use depot::{old, oldmod};

struct Own {
    old: u32,
    oldmod: u32,
}

fn main() {
    let own = Own { old: 1, oldmod: 2 };
    let old = old::old_make(own.old);
    let oldmod = oldmod::run() + own.oldmod;
    println!("{} {} {}", old, oldmod, old::rest() + oldmod::LEVEL);
    let depot = depot::old::OLD_MAX;
    println!("{depot}");
    let newmod = |new: u32| new + oldmod::LEVEL;
    println!("{}", newmod(1));
}
