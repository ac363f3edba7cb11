//! Attributes, derives and macros of the language: what they make names nothing of the place where
//! they stand that is not written there.

use super::scanner;
use super::tokens::Token;

/// Attributes.
const ATTRIBUTES: &[&str] = &[
    "allow",
    "automatically_derived",
    "bench",
    "cfg",
    "cold",
    "default",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "export_name",
    "feature",
    "forbid",
    "global_allocator",
    "ignore",
    "inline",
    "link",
    "link_name",
    "link_section",
    "macro_export",
    "macro_use",
    "must_use",
    "no_link",
    "no_mangle",
    "no_std",
    "non_exhaustive",
    "panic_handler",
    "path",
    "recursion_limit",
    "repr",
    "should_panic",
    "target_feature",
    "test",
    "track_caller",
    "type_length_limit",
    "unsafe",
    "used",
    "warn",
];

/// Tools whose attributes make nothing.
const TOOLS: &[&str] = &["clippy", "diagnostic", "miri", "rust_analyzer", "rustfmt"];

const DERIVES: &[&str] = &[
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
];

const MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// What the language imports everywhere, in one of its editions.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
    "align_of",
    "align_of_val",
    "drop",
    "size_of",
    "size_of_val",
];

/// Methods of the traits that the language imports everywhere.
const METHODS: &[&str] = &[
    "all",
    "any",
    "as_mut",
    "as_ref",
    "by_ref",
    "chain",
    "clamp",
    "clone",
    "clone_from",
    "clone_into",
    "cloned",
    "cmp",
    "collect",
    "copied",
    "count",
    "cycle",
    "enumerate",
    "eq",
    "extend",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "flatten",
    "fold",
    "for_each",
    "fuse",
    "ge",
    "gt",
    "inspect",
    "into",
    "into_future",
    "into_iter",
    "is_sorted",
    "is_sorted_by",
    "is_sorted_by_key",
    "last",
    "le",
    "len",
    "lt",
    "map",
    "map_while",
    "max",
    "max_by",
    "max_by_key",
    "min",
    "min_by",
    "min_by_key",
    "ne",
    "next",
    "next_back",
    "nth",
    "nth_back",
    "partial_cmp",
    "partition",
    "peekable",
    "poll",
    "position",
    "product",
    "reduce",
    "rev",
    "rfind",
    "rfold",
    "rposition",
    "scan",
    "size_hint",
    "skip",
    "skip_while",
    "step_by",
    "sum",
    "take",
    "take_while",
    "to_owned",
    "to_string",
    "try_fold",
    "try_for_each",
    "try_into",
    "try_rfold",
    "unzip",
    "zip",
];

/// Derives of other crates that implement traits, and make no item with a name, with their crates.
const IMPLEMENTING: &[&str] = &["Deserialize", "Error", "Serialize", "serde", "thiserror"];

/// Attributes that tell such derives something.
const TOLD: &[&str] = &["error", "serde"];

/// Whether a name means something where nothing of the file gives it.
pub(super) fn is_in_prelude(name: &str) -> bool {
    PRELUDE.binary_search(&name).is_ok() || MACROS.binary_search(&name).is_ok()
}

/// Whether a method of this name is one of a trait that is there without an import.
pub(super) fn is_method(name: &str) -> bool {
    METHODS.binary_search(&name).is_ok()
}

/// Whether a macro of this name is one of the standard library, unless it is hidden.
pub(super) fn is_macro(name: &str) -> bool {
    MACROS.binary_search(&name).is_ok()
}

/// Whether a derive macro of this name is one of the language, unless it is hidden.
pub(super) fn is_derive(name: &str) -> bool {
    DERIVES.binary_search(&name).is_ok()
}

/// Whether what stands in the brackets of an attribute is of the language alone, or says of a thing
/// that it moved.
pub(super) fn is_attribute(tokens: &[Token]) -> bool {
    let (path, list) = scanner::attribute(tokens);
    let names: Vec<&str> = path.iter().filter_map(Token::word).collect();
    match names[..] {
        ["derive"] => {
            let mut derived = list.iter().filter_map(Token::word);
            derived.all(is_derive)
        }
        ["cfg_attr"] => scanner::conditional(list).into_iter().all(is_attribute),
        // What stands below it keeps its names, and the macro adds none.
        [.., "deprecated_reexport"] => true,
        [tool, _, ..] => TOOLS.binary_search(&tool).is_ok(),
        [name] => ATTRIBUTES.binary_search(&name).is_ok(),
        [] => false,
    }
}

/// Whether what stands in the brackets of an attribute makes no item with a name that is not written.
pub(super) fn makes_no_item(tokens: &[Token]) -> bool {
    let (path, list) = scanner::attribute(tokens);
    let names: Vec<&str> = path.iter().filter_map(Token::word).collect();
    match names[..] {
        ["derive"] => {
            let mut derived = list.iter().filter_map(Token::word);
            derived.all(|name| {
                let mut known = [DERIVES, IMPLEMENTING].into_iter();
                known.any(|known| known.binary_search(&name).is_ok())
            })
        }
        ["cfg_attr"] => scanner::conditional(list).into_iter().all(makes_no_item),
        [name] if TOLD.binary_search(&name).is_ok() => true,
        _ => is_attribute(tokens),
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::*;
    use crate::lang::rust::tokens::{Base, flat};

    #[test]
    fn all_are_in_order() {
        for all in [
            ATTRIBUTES,
            TOOLS,
            DERIVES,
            MACROS,
            PRELUDE,
            METHODS,
            IMPLEMENTING,
            TOLD,
        ] {
            assert!(all.is_sorted());
        }
    }

    #[test]
    fn derives_and_conditions_are_looked_into() {
        let check = |text: &str, wanted: bool| {
            let tokens = flat(
                text.parse::<TokenStream>().unwrap_or_default(),
                Base::new(0),
            );
            assert_eq!(is_attribute(&tokens), wanted, "{text}");
        };
        check("derive(Debug, Clone)", true);
        check("derive(Debug, Serialize)", false);
        check("derive(other::Debug)", false);
        check("cfg(feature = \"serde\")", true);
        check("cfg_attr(a, derive(Debug), inline)", true);
        check("cfg_attr(a, inline, derive(Serialize))", false);
        check("rustfmt::skip", true);
        check("unsafe(no_mangle)", true);
        check("tokio::test", false);
        check("serde(default)", false);
        check("doc = \"text\"", true);
    }
}
