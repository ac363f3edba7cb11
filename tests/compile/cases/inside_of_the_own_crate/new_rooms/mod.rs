pub mod hall;

pub fn wide() -> u32 {
    1
}

pub fn count() -> u32 {
    2 + self::hall::size()
}
