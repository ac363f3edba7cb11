fn main() {
    let made: Old = old_make(3);
    use depot::old::{old_make, Old};
    println!("{made}");
    if made.value == OLD_MAX - 4 {
        use depot::old::OldPair;
        println!("{:?}", OldPair(1, 1));
    }
    use depot::old::OLD_MAX;
}
