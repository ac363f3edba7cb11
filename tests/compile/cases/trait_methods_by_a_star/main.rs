use depot::old::*;

fn main() {
    println!("{} {:?}", 3u32.doubled(), Rest(1));
}
