macro_rules! sum {
    ($n:expr) => {
        $n + 100
    };
}

use depot::old::old_sum;

fn main() {
    println!("{} {}", sum!(1), old_sum!(1, 2));
}
