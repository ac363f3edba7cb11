use depot::old::{old_make, Old};

pub fn first() -> Old {
    old_make(1)
}

#[cfg(test)]
mod tests {
    use super::{first, Old};

    #[test]
    fn same() {
        let one: Old = super::old_make(1);
        assert_eq!(one, first());
        assert_eq!(super::Old::new(1), crate::Old::new(1));
        assert_eq!(self::super::Old::new(1), crate::old_make(1));
    }
}
