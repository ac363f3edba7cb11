/// Built by [`build`].
#[derive(Debug, PartialEq)]
pub struct Widget(pub u32);

pub fn build() -> Widget {
    Widget(1)
}
