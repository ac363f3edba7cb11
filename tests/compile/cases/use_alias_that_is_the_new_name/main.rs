use depot::old::Old as New;

fn main() {
    println!("{}", New::new(5));
}
