//! Attributes whose strings are paths or formats, and macros whose arguments are expressions: data.

/// Keys whose string is a path, a type, a bound or an expression, by the attribute they stand in.
const STRINGS: &[(&str, &[&str])] = &[
    (
        "serde",
        &[
            "with",
            "serialize_with",
            "deserialize_with",
            "default",
            "skip_serializing_if",
            "getter",
            "remote",
            "from",
            "into",
            "try_from",
            "crate",
            "bound",
            "bound(serialize)",
            "bound(deserialize)",
        ],
    ),
    (
        "serde_as",
        &["as", "crate", "serialize_as", "deserialize_as"],
    ),
    (
        "schemars",
        &[
            "with",
            "schema_with",
            "crate",
            "default",
            "bound",
            "remote",
            "skip_serializing_if",
            "serialize_with",
            "regex",
        ],
    ),
    (
        "darling",
        &[
            "with",
            "default",
            "map",
            "and_then",
            "bound",
            "from_word",
            "from_none",
            "from_expr",
        ],
    ),
    (
        "derivative",
        &[
            "format_with",
            "with",
            "hash_with",
            "clone_with",
            "compare_with",
            "value",
            "default",
            "bound",
        ],
    ),
    // Of derive_builder and typed-builder.
    (
        "builder",
        &[
            "default",
            "default_code",
            "build_fn",
            "validate",
            "error",
            "crate",
            "field(build)",
            "field(ty)",
        ],
    ),
    (
        "validate",
        &[
            "custom",
            "function",
            "regex",
            "regex(path)",
            "context",
            "arg",
            "crate",
            "equal",
            "exclusive_max",
            "exclusive_min",
            "max",
            "min",
        ],
    ),
    (
        "sea_orm",
        &["belongs_to", "has_many", "has_one", "via", "enum_name"],
    ),
    ("pyo3", &["from_py_with", "crate"]),
    (
        "graphql",
        &[
            "with",
            "default_with",
            "guard",
            "complexity",
            "visible",
            "custom",
            "into",
            "process_with",
            "ty",
        ],
    ),
    // Of poem-openapi.
    (
        "oai",
        &[
            "default",
            "custom",
            "checker",
            "tag",
            "transform",
            "remote",
            "bad_request_handler",
        ],
    ),
    ("OpenApi", &["tag"]),
    (
        "structopt",
        &["from_str", "try_from_str", "from_os_str", "parse"],
    ),
    ("clap", &["value_parser", "default_value_t"]),
    ("arg", &["value_parser", "default_value_t"]),
    (
        "diesel",
        &[
            "serialize_as",
            "deserialize_as",
            "serialize_fn",
            "foreign_derive",
        ],
    ),
    ("sqlx", &["try_from"]),
    ("educe", &["method", "expression", "bound", "trait"]),
    // `#[tokio::main]`, `#[tokio::test]`, and the like of others.
    ("main", &["crate"]),
    ("test", &["crate"]),
    ("tokio", &["crate"]),
    ("prost", &["enumeration", "oneof"]),
    ("rkyv", &["with"]),
    (
        "archive",
        &[
            "bound(archive)",
            "bound(serialize)",
            "bound(deserialize)",
            "crate",
        ],
    ),
    (
        "borsh",
        &[
            "serialize_with",
            "deserialize_with",
            "crate",
            "bound(serialize)",
            "bound(deserialize)",
            "with_funcs(declaration)",
            "with_funcs(definitions)",
        ],
    ),
    (
        "bincode",
        &["crate", "bounds", "decode_bounds", "encode_bounds"],
    ),
    ("zeroize", &["bound"]),
    ("typed_builder", &["default_code"]),
    ("getset", &["with"]),
    ("rstest", &["with"]),
    (
        "strum",
        &["parse_err_ty", "parse_err_fn", "default_with", "crate"],
    ),
    // Of proptest-derive; `arbitrary` is of test-strategy and of arbitrary.
    ("proptest", &["strategy", "value", "filter", "params"]),
    ("arbitrary", &["bound"]),
    (
        "cached",
        &["ty", "type", "create", "convert", "key", "map_error"],
    ),
    (
        "io_cached",
        &["ty", "type", "create", "convert", "key", "map_error"],
    ),
    // Of smart-default, tabled, ts-rs and actix-web.
    ("default", &["_code"]),
    ("tabled", &["crate", "display", "display_with", "format"]),
    ("ts", &["as"]),
    ("route", &["guard", "wrap"]),
    ("delete", &["guard", "wrap"]),
    ("get", &["guard", "wrap"]),
    ("patch", &["guard", "wrap"]),
    ("post", &["guard", "wrap"]),
    ("put", &["guard", "wrap"]),
    // Of derive-new, argh, gumdrop and fake.
    ("new", &["value"]),
    ("argh", &["default"]),
    ("options", &["default_expr"]),
    ("dummy", &["faker", "expr"]),
    ("delegate", &["where"]),
    (
        "deku",
        &[
            "assert",
            "assert_eq",
            "bits_read",
            "bytes_read",
            "cond",
            "count",
            "ctx",
            "ctx_default",
            "default",
            "map",
            "reader",
            "until",
            "update",
            "writer",
        ],
    ),
];

/// Keys whose value is a name that no scope has, by the attribute they stand in: of a column of a
/// database, of a thing of another language, of what the attribute makes.
const NAMES: &[(&str, &[&str])] = &[
    ("belongs_to", &["foreign_key"]),
    ("column_name", &[""]),
    ("diesel", &["column_name", "foreign_key"]),
    (
        "wasm_bindgen",
        &["getter", "js_class", "js_name", "js_namespace", "setter"],
    ),
    ("pyo3", &["name", "signature"]),
    (
        "builder",
        &[
            "build_method",
            "builder_method",
            "builder_type",
            "finish_fn",
            "name",
            "prefix",
            "start_fn",
            "state_mod",
            "suffix",
        ],
    ),
];

/// Attributes with a format string, and the list in which it stands: of thiserror, of derive_more,
/// of snafu.
const FORMATS: &[(&str, Option<&str>)] = &[
    ("debug", None),
    ("display", None),
    ("error", None),
    ("snafu", Some("display")),
];

/// Attributes whose arguments are expressions, and the list in which they stand: of rstest, of
/// test-case, of smart-default, of validator and garde, of proptest-derive.
const VALUES: &[(&str, Option<&str>)] = &[
    ("case", None),
    ("default", None),
    ("garde", Some("custom")),
    ("proptest", Some("filter")),
    ("test_case", None),
    ("test_matrix", None),
    ("validate", Some("custom")),
    ("values", None),
    ("with", None),
];

/// Attributes of the language: their words are its own.
const OF_THE_LANGUAGE: &[&str] = &[
    "allow",
    "cfg",
    "cfg_attr",
    "crate_type",
    "deny",
    "deprecated",
    "diagnostic",
    "doc",
    "expect",
    "feature",
    "forbid",
    "ignore",
    "inline",
    "link",
    "macro_export",
    "macro_use",
    "must_use",
    "optimize",
    "path",
    "proc_macro_derive",
    "repr",
    "rustfmt",
    "should_panic",
    "target_feature",
    "test",
    "warn",
];

/// Macros that leave items and statements as they are, wherever those stand in their tokens.
const CODE: &[&str] = &[
    "cfg_if",
    "cfg_match",
    "cfg_select",
    "lazy_static",
    "parse_quote",
    "parse_quote_spanned",
    "paste",
    "proptest",
    "quote",
    "quote_spanned",
    "select",
    "select_biased",
    "stream",
    "thread_local",
    "try_stream",
];

/// Macros of the standard library, and of the most used others, whose arguments are expressions.
const EXPRESSIONS: &[&str] = &[
    "addr_of",
    "addr_of_mut",
    "anyhow",
    "assert",
    "assert_eq",
    "assert_matches",
    "assert_ne",
    "bail",
    "dbg",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "ensure",
    "eprint",
    "eprintln",
    "error",
    "format",
    "format_args",
    "info",
    "log",
    "matches",
    "panic",
    "print",
    "println",
    "ready",
    "todo",
    "trace",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "warn",
    "write",
    "writeln",
];

/// Whether the string of `key` in `attribute` is a path; `list`: the list of the attribute that it
/// stands in, `bound` of `bound(serialize = "…")`. `more` are the manifest's own, `key` or
/// `attribute::key`.
pub(super) fn is_path(attribute: &str, list: Option<&str>, key: &str, more: &[String]) -> bool {
    // What a thing is called elsewhere, in whatever form.
    if list.is_some_and(|list| list.starts_with("rename")) {
        return false;
    }
    let is_it = |written: &&str| match written.strip_suffix(')').and_then(|it| it.split_once('(')) {
        Some((within, inner)) => list == Some(within) && inner == key,
        None => *written == key,
    };
    let built_in = STRINGS
        .iter()
        .any(|(name, keys)| *name == attribute && keys.iter().any(is_it));
    built_in
        || more.iter().any(|written| match written.rsplit_once("::") {
            Some((of, last)) => of == attribute && last == key,
            None => written == key,
        })
}

/// Whether the value of `key` in `attribute` is a name that no scope has. The key of an attribute's
/// own value is empty: `#[column_name = name]`.
pub(super) fn is_name_elsewhere(attribute: &str, key: &str) -> bool {
    let mut rows = NAMES.iter().filter(|(name, _)| *name == attribute);
    key.starts_with("rename") || rows.any(|(_, keys)| keys.contains(&key))
}

/// Whether an attribute holds a format string, which may name constants; `within`: the lists of the
/// attribute around it.
pub(super) fn is_format<'w>(attribute: &str, within: impl FnOnce() -> Vec<&'w str>) -> bool {
    stands(FORMATS, attribute, within)
}

/// Whether what an attribute holds are expressions, as in the arguments of a function.
pub(super) fn holds_values<'w>(attribute: &str, within: impl FnOnce() -> Vec<&'w str>) -> bool {
    stands(VALUES, attribute, within)
}

fn stands<'w>(
    table: &[(&str, Option<&str>)],
    attribute: &str,
    within: impl FnOnce() -> Vec<&'w str>,
) -> bool {
    let mut rows = table.iter().filter(|(name, _)| *name == attribute);
    let row = rows.next();
    row.is_some_and(|(_, list)| list.is_none_or(|list| within().contains(&list)))
}

/// Whether a word alone is one of the attribute's own, and no name of the program.
pub(super) fn is_own_word(attribute: &str) -> bool {
    OF_THE_LANGUAGE.binary_search(&attribute).is_ok()
        || STRINGS.iter().any(|(name, _)| *name == attribute)
}

/// By which of the names in its path an attribute is known: `case` of `case::empty`.
pub(super) fn known_by<'n>(path: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let mut known = path.clone().filter(|name| holds_values(name, Vec::new));
    known.next().or_else(|| path.last())
}

/// Whether a macro of this name takes expressions, with commas between them.
pub(super) fn takes_expressions(name: &str) -> bool {
    EXPRESSIONS.binary_search(&name).is_ok()
}

/// Whether a macro of this name takes whatever may stand in code.
pub(super) fn takes_code(name: &str) -> bool {
    CODE.binary_search(&name).is_ok() || takes_expressions(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_macros_are_in_order() {
        assert!(EXPRESSIONS.is_sorted());
        assert!(CODE.is_sorted());
        assert!(OF_THE_LANGUAGE.is_sorted());
    }

    #[test]
    fn the_manifest_adds_keys() {
        assert!(is_path("serde", None, "with", &[]));
        assert!(!is_path("serde", None, "rename", &[]));
        assert!(is_path("serde", Some("bound"), "serialize", &[]));
        assert!(!is_path("serde", Some("rename"), "serialize", &[]));
        assert!(!is_path(
            "mine",
            Some("rename_all"),
            "with",
            &["mine::with".to_owned()]
        ));
        assert!(is_path("mine", None, "with", &["mine::with".to_owned()]));
        assert!(!is_path("yours", None, "with", &["mine::with".to_owned()]));
        assert!(is_path("yours", None, "via", &["via".to_owned()]));
    }
}
