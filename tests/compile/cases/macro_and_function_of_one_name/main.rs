use depot::old::old_sum;

fn old_sum(n: u32) -> u32 {
    n
}

fn main() {
    println!("{} {}", old_sum!(1, 2), old_sum(1));
}
