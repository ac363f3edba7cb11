mod all {
    use depot::old::Old;
    include!("part.in");

    pub fn second() -> Old {
        first()
    }
}

fn main() {
    println!("{}", all::second());
}
