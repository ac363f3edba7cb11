case::make_maker!(outer, $);

#[test]
fn outside() {
    assert_eq!(outer!(1, 2, 3)[2].value, 3);
    assert_eq!(case::made(), 2 + 7 + 27);
    assert_eq!(case::count!(x y), 18);
}
