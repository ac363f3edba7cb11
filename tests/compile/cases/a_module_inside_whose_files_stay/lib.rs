#[cfg(not(poisoned))]
pub mod old_rooms;
#[cfg(poisoned)]
#[path = "old_rooms/mod.rs"]
pub mod new_rooms;

pub fn all() -> u32 {
    crate::old_rooms::size() + self::old_rooms::hall::height()
}
