//! What no compiler of today shows: expansions for a later one, and the words of a note.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Item};

use crate::ast::Input;
use crate::errors::Errors;
use crate::expand::{Reexports, expand};
use crate::settings::{Numbered, Release};
use crate::valid;

/// The items that are made of the input, and the errors, by a crate at a version.
fn expanded(input: &str, version: &str, reexports: Reexports) -> (Vec<Item>, String) {
    let input: Input = syn::parse_str(input).expect("the input can be read");
    let release = Release {
        name: "websocket_core".to_owned(),
        version: Numbered::parse(version),
    };
    let mut errors = Errors::default();
    let shims = valid::shims(input, &release, &mut errors);
    let file: syn::File = syn::parse2(expand(&shims, reexports)).expect("the output can be read");
    (file.items, errors.into_tokens().to_string())
}

#[track_caller]
fn items(input: &str, reexports: Reexports) -> Vec<Item> {
    let (items, errors) = expanded(input, "0.2.0", reexports);
    assert_eq!(errors, "");
    items
}

fn attrs(item: &Item) -> &[Attribute] {
    match item {
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        _ => &[],
    }
}

fn is_deprecated(item: &Item) -> bool {
    attrs(item)
        .iter()
        .any(|attr| attr.path().is_ident("deprecated"))
}

/// The notes of all items, in order.
fn notes(items: &[Item]) -> Vec<String> {
    let mut notes = Vec::new();
    for attr in items.iter().flat_map(attrs) {
        if !attr.path().is_ident("deprecated") {
            continue;
        }
        let read = attr.parse_nested_meta(|meta| {
            let text: syn::LitStr = meta.value()?.parse()?;
            if meta.path.is_ident("note") {
                notes.push(text.value());
            }
            Ok(())
        });
        read.expect("the attribute is as rustc has it");
    }
    notes
}

fn words(tokens: impl ToTokens) -> String {
    let tokens: TokenStream = tokens.into_token_stream();
    tokens.to_string()
}

const EACH: &str = "
    #![since = \"0.2.0\"]
    pub use crate::manager::{Manager as OldManager, connect};
    #[deprecated_reexport(ctor)]
    pub use crate::manager::Id;
    #[deprecated_reexport(macro)]
    pub use crate::send;
";

#[test]
fn a_silent_compiler_gets_a_decoy_for_each_name() {
    let made = items(EACH, Reexports::Silent);
    let kinds = made.iter().map(|item| match item {
        Item::Use(_) => "use",
        Item::Fn(_) => "fn",
        Item::Macro(_) => "macro",
        _ => "other",
    });
    let kinds: Vec<_> = kinds.collect();
    let decoyed = ["use", "macro", "use"];
    let expected = [&["use", "fn"][..], &decoyed, &decoyed, &["use", "fn"]];
    assert_eq!(kinds, expected.concat());
    for item in &made {
        assert_eq!(is_deprecated(item), !matches!(item, Item::Use(_)));
    }
}

#[test]
fn a_compiler_that_lints_reexports_gets_no_decoy() {
    let made = items(EACH, Reexports::Linted);
    assert_eq!(made.len(), 4);
    for item in &made {
        assert!(
            matches!(item, Item::Use(_)) && is_deprecated(item),
            "{}",
            words(item)
        );
    }
    let silent = items(EACH, Reexports::Silent);
    let mut once = notes(&silent);
    once.dedup();
    assert_eq!(notes(&made), once);
}

/// The other shims are items of their own, and are so for every compiler.
#[test]
fn aliases_wrappers_and_modules_do_not_depend_on_the_compiler() {
    let input = "
        #![since = \"0.2.0\"]
        pub type Old<'a, T = u8> = crate::manager::Manager<'a, T>;
        #[deprecated_reexport(to = crate::manager::connect)]
        pub async fn open<T: Into<u32>, const N: usize>(t: T, (a, b): (u32, u32)) -> u32;
        pub mod old { pub type Inner = crate::manager::Manager; }
    ";
    let [silent, linted] = [Reexports::Silent, Reexports::Linted].map(|r| items(input, r));
    let all = |items: &[Item]| items.iter().map(words).collect::<String>();
    assert_eq!(all(&silent), all(&linted));
    assert!(silent.iter().all(is_deprecated));
}

#[track_caller]
fn check_note(input: &str, expected: &str) {
    let notes = notes(&items(input, Reexports::Silent));
    assert_eq!(notes, [expected]);
}

#[test]
fn a_note_names_the_path_as_another_crate_writes_it() {
    check_note(
        "#![since = \"0.2.0\"] pub use crate::websocket_manager::WebSocketManager as UnifiedWebSocketManager;",
        "moved to `websocket_core::websocket_manager::WebSocketManager` in 0.2.0",
    );
    check_note(
        "#![since = \"0.2.0\", remove_in = \"0.4.0\", note = \"one manager, made by a factory\"]
        pub type Old<T> = crate::a::B<T>;",
        "moved to `websocket_core::a::B` in 0.2.0 (one manager, made by a factory); this path will \
        be removed in 0.4.0",
    );
    check_note(
        "#![since = \"0.2.0\", crate_name = \"facade\"] pub use crate::a::r#type as old;",
        "moved to `facade::a::r#type` in 0.2.0",
    );
    check_note(
        "#![since = \"0.2.0\"] pub use ::other::a::Other as Old;",
        "moved to `other::a::Other` in 0.2.0",
    );
}

#[test]
fn a_note_of_a_module_names_where_all_of_it_went() {
    check_note(
        "#![since = \"0.2.0\"] pub mod old { pub use crate::new::{A1a, b}; pub type C = crate::new::C; }",
        "moved to `websocket_core::new` in 0.2.0",
    );
    check_note(
        "#![since = \"0.2.0\", note = \"why\"] pub mod old { pub use crate::new::Aa; pub type Old = crate::new::Bb;
         pub use crate::other::Cc; pub mod below { pub use crate::new::below::Dd; pub use crate::new::Ee; } }",
        "moved to `websocket_core::new` in 0.2.0 (but `Old` to `websocket_core::new::Bb`, \
        `Cc` to `websocket_core::other::Cc`, `below::Ee` to `websocket_core::new::Ee`) (why)",
    );
    check_note(
        "#![since = \"0.2.0\"] pub mod old { pub use crate::new::{a as b, b as c, c as d, d as e, e as f,
         f as g, g as h, h as i, i as j}; }",
        "its items moved in 0.2.0, each to a place of its own",
    );
    check_note(
        "#![since = \"0.2.0\"] pub mod old {}",
        "its items moved in 0.2.0, each to a place of its own",
    );
}

#[test]
fn a_shim_expires_with_the_version_that_removes_it() {
    let expired = |remove_in: &str, version: &str| {
        let input = format!(
            "#![since = \"0.2.0\", remove_in = \"{remove_in}\"] pub type Old = crate::New;"
        );
        let (_, errors) = expanded(&input, version, Reexports::Silent);
        errors.contains("was to be removed")
    };
    for (remove_in, version) in [
        ("0.4.0", "0.4.0"),
        ("0.4.0", "0.4.0+build"),
        ("0.4.0", "0.4.1-alpha"),
        ("0.4.0", "0.10.0"),
        ("0.4.0-rc.1", "0.4.0-rc.1"),
        ("0.4.0-rc.1", "0.4.0-rc.10"),
        ("0.4.0-rc.1", "0.4.0"),
    ] {
        assert!(expired(remove_in, version), "{remove_in} at {version}");
    }
    for (remove_in, version) in [
        ("0.4.0", "0.3.9"),
        ("0.4.0", "0.4.0-rc.1"),
        ("0.10.0", "0.9.0"),
        ("0.4.0-rc.2", "0.4.0-rc.1"),
        ("0.4.0-rc.10", "0.4.0-rc.9"),
        // Without cargo nobody says what the version is.
        ("0.4.0", ""),
    ] {
        assert!(!expired(remove_in, version), "{remove_in} at {version}");
    }
}

#[test]
fn a_condition_holds_for_the_decoy_as_well() {
    let input = "
        #![since = \"0.2.0\"]
        #[cfg(feature = \"a\")]
        #[cfg_attr(b, cfg(c))]
        pub use crate::new::{Named, connect};
    ";
    for item in items(input, Reexports::Silent) {
        let text = words(&item);
        assert!(text.contains("cfg (feature = \"a\")"), "{text}");
        assert!(text.contains("cfg_attr (b , cfg (c))"), "{text}");
    }
}

/// `macro_rules!` hands a `$path:path` on in a group that has no delimiters.
#[test]
fn a_path_may_come_in_an_invisible_group() {
    use proc_macro2::{Delimiter, Group, TokenTree};

    let path: TokenStream = "crate::new::connect".parse().expect("these are tokens");
    let group = TokenTree::Group(Group::new(Delimiter::None, path));
    let input = quote::quote! {
        #[deprecated_reexport(since = "0.2.0", to = #group)] pub fn old();
    };
    let input = crate::ast::without_invisible_groups(input);
    assert!(syn::parse2::<Input>(input).is_ok());
    let negative: TokenStream = "1 + 2".parse().expect("these are tokens");
    let kept = TokenStream::from(TokenTree::Group(Group::new(Delimiter::None, negative)));
    let kept = crate::ast::without_invisible_groups(kept);
    assert!(matches!(kept.into_iter().next(), Some(TokenTree::Group(_))));
}
