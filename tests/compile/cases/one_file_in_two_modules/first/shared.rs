use super::Old;

pub fn make() -> Old {
    Old::new(depot::old::OLD_MAX)
}
