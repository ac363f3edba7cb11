use depot::old::Old;

pub fn fine() -> Old {
    Old::new(1)
}
