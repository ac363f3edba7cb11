use depot::old::Old;

#[derive(Debug)]
struct New;

fn main() {
    println!("{} {:?}", Old::new(1), New);
}
