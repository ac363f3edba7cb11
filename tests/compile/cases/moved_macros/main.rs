use depot::old::old_sum;
use depot::old_log;
use depot::{oldmod, oldmod::total as whole};

fn main() {
    old_log!("{}", old_sum!(1, 2, 3));
    depot::old_log!("{}", depot::old::old_sum!(1));
    old_log! { "braces {}", oldmod::total![4, 5] }
    ::depot::old_log!("nested {}", old_sum!(whole!(1, 2), old_sum!(3)));
}
