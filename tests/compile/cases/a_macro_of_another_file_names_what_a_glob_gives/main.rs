macro_rules! bare {
    ($n:expr) => {
        println!("{:?}", old_make($n))
    };
}

mod child;

fn main() {
    child::run();
    child::local();
}
