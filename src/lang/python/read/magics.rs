//! Magics of notebooks: of some, what follows their name is a statement of Python.

use super::*;

/// Line magics that run a statement, and those of their options that take a value.
const STATEMENT_MAGICS: &[(&str, &str)] = &[
    ("lprun", "fmDTu"),
    ("memit", "rti"),
    ("mprun", "fT"),
    ("prun", "DlsT"),
    ("time", ""),
    ("timeit", "nrpv"),
];

impl Reader<'_> {
    /// `%timeit -n 10 N()` uses `N`; `!ls {N}` does too, and no edit can follow it.
    pub(super) fn magic(&mut self, range: TextRange) {
        let Some(code) = statement(&self.text[range]) else {
            self.facts.opaque.push(range);
            return;
        };
        let start = range.start() + TextSize::try_from(code).unwrap_or_default();
        let code = TextRange::new(start, range.end());
        let options = ParseOptions::from(PySourceType::Ipynb);
        let parsed = parse_cells_unchecked(self.text, [code], &options);
        let is_plain = |stmt: &Stmt| {
            matches!(
                stmt,
                Stmt::Expr(_) | Stmt::Assign(_) | Stmt::AnnAssign(_) | Stmt::AugAssign(_)
            )
        };
        if !parsed.errors().is_empty() || !parsed.suite().iter().all(is_plain) {
            self.facts.opaque.push(range);
            return;
        }
        self.facts.opaque.push(TextRange::new(range.start(), start));
        for stmt in parsed.suite() {
            self.visit_stmt(stmt);
        }
    }
}

/// Where the statement begins that a magic runs; `None` for a magic that runs none.
fn statement(command: &str) -> Option<usize> {
    let bare = command.trim_start_matches('%');
    if bare.len() == command.len() || command.contains(['\n', '\r']) {
        return None;
    }
    let end = bare.find([' ', '\t']).unwrap_or(bare.len());
    let (name, mut rest) = bare.split_at(end);
    let (_, with_value) = STATEMENT_MAGICS.iter().find(|(other, _)| *other == name)?;
    loop {
        rest = rest.trim_start();
        let Some(option) = rest.strip_prefix('-') else {
            return Some(command.len() - rest.len());
        };
        let end = option.find([' ', '\t']).unwrap_or(option.len());
        let (letters, behind) = option.split_at(end);
        rest = behind;
        // `-n 10`, and not `-n10` or `-q`.
        if letters.len() == 1 && with_value.contains(letters) {
            rest = rest.trim_start();
            rest = &rest[rest.find([' ', '\t']).unwrap_or(rest.len())..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[track_caller]
    fn check(command: &str, code: Option<&str>) {
        assert_eq!(statement(command).map(|at| &command[at..]), code);
    }

    #[test]
    fn the_statement_stands_behind_the_options() {
        check("%time N()", Some("N()"));
        check("%timeit -n 10 -r3 -q N()", Some("N()"));
        check("%%timeit x = N()", Some("x = N()"));
        check("%prun -s cumulative -q N(-1)", Some("N(-1)"));
        check("%time", Some(""));
        check("%timer N()", None);
        check("!ls N", None);
        check("%run N", None);
    }
}
