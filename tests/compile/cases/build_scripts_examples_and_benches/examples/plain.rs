fn main() {
    println!("{:?}", depot::old::OldPair(1, 2));
}
