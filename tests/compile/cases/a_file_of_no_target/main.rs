fn main() {
    println!("{}", depot::new::make(1));
}
