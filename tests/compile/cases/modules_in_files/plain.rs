mod below;

pub fn second() -> u32 {
    below::third()
}
