use depot::old::{Old, old_make, OLD_MAX};

pub fn most() -> Old {
    old_make(OLD_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_most() {
        let made: Old = most();
        assert_eq!(made, old_make(OLD_MAX));
        assert!(matches!(made.value, OLD_MAX));
    }

    mod deeper {
        use super::*;

        #[test]
        fn is_not() {
            assert_ne!(Old::new(1), most());
        }
    }
}
