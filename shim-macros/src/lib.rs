#![doc = include_str!("../README.md")]
// The rooms, in walking order: each uses only rooms before it.

mod version;

mod names;

mod errors;

mod ast;
mod conditions;

mod settings;

mod valid;

mod expand;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use crate::errors::Errors;
use crate::expand::Reexports;
use crate::settings::{Numbered, Release};

/// Keeps a legacy path importable, with a warning that names the canonical path.
///
/// It stands on `pub use`, `pub type`, `pub fn old(…);` and `pub mod old { … }`. The items of a
/// module take its options, and options of their own by the same attribute, which needs no import
/// there. The [crate's documentation](crate) lists the kinds and the options.
///
/// ```
/// pub mod new {
///     pub enum State { Open, Closed }
/// }
///
/// #[shim_macros::deprecated_reexport(since = "0.2.0")]
/// pub use crate::new::State as OldState;
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn deprecated_reexport(args: TokenStream, item: TokenStream) -> TokenStream {
    let args = ast::without_invisible_groups(args.into());
    let item = ast::without_invisible_groups(item.into());
    match ast::Input::of_attribute(args, item.clone()) {
        Ok(input) => shims(input),
        Err(error) => {
            let mut tokens = error.into_compile_error();
            tokens.extend(item);
            tokens.into()
        }
    }
}

/// The same for several items at once, whose common options stand on top.
///
/// ```
/// pub mod new {
///     pub enum State { Open, Closed }
///     pub struct Id(pub u32);
/// }
///
/// shim_macros::deprecated_reexports! {
///     #![since = "0.2.0", note = "one module a concern"]
///
///     pub use crate::new::State as OldState;
///     #[deprecated_reexport(ctor)]
///     pub use crate::new::Id as OldId;
/// }
/// # fn main() {}
/// ```
#[proc_macro]
pub fn deprecated_reexports(input: TokenStream) -> TokenStream {
    let input = ast::without_invisible_groups(input.into());
    match syn::parse2(input) {
        Ok(input) => shims(input),
        Err(error) => error.into_compile_error().into(),
    }
}

fn shims(input: ast::Input) -> TokenStream {
    let mut errors = Errors::default();
    let shims = valid::shims(input, &release(), &mut errors);
    let mut tokens = errors.into_tokens();
    tokens.extend(expand::expand(&shims, Reexports::HERE));
    tokens.into()
}

/// The crate that is being compiled, as cargo tells.
fn release() -> Release {
    let variable = |name| std::env::var(name).ok();
    let name = variable("CARGO_CRATE_NAME").or_else(|| variable("CARGO_PKG_NAME"));
    let version = variable("CARGO_PKG_VERSION");
    Release {
        name: name.map_or_else(|| "crate".to_owned(), |name| name.replace('-', "_")),
        version: version.and_then(|version| Numbered::parse(&version)),
    }
}
