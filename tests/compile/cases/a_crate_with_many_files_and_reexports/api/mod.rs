pub mod v1 {
    use crate::core::types;

    #[derive(Debug, Default, PartialEq)]
    pub struct Endpoint {
        pub item: types::Item,
        pub old: Option<depot::old::Old>,
    }

    impl From<crate::CoreItem> for Endpoint {
        fn from(item: types::Item) -> Self {
            Self { item, old: Some(depot::old::old_make(item.size)) }
        }
    }
}
