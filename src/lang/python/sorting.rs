//! By what isort and ruff sort: statements of a section, and names of a statement.

use std::cmp::Reverse;
use std::sync::LazyLock;

use crate::project::ImportOrder;

/// An import statement, as far as its place depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The module as it is written.
    pub(super) module: String,
    /// The names that it takes from it, with their aliases; `None` for `import module`.
    pub(super) names: Option<Vec<String>>,
    /// All of it, with the comment on its line.
    pub(super) line: String,
}

impl Entry {
    pub(super) fn is_from(&self) -> bool {
        self.names.is_some()
    }
}

/// The common ways to sort names: by kind, by letters, capitals first.
pub(super) static ORDERS_OF_NAMES: LazyLock<[ImportOrder; 3]> = LazyLock::new(|| {
    let plain = ImportOrder::default;
    let by_letters = ImportOrder {
        order_by_type: false,
        ..plain()
    };
    let capitals_first = ImportOrder {
        case_sensitive: true,
        native_sort: true,
        ..by_letters.clone()
    };
    [plain(), by_letters, capitals_first]
});

/// The common ways to sort statements, the commonest first.
pub(super) static ORDERS_OF_STATEMENTS: LazyLock<[ImportOrder; 6]> = LazyLock::new(|| {
    let within = || ImportOrder {
        force_sort_within_sections: true,
        ..ImportOrder::default()
    };
    let ruff = ImportOrder {
        is_ruff: true,
        ..ImportOrder::default()
    };
    let ruff_within = ImportOrder {
        is_ruff: true,
        ..within()
    };
    let open_stack = ImportOrder {
        lexicographical: true,
        ..within()
    };
    let google = ImportOrder {
        order_by_type: false,
        ..open_stack.clone()
    };
    let isort = ImportOrder::default();
    [isort, ruff, ruff_within, within(), google, open_stack]
});

/// What a statement sorts by within its section.
// isort sorts modules, then names within each, and where it sorts within sections whole lines
// after that, which leaves equals where they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StatementKey {
    line: Directed,
    is_second_form: bool,
    module: Directed,
    is_from: bool,
    name: NameKey,
}

impl StatementKey {
    /// Names of one key are equal from now on, with an alias or without.
    pub(super) fn forget_ties(&mut self) {
        self.name.tie = Directed::Up(Vec::new());
    }
}

/// What a name sorts by among others of its statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NameKey {
    name: Directed,
    tie: Directed,
}

impl NameKey {
    fn none(order: &ImportOrder) -> Self {
        Self {
            name: directed("", order),
            tie: directed("", order),
        }
    }
}

/// A text to sort by, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Directed {
    Up(Vec<Part>),
    Down(Reverse<Vec<Part>>),
}

/// A piece of a text: numbers compare as numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Text(String),
    /// As ruff has it: a letter, or a number in the place of a digit.
    Letter(char, u64),
}

/// The key of a statement; `by_name` tells statements of one module apart.
pub(super) fn statement_key(
    entry: &Entry,
    order: &ImportOrder,
    section: &str,
    by_name: bool,
) -> StatementKey {
    let is_from = entry.is_from();
    let by_line = order.force_sort_within_sections && !order.is_ruff;
    let first = entry.names.iter().flatten().next();
    let is_aliased = !is_from && entry.line.contains(" as ");
    let name = match first {
        _ if !by_name => NameKey::none(order),
        Some(name) => name_key(name, order, section),
        // The alias goes behind the plain name, whatever the direction.
        None => NameKey {
            tie: Directed::Up(vec![Part::Number(is_aliased.into())]),
            ..NameKey::none(order)
        },
    };
    let stays = order.only_sections && !by_line;
    let module = match stays {
        true => String::new(),
        false => {
            let by_length = order.length_sort || order.length_sort_straight && !is_from;
            module_text(&entry.module, order, section, by_length)
        }
    };
    StatementKey {
        line: match by_line {
            true => directed(&line_text(&entry.line, order), order),
            false => directed("", order),
        },
        is_second_form: (by_line || !order.force_sort_within_sections)
            && is_from != order.from_first,
        module: directed(&module, order),
        is_from,
        name,
    }
}

/// The key of a name with or without an alias.
pub(super) fn name_key(item: &str, order: &ImportOrder, section: &str) -> NameKey {
    if order.only_sections || order.no_inline_sort && !order.force_single_line {
        return NameKey::none(order);
    }
    let (name, alias) = item.split_once(' ').unwrap_or((item, ""));
    let lowered = match order.force_alphabetical_sort_within_sections {
        true => &*name.to_lowercase(),
        false => name,
    };
    let kind = match order.order_by_type {
        true => kind(lowered, order),
        false => "",
    };
    let text = text(lowered, kind, order, section, order.length_sort);
    let item = match order.is_ruff {
        true => item,
        false => alias,
    };
    NameKey {
        name: directed(&text, order),
        tie: directed(item, order),
    }
}

/// The key of a module, as isort's `module_key` has it.
fn module_text(module: &str, order: &ImportOrder, section: &str, by_length: bool) -> String {
    text(&apart(module, order), "", order, section, by_length)
}

/// The dots of a relative module set apart from its name, so that it sorts by their number.
fn apart(module: &str, order: &ImportOrder) -> String {
    let name = module.trim_start_matches('.');
    let dots = &module[..module.len() - name.len()];
    match dots.is_empty() {
        true => name.to_owned(),
        false => format!("{dots}{}{name}", separator(order)),
    }
}

fn separator(order: &ImportOrder) -> char {
    match order.reverse_relative {
        true => ' ',
        false => '_',
    }
}

fn text(name: &str, kind: &str, order: &ImportOrder, section: &str, by_length: bool) -> String {
    let name = match order.case_sensitive {
        true => name.to_owned(),
        false => name.to_lowercase(),
    };
    let top = match order.force_to_top.contains(&name) {
        true => 'A',
        false => 'B',
    };
    let sections = &order.length_sort_sections;
    match by_length || sections.iter().any(|by_length| by_length == section) {
        true => format!("{top}{kind}{}:{name}", name.chars().count()),
        false => format!("{top}{kind}{name}"),
    }
}

/// Constants, classes, the rest.
fn kind(name: &str, order: &ImportOrder) -> &'static str {
    let is_listed = |list: &[String]| list.iter().any(|listed| listed == name);
    let is_capital = || name.chars().next().is_some_and(char::is_uppercase);
    if is_listed(&order.constants) {
        "A"
    } else if is_listed(&order.classes) {
        "B"
    } else if is_listed(&order.variables) {
        "C"
    } else if is_upper(name) && name.chars().count() > 1 {
        "A"
    } else if is_capital() {
        "B"
    } else {
        "C"
    }
}

/// `str.isupper`: some letter, and no small one.
fn is_upper(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

/// The key of a whole line, as isort's `section_key` has it.
fn line_text(line: &str, order: &ImportOrder) -> String {
    let from = line.strip_prefix("from ");
    let mut line = line.to_owned();
    if !order.sort_relative_in_force_sorted_sections
        && order.reverse_relative
        && let Some(module) = from.filter(|module| module.starts_with('.'))
    {
        line = format!("from {}", apart(module, order));
    }
    if order.group_by_package && from.is_some() {
        line.truncate(line.find(" import ").unwrap_or(line.len()));
    }
    if order.lexicographical {
        line = line.replace(" import ", ".");
    }
    for form in ["from ", "import "] {
        if let Some(rest) = line.strip_prefix(form) {
            line = rest.to_owned();
        }
    }
    if order.sort_relative_in_force_sorted_sections {
        line = apart(&line, order);
    }
    let first = line.split(' ').next().unwrap_or_default();
    let top = match order.force_to_top.iter().any(|top| top == first) {
        true => 'A',
        false => 'B',
    };
    let is_mixed = order.case_sensitive != order.order_by_type;
    let line = match line.split_once(" import ") {
        _ if !(order.honor_case_in_force_sorted_sections && is_mixed) => {
            lowered_unless(order.order_by_type, &line)
        }
        Some((module, names)) => {
            let module = lowered_unless(order.case_sensitive, module);
            let names = lowered_unless(order.order_by_type, names);
            format!("{module} import {names}")
        }
        None => lowered_unless(order.case_sensitive, &line),
    };
    match order.length_sort {
        true => format!("{top}{}{line}", line.chars().count()),
        false => format!("{top}{line}"),
    }
}

fn lowered_unless(case_counts: bool, text: &str) -> String {
    match case_counts {
        true => text.to_owned(),
        false => text.to_lowercase(),
    }
}

fn directed(text: &str, order: &ImportOrder) -> Directed {
    let parts = match order.native_sort {
        true => vec![Part::Text(text.to_owned())],
        false => natural(text, order.is_ruff),
    };
    match order.reverse_sort {
        true => Directed::Down(Reverse(parts)),
        false => Directed::Up(parts),
    }
}

/// Text and numbers in turn.
// isort compares whole stretches of text, so that `a2` goes before `a.b`; to ruff a number stands
// among letters as a digit does.
fn natural(text: &str, by_letter: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let length = rest
            .find(|c: char| c.is_ascii_digit() != is_digit)
            .unwrap_or(rest.len());
        let (part, behind) = rest.split_at(length);
        match part.parse() {
            Ok(number) if is_digit && by_letter => parts.push(Part::Letter('0', number)),
            Ok(number) if is_digit => parts.push(Part::Number(number)),
            _ if by_letter => parts.extend(part.chars().map(|letter| Part::Letter(letter, 0))),
            _ => parts.push(Part::Text(part.to_owned())),
        }
        rest = behind;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(order: &ImportOrder, lines: &[&str]) {
        let entry = |line: &&str| {
            let module = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let names = line.split_once(" import ").map(|(_, names)| names);
            Entry {
                module,
                names: names.map(|names| names.split(", ").map(str::to_owned).collect()),
                line: (*line).to_owned(),
            }
        };
        let key = |line: &&str| statement_key(&entry(line), order, "firstparty", true);
        let mut sorted = lines.to_vec();
        sorted.sort_by_key(key);
        assert_eq!(sorted, lines);
        sorted.reverse();
        sorted.sort_by_key(key);
        assert_eq!(sorted, lines);
    }

    #[test]
    fn statements_sort_as_isort_sorts_them() {
        let [plain, ruff, ruff_within, within, google, open_stack] = &*ORDERS_OF_STATEMENTS;
        check(
            plain,
            &[
                "import b",
                "from ..z import y",
                "from .a import b",
                "from A import d",
                "from b import AB",
                "from b import c",
            ],
        );
        check(plain, &["from a2 import b", "from a.b import c"]);
        check(
            ruff,
            &["from a.b import c", "from a2 import b", "from a10 import b"],
        );
        check(plain, &["import a", "import a as c", "import a.b"]);
        check(
            ruff_within,
            &[
                "from A import c",
                "import b",
                "from b import a",
                "import C",
                "import z2",
                "import z10",
            ],
        );
        check(
            within,
            &[
                "import C",
                "from a import c",
                "import b",
                "from b2 import a",
                "from b import a",
            ],
        );
        check(
            google,
            &[
                "import a",
                "import A.b",
                "from A.b import d",
                "from a import c",
            ],
        );
        check(
            open_stack,
            &[
                "import C",
                "import a",
                "from a.b import Z",
                "import a.b.c",
                "from a import ba",
                "from a.bb import Z",
            ],
        );
    }

    #[test]
    fn names_sort_by_kind_then_letters_then_numbers() {
        let key = |item: &&str| name_key(item, &ORDERS_OF_NAMES[0], "");
        let names = [
            "AB", "Z9_", "Name2", "Name10", "Z", "_9", "aB", "b", "b as a", "c",
        ];
        assert!(names.is_sorted_by_key(key));
    }
}
