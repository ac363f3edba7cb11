use depot::old::Old;

pub fn first() -> Old {
    Old::new(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct New;

    #[test]
    fn two_things() {
        assert_eq!(New, New);
        let old: Old = first();
        assert_eq!(old, Old::new(1));
    }
}
