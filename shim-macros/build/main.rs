//! Asks the compiler whether it lints `#[deprecated] pub use` itself, and tells the crate by a `cfg`.

mod compiler;

use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rustc-check-cfg=cfg(reexports_are_linted)");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let scratch = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    if compiler::lints_reexports(compiler::version(&rustc), || {
        compiler::probe(&rustc, &scratch)
    }) {
        println!("cargo:rustc-cfg=reexports_are_linted");
    }
}
