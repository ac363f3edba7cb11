use depot::old::OldState;
use OldState::Busy;

mod inner {
    use super::OldState::{self as S, Done};

    pub fn done() -> S {
        Done { code: 1 }
    }
}

fn number(state: OldState) -> u32 {
    use self::OldState::*;
    match state {
        Idle => 1,
        Busy(n) => n,
        Done { code } => code,
        OldState => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use super::OldState::*;

    #[test]
    fn busy() {
        assert_eq!(number(Busy(4)), 4);
        assert_eq!(number(crate::OldState::OldState), 9);
        assert_ne!(Idle, inner::done());
    }
}

fn main() {
    println!("{} {}", number(Busy(3)), number(inner::done()));
}
