fn beside() {
    use depot::old::{OldPair, KEEP as MAX};
    use depot::old::{Old, OLD_MAX};
    println!("{:?} {:?} {} {}", OldPair(1, 2), Old::new(1), MAX, OLD_MAX);
}

mod inner {
    use depot::old::OLD_MAX;

    pub fn run() {
        use depot::old::KEEP as MAX;
        println!("{} {}", MAX, OLD_MAX);
    }
}

mod alike {
    use depot::old::{Old, Old as New};

    pub fn run(old: Old) -> New {
        old
    }
}

fn main() {
    beside();
    inner::run();
    println!("{:?}", alike::run(depot::old::Old::new(2)));
}
