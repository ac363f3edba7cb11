mod depot {
    pub mod old {
        pub fn old_make() -> u32 {
            1
        }
    }
}
mod inner {
    use depot::old::old_make;

    pub fn make() -> u32 {
        old_make() + ::depot::old::old_make()
    }
}

use depot::old;

fn main() {
    println!("{} {}", inner::make(), old::old_make());
}
