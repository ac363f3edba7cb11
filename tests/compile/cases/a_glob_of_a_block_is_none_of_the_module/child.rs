use super::KEEP as OLD_MAX;
use depot::old::KEEP;

pub fn run() {
    println!("{} {}", OLD_MAX, KEEP);
}
