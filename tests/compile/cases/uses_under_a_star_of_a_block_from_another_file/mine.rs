pub const OLD_MAX: u32 = 500;
pub const MAX: u32 = 600;
pub fn make(_: u32) {}
