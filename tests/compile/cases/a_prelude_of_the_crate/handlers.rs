use crate::prelude::*;

pub fn handle(state: OldState) -> Old {
    match state {
        OldState::Busy(n) => build(n),
        OldState::OldState => Old::new(Shared::of(3).sum()),
        _ => Old::default(),
    }
}

pub fn shown(old: &Old) -> String {
    old.show()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{prelude::OldPair as Two, Old as Same};

    #[test]
    fn handles() {
        assert_eq!(handle(OldState::Busy(4)), Same::new(4));
        assert_eq!(shown(&Same::new(1)), "shown 1");
        assert_eq!(Two(1, 2).1, 2);
    }
}
