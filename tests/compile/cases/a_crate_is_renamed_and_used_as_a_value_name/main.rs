mod inner {
    pub fn old_crate() -> u32 {
        2
    }
}
use inner::old_crate;

fn main() {
    let n = old_crate::start();
    println!("{} {}", n, old_crate());
    let old_crate = 1;
    println!("{}", old_crate + old_crate::start());
}
