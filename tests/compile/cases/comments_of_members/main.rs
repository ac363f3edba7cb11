use depot::old::{
    // the thing
    Old,
    // what rests
    Rest, // the struct
    rest,
    // the constant
    OLD_MAX, /* seven */
    // after all
};

fn main() {
    println!("{} {:?} {} {}", Old::new(1), Rest(1), rest(), OLD_MAX);
}
