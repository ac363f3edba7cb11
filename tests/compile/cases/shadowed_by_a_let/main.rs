use depot::old::old_make;

fn main() {
    let a = old_make(1);
    let old_make = |n: u32| n + 100;
    let b = old_make(2);
    {
        let old_make = b + 1;
        println!("{old_make}");
    }
    println!("{a} {b} {}", old_make(3));
    inner();
}

fn inner() {
    println!("{}", old_make(4));
}
