use depot::oldmod;

mod inner {
    pub mod newmod {
        pub fn run() -> u32 {
            7
        }
    }
}
use inner::newmod;

fn main() {
    println!("{} {}", oldmod::run(), newmod::run());
    let newmod = 3;
    println!("{} {}", newmod, oldmod::LEVEL);
    let oldmod = 4;
    println!("{}", oldmod + oldmod::LEVEL);
}
