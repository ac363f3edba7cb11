pub mod new_home;
pub mod new_rooms;
pub mod users;

#[cfg(not(poisoned))]
pub mod old_home {
    pub use crate::new_home::{build as old_build, Widget as OldWidget};
}
#[cfg(not(poisoned))]
pub use new_rooms as old_rooms;
