//! Conditions of `cfg`, as text: what an attribute says of whether the thing below it is there.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::tokens::is_sign;

/// What an attribute makes depend on a condition.
pub(super) enum Depends {
    /// The thing below it: `cfg(…)`.
    Thing(Vec<TokenTree>),
    /// Other attributes: `cfg_attr(…, …)`.
    Attributes(Vec<TokenTree>, Vec<TokenStream>),
}

impl Depends {
    /// Reads what stands in the brackets of an attribute.
    pub(super) fn of(attribute: TokenStream) -> Option<Self> {
        let attribute: Vec<TokenTree> = attribute.into_iter().collect();
        let [TokenTree::Ident(name), TokenTree::Group(given)] = &attribute[..] else {
            return None;
        };
        let mut given = parts(given.stream()).into_iter();
        let condition = given.next()?;
        let given: Vec<TokenStream> = given.map(TokenStream::from_iter).collect();
        match name.to_string().as_str() {
            "cfg" if given.is_empty() => Some(Self::Thing(condition)),
            "cfg_attr" => Some(Self::Attributes(condition, given)),
            _ => None,
        }
    }
}

/// The condition on which an attribute leaves a thing there; `None` where it says nothing of that.
pub(super) fn condition(attribute: TokenStream) -> Option<String> {
    match Depends::of(attribute)? {
        Depends::Thing(condition) => Some(printed(&condition)),
        Depends::Attributes(given, attributes) => {
            let inner: Vec<String> = attributes.into_iter().filter_map(condition).collect();
            let inner = all(&inner)?;
            Some(format!("any(not({}), {inner})", printed(&given)))
        }
    }
}

/// What must hold of all that attributes ask for, one by one.
pub(super) fn conjuncts(attributes: impl Iterator<Item = TokenStream>) -> Box<[String]> {
    let mut open: Vec<String> = attributes.filter_map(condition).collect();
    let mut found = Vec::new();
    while let Some(condition) = open.pop() {
        if let Some(all) = listed("all", &condition) {
            open.extend(all);
            continue;
        }
        // None of them holds.
        let denied = listed("not", &condition).and_then(|it| listed("any", it.first()?));
        open.extend(denied.into_iter().flatten().map(|it| format!("not({it})")));
        found.push(condition);
    }
    found.sort_unstable();
    found.dedup();
    found.into()
}

/// Whether two things, each with what must hold for it, are in no configuration both there: as far as
/// that can be told without what a build sets. Features may always come together.
pub(super) fn are_apart(one: &[String], other: &[String]) -> bool {
    let mut one = one.iter();
    one.any(|one| other.iter().any(|other| excludes(one, other)))
}

/// Whether only one of two conditions can hold.
fn excludes(one: &str, other: &str) -> bool {
    const FAMILIES: [&str; 2] = ["unix", "windows"];
    let is_denial = |one: &str, other: &str| {
        let inner = one.strip_prefix("not(");
        inner.and_then(|inner| inner.strip_suffix(')')) == Some(other)
    };
    if is_denial(one, other) || is_denial(other, one) {
        return true;
    }
    for (one, other) in [(one, other), (other, one)] {
        if let Some(cases) = listed("any", one) {
            return cases.iter().all(|case| excludes(case, other));
        }
    }
    // A target has one system, and one architecture.
    let values = one.split_once(" = ").zip(other.split_once(" = "));
    let is_one = values.is_some_and(|((key, one), (its, other))| {
        let is_single = matches!(
            key,
            "target_os" | "target_arch" | "target_env" | "target_vendor"
        ) || matches!(key, "target_pointer_width" | "target_endian" | "panic");
        is_single && key == its && one != other
    });
    is_one || one != other && FAMILIES.contains(&one) && FAMILIES.contains(&other)
}

/// What stands in the brackets of `all(…)`, `any(…)` or `not(…)`.
fn listed(name: &str, condition: &str) -> Option<Vec<String>> {
    let inner = condition.strip_prefix(name)?;
    let inner = inner.strip_prefix('(')?.strip_suffix(')')?;
    let parts = parts(inner.parse().ok()?);
    Some(parts.iter().map(|part| printed(part)).collect())
}

/// All of some conditions; `None` where there are none.
pub fn all(conditions: &[String]) -> Option<String> {
    match conditions {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("all({})", several.join(", "))),
    }
}

/// Any of some cases, each of which asks for all of its conditions; `None` where nothing is asked for.
pub fn any(cases: &[Vec<String>]) -> Option<String> {
    let (first, others) = cases.split_first()?;
    let is_shared = |it: &&String| others.iter().all(|case| case.contains(*it));
    let shared: Vec<String> = first.iter().filter(is_shared).cloned().collect();
    let mut each: Vec<Option<String>> = Vec::new();
    for case in cases {
        let own = case.iter().filter(|it| !shared.contains(*it));
        let own = all(&own.cloned().collect::<Vec<_>>());
        if !each.contains(&own) {
            each.push(own);
        }
    }
    // One that asks for no more than the others, or two that cover everything.
    let each: Option<Vec<String>> = each.into_iter().collect();
    let each = each.filter(|each| !each.iter().any(|it| each.contains(&format!("not({it})"))));
    let own = each.map(|each| match &each[..] {
        [one] => one.clone(),
        several => format!("any({})", several.join(", ")),
    });
    all(&shared.into_iter().chain(own).collect::<Vec<_>>())
}

/// The branches of `cfg_if!`, each with its conditions.
pub(super) fn branches(tokens: TokenStream) -> Vec<(Vec<String>, TokenStream)> {
    let mut found = Vec::new();
    let mut failed: Vec<String> = Vec::new();
    let mut conditions = Vec::new();
    let mut is_else = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                conditions.extend(condition(group.stream()));
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let own = std::mem::take(&mut conditions);
                let holds = failed.iter().cloned().chain(own.iter().cloned());
                found.push((holds.collect(), group.stream()));
                failed.extend(all(&own).map(|it| format!("not({it})")));
                is_else = false;
            }
            TokenTree::Ident(word) if word == "else" => is_else = true,
            // Another `if` begins anew.
            TokenTree::Ident(word) if word == "if" && !is_else => failed.clear(),
            _ => {}
        }
    }
    found
}

/// What commas part.
pub(super) fn parts(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let parts = tokens.split(|token| is_sign(token, ','));
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(<[TokenTree]>::to_vec).collect()
}

/// A condition of a text as a formatter has it.
pub(super) fn spelled(condition: &str) -> String {
    let tokens = condition.parse::<TokenStream>();
    let spelled = tokens.map(|it| printed(&it.into_iter().collect::<Vec<_>>()));
    spelled.unwrap_or_else(|_| condition.to_owned())
}

/// A condition as a formatter has it.
fn printed(condition: &[TokenTree]) -> String {
    let tokens = condition.iter().map(|token| match token {
        TokenTree::Group(group) => {
            let inner = parts(group.stream());
            let inner: Vec<String> = inner.iter().map(|it| printed(it)).collect();
            format!("({})", inner.join(", "))
        }
        TokenTree::Punct(sign) if sign.as_char() == '=' => " = ".to_owned(),
        token => token.to_string(),
    });
    tokens.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(attribute: &str, expected: Option<&str>) {
        let tokens = attribute.parse().expect("tokens");
        assert_eq!(condition(tokens).as_deref(), expected, "{attribute}");
    }

    #[test]
    fn what_an_attribute_asks_for_is_told() {
        check("cfg(unix)", Some("unix"));
        check(
            "cfg( all ( feature=\"x\" , not(unix), ) )",
            Some("all(feature = \"x\", not(unix))"),
        );
        check("cfg_attr(unix, allow(dead_code))", None);
        check("cfg_attr(unix, inline, cfg(a))", Some("any(not(unix), a)"));
        check(
            "cfg_attr(unix, cfg(a), cfg_attr(b, cfg(c)))",
            Some("any(not(unix), all(a, any(not(b), c)))"),
        );
        check("doc = \"cfg(x)\"", None);
        check("derive(Debug)", None);
    }

    #[test]
    fn conditions_of_which_only_one_can_hold_are_apart() {
        #[track_caller]
        fn check(one: &str, other: &str, expected: bool) {
            let of = |it: &str| conjuncts(it.split('|').map(|it| it.parse().expect("tokens")));
            assert_eq!(are_apart(&of(one), &of(other)), expected, "{one} {other}");
            assert_eq!(are_apart(&of(other), &of(one)), expected, "{other} {one}");
        }
        check("cfg(a)", "cfg(not(a))", true);
        check("cfg(a)", "inline", false);
        check("cfg(a)", "cfg(b)", false);
        check("cfg(feature = \"a\")", "cfg(feature = \"b\")", false);
        check("cfg(a)", "cfg(all(a, b))", false);
        check("cfg(all(b, all(a, c)))", "cfg(d)|cfg(not(c))", true);
        check("cfg(not(any(a, b)))", "cfg(a)", true);
        check("cfg(not(any(a, b)))", "cfg(any(a, b))", true);
        check("cfg(not(all(a, b)))", "cfg(a)", false);
        check(
            "cfg(target_os = \"linux\")",
            "cfg(target_os = \"macos\")",
            true,
        );
        check(
            "cfg(target_os = \"linux\")",
            "cfg(target_os = \"linux\")",
            false,
        );
        check("cfg(unix)", "cfg(any(windows, not(unix)))", true);
        check("cfg(unix)", "cfg(any(windows, wasi))", false);
    }

    #[test]
    fn cases_that_cover_everything_ask_for_nothing() {
        let case = |conditions: &[&str]| conditions.iter().map(|&it| it.to_owned()).collect();
        let check = |cases: &[&[&str]], expected: Option<&str>| {
            let cases: Vec<Vec<String>> = cases.iter().map(|it| case(it)).collect();
            assert_eq!(any(&cases).as_deref(), expected, "{cases:?}");
        };
        check(&[], None);
        check(&[&["a"]], Some("a"));
        check(&[&["a", "b"], &["a", "b"]], Some("all(a, b)"));
        check(&[&["unix"], &["windows"]], Some("any(unix, windows)"));
        check(&[&["unix"], &["not(unix)"]], None);
        check(&[&["unix"], &[]], None);
        check(&[&["unix", "a"], &["not(unix)", "a"]], Some("a"));
        check(
            &[&["unix", "a"], &["windows", "a"]],
            Some("all(a, any(unix, windows))"),
        );
    }
}
