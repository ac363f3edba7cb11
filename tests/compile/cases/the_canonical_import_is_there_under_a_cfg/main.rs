#[cfg(feature = "both")]
use depot::new::New;
use depot::old::Old;

fn main() {
    println!("{}", Old::new(1));
    #[cfg(feature = "both")]
    println!("{}", New::new(2));
}
