use depot::old::old_make;

fn main() {
    let make = 5;
    let made = old_make(make);
    println!("{made} {make}");
}
