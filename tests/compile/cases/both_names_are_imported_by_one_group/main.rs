use depot::{new::New, old::Old};

fn same(a: New, b: Old) -> bool {
    a == b
}

fn main() {
    println!("{}", same(Old::new(1), New::new(1)));
}
