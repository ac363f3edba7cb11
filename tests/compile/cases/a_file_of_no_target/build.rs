fn main() {
    println!("cargo::warning={}", depot::old::OLD_NAME);
}
