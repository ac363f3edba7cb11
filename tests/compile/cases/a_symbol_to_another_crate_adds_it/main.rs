use depot::gone::Thing;

fn main() {
    println!("{:?}", Thing::new(2));
}
