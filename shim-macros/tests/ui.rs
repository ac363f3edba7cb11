//! What the macros say of input that is wrong: one error for each, at the token at fault.
//!
//! `TRYBUILD=overwrite cargo test -p shim-macros --test ui` writes the expected output anew.

#[test]
fn errors_are_spanned() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
