use depot::old::*;

#[test]
fn fast() {
    assert_eq!(old_make(1).value + REST, 79);
}
