use depot::old::*;

#[derive(Debug)]
struct New;

fn main() {
    println!("{} {:?} {:?}", Old::new(4), New, Rest(2));
}
