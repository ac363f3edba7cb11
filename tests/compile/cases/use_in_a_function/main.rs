fn main() {
    use depot::old::{Old, old_make};
    let a: Old = old_make(1);
    let b = {
        use depot::old::OLD_MAX as MOST;
        use depot::old::OldPair;
        OldPair(MOST, a.value)
    };
    println!("{a} {b:?}");
    let c = || {
        use depot::oldmod::{self as m, Item};
        Item::new(m::run())
    };
    println!("{:?}", c());
}
