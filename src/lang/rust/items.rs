//! What rooms besides the languages ask of a text of Rust: whether a type has parameters.

use proc_macro2::{TokenStream, TokenTree};

/// Whether the file's module declares a struct or a union of this name that has parameters:
/// `struct New<T>`.
pub fn has_parameters(text: &str, name: &str) -> bool {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let text = text.trim_start_matches('\u{feff}');
    let tokens = match text.contains(name) {
        true => text.parse::<TokenStream>(),
        false => return false,
    };
    let tokens: Vec<TokenTree> = tokens.map_or_else(|_| Vec::new(), |t| t.into_iter().collect());
    let is_word = |token: &TokenTree, word: &str| match token {
        TokenTree::Ident(ident) => ident.to_string().trim_start_matches("r#") == word,
        _ => false,
    };
    let has = tokens.windows(3).any(|three| {
        (is_word(&three[0], "struct") || is_word(&three[0], "union"))
            && is_word(&three[1], name)
            && matches!(&three[2], TokenTree::Punct(punct) if punct.as_char() == '<')
    });
    drop(tokens);
    proc_macro2::extra::invalidate_current_thread_spans();
    has
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_struct_of_the_name_with_parameters_counts() {
        let text = "pub struct A<T>(T); pub struct B; struct Ab<'a> { x: &'a A<u8> } mod m { struct B<T>(T); }";
        let has = |name| has_parameters(text, name);
        assert!(has("A") && has("Ab"));
        assert!(!has("B") && !has("C"));
        assert!(!has_parameters("struct A<", "B") && !has_parameters("struct A<\"", "A"));
    }
}
