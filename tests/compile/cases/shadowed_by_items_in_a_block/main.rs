use depot::old::{old_make, Old, OLD_MAX};

fn early() -> u32 {
    // The item below holds in the whole block.
    let n = old_make(1);
    fn old_make(n: u32) -> u32 {
        n + 500
    }
    n
}

fn inner() -> u32 {
    let before = OLD_MAX;
    let inside = {
        const OLD_MAX: u32 = 1;
        #[derive(Default)]
        struct Old(u32);
        Old::default().0 + OLD_MAX
    };
    before + inside + Old::new(1).value
}

fn nested() -> String {
    mod own {
        #[derive(Debug)]
        pub struct Old;
    }
    use own::Old;
    format!("{Old:?}")
}

fn main() {
    println!("{} {} {} {}", early(), inner(), nested(), old_make(2));
}
