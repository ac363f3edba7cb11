use depot::old::{rest, Old, Rest, OLD_MAX, REST};

fn main() {
    println!("{} {:?} {} {}", Old::new(OLD_MAX), Rest(1), REST, rest());
}
