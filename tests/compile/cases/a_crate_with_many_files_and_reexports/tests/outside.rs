use case::v1::Endpoint;
use case::{run, CoreItem, DefaultEndpoint};

#[test]
fn runs() {
    let item = run().unwrap().inner;
    assert_eq!(item, CoreItem::new(51));
    let endpoint: DefaultEndpoint = Endpoint::from(item);
    assert_eq!(endpoint.old, Some(depot::old::Old::new(51)));
}
