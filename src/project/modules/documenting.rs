//! Macros by example that make documentation of what they are given: `#[doc = $text]`.

use std::ops::Range;

use memchr::memmem;

use super::{DOCTEST, INCLUDE, Reader, is_word, skipped};

/// How the names of such macros begin where others declare them: `doctest!` and `doc_comment!` of the
/// crate doc-comment.
const NAMED: &str = "doc";

/// As many times a text is gone through for what stands in brackets.
const MOST: usize = 16;

/// Whether a macro that the text does not declare makes documentation of what it is given, as far as
/// its name tells.
pub(crate) fn is_named_for_docs(name: &str) -> bool {
    name.starts_with(NAMED)
}

/// Whether a `macro_rules!` has a variable in a doc attribute: `doc = $a`, or `doc = concat!("a", $b)`.
pub(crate) fn documents_variable(declaration: &str) -> bool {
    memmem::find_iter(declaration.as_bytes(), NAMED).any(|at| {
        let is_part = declaration[..at].ends_with(is_word);
        let value = declaration[at + NAMED.len()..].trim_start();
        let value = value.strip_prefix('=').filter(|_| !is_part);
        value.is_some_and(|value| {
            let end = value.find(']').unwrap_or(value.len());
            value[..end].contains('$')
        })
    })
}

impl<'t> Reader<'t> {
    /// What stands behind a word: the declaration of a macro, or what one that documents is given.
    pub(super) fn documenting(&mut self, word: Range<usize>) {
        let (text, behind) = (self.text, self.at);
        let name = &text[word];
        if name == "macro_rules" {
            if let Some((name, rules)) = self.declared()
                && documents_variable(&text[rules])
            {
                self.documenting.push(name);
            }
        } else if behind >= self.documented_until
            && (is_named_for_docs(name) || self.documenting.contains(&name))
            && self.sign(&['!']).is_some()
            && let Some(given) = self.group()
        {
            self.documented_until = given.end;
        }
        // `doctest!("../README.md")`
        if name == DOCTEST {
            self.at = behind;
            self.document();
        }
        // What they hold is read like all else.
        self.at = behind;
    }

    /// Whether a word is the macro that includes documentation among what another one is given.
    pub(super) fn is_documentation(&self, word: &str) -> bool {
        word == INCLUDE && self.at < self.documented_until
    }

    /// The name of a macro by example, and its rules.
    fn declared(&mut self) -> Option<(&'t str, Range<usize>)> {
        self.sign(&['!'])?;
        self.blanks();
        let start = self.at;
        self.word();
        let name = &self.text[start..self.at];
        Some((name, self.group()?))
    }

    /// The brackets that stand here, and all that is in them; `None` where so much was gone through in
    /// brackets already that they must stand in each other without end.
    fn group(&mut self) -> Option<Range<usize>> {
        self.blanks();
        let start = self.at;
        self.text[start..]
            .starts_with(['(', '[', '{'])
            .then_some(())?;
        let is_enough = self.gone_through > MOST * self.text.len();
        let mut depth = 0_usize;
        while !is_enough && let Some(next) = self.text[self.at..].chars().next() {
            match next {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.checked_sub(1)?,
                _ if is_word(next) => {
                    self.word();
                    self.blanks();
                    continue;
                }
                _ => {}
            }
            self.at = skipped(self.text, self.at);
            if depth == 0 {
                break;
            }
            self.blanks();
        }
        self.gone_through += self.at - start;
        (depth == 0 && self.at > start).then_some(start..self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::documents_variable;
    use crate::project::modules::included;

    #[test]
    fn a_macro_documents_with_what_it_is_given() {
        let documents =
            |body: &str| documents_variable(&format!("m {{ ($x:expr) => {{ {body} }} }}"));
        assert!(documents("#[doc = $x] fn f() {}"));
        assert!(documents("#[cfg_attr(a, doc=$x)] fn f() {}"));
        assert!(documents("#[doc = concat!(\"a\", $x)] fn f() {}"));
        assert!(!documents("#[doc = \"a\"] fn f() { $x }"));
        assert!(!documents("let undoc = $x;"));
    }

    #[track_caller]
    fn check(text: &str, wanted: &[&str]) {
        let found = included(Path::new("/p/src/a.rs"), text, Path::new("/p"), |_| true);
        let found: Vec<String> = found
            .iter()
            .map(|it| it.file.display().to_string())
            .collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn macros_include_documentation() {
        for text in [
            "doctest!(include_str!(\"../README.md\"));",
            "doc_comment! { concat!(\"a\", include_str!(\"../README.md\")), mod x { fn f() {} } }",
            "macro_rules! m { ($n:ident, $x:expr) => { #[doc = $x] mod $n {} } } m!(a, include_str!(\"../README.md\"));",
        ] {
            check(text, &["/p/README.md"]);
        }
        for text in [
            "const A: &str = include_str!(\"b.md\"); doctest!(A); fn f() { include_str!(\"b.md\") }",
            "macro_rules! m { ($x:expr) => { $x } } m!(include_str!(\"b.md\"));",
            "doctest!(include_str!(\"b.md\"",
        ] {
            check(text, &[]);
        }
    }
}
