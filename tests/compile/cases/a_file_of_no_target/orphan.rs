use depot::old::Old;

pub fn orphan() -> Old {
    depot::old::old_make(1)
}
