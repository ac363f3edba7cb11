//! What rooms besides the languages ask of a text of Rust: whether a type has parameters.

use proc_macro2::{TokenStream, TokenTree};

/// The structs and unions of a file that have parameters, `struct New<T>`: each by the modules inside
/// of the file that it lies in, and its name.
pub fn generic_types(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let tokens = match text.contains('<') {
        true => text.parse::<TokenStream>(),
        false => return Vec::new(),
    };
    let mut found = Vec::new();
    collect(tokens.unwrap_or_default(), &mut Vec::new(), &mut found);
    proc_macro2::extra::invalidate_current_thread_spans();
    found
}

fn collect(tokens: TokenStream, modules: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let word = |token: &TokenTree| match token {
        TokenTree::Ident(ident) => ident.to_string(),
        _ => String::new(),
    };
    for three in tokens.windows(3) {
        let TokenTree::Ident(name) = &three[1] else {
            continue;
        };
        let name = name.to_string().trim_start_matches("r#").to_owned();
        match (word(&three[0]).as_str(), &three[2]) {
            ("struct" | "union", TokenTree::Punct(punct)) if punct.as_char() == '<' => {
                found.push(modules.iter().cloned().chain([name]).collect());
            }
            ("mod", TokenTree::Group(body)) => {
                modules.push(name);
                collect(body.stream(), modules, found);
                modules.pop();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_structs_with_parameters_count() {
        let text = "pub struct A<T>(T); pub struct B; struct Ab<'a> { x: &'a A<u8> } mod m { struct B<T>(T); }";
        let found = generic_types(text);
        assert_eq!(found, [vec!["A"], vec!["Ab"], vec!["m", "B"]]);
        // Nothing is read of what is no sequence of tokens.
        assert!(generic_types("struct A<\"").is_empty() && generic_types("struct A;").is_empty());
    }
}
