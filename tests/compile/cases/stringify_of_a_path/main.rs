use depot::old::Old;

fn main() {
    println!("{}", stringify!(Old));
    println!("{}", stringify!(a + b));
    println!("{}", Old::new(1));
}
