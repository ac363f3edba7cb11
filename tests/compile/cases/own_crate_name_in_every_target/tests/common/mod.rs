use depot::old::OLD_MAX as MOST;

pub fn number() -> u32 {
    MOST
}
