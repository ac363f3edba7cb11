pub fn run() {
    use depot::old::*;
    bare!(1);
    println!("{}", REST);
}

pub fn local() {
    fn old_make(n: u32) -> u32 {
        n + 1
    }
    bare!(2);
    println!("{:?}", depot::old::old_make(3));
}
