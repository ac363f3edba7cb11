/// ```
/// mod depot { pub mod old { pub struct Old; } }
/// let _ = depot::old::Old;
/// ```
///
/// ```
/// # mod mine { pub fn old_make() -> u32 { 3 } }
/// use mine::old_make;
/// assert_eq!(old_make(), case::one());
/// ```
pub fn one() -> u32 {
    3
}
