//! What rooms besides the languages ask of a text of Rust: whether a type has parameters.

use proc_macro2::{TokenStream, TokenTree};

/// The structs and unions of the file's module that have parameters, `struct New<T>`: their names.
pub fn generic_types(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}');
    let tokens = match text.contains('<') {
        true => text.parse::<TokenStream>(),
        false => return Vec::new(),
    };
    let tokens: Vec<TokenTree> = tokens.map_or_else(|_| Vec::new(), |t| t.into_iter().collect());
    let word = |token: &TokenTree| match token {
        TokenTree::Ident(ident) => ident.to_string(),
        _ => String::new(),
    };
    let generic = tokens.windows(3).filter(|three| {
        ["struct", "union"].contains(&word(&three[0]).as_str())
            && matches!(&three[1], TokenTree::Ident(_))
            && matches!(&three[2], TokenTree::Punct(punct) if punct.as_char() == '<')
    });
    let names = generic.map(|three| word(&three[1]).trim_start_matches("r#").to_owned());
    let names = names.collect();
    drop(tokens);
    proc_macro2::extra::invalidate_current_thread_spans();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_structs_with_parameters_count() {
        let text = "pub struct A<T>(T); pub struct B; struct Ab<'a> { x: &'a A<u8> } mod m { struct B<T>(T); }";
        assert_eq!(generic_types(text), ["A", "Ab"]);
        assert!(generic_types("struct A<").is_empty() && generic_types("struct A<\"").is_empty());
    }
}
