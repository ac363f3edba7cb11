//! Annotations of GitHub Actions: one workflow command for each reference.

use std::io::{self, Write};

use super::{Medium, Report, Reporter, complaints};

/// The format of GitHub Actions.
pub(super) struct Github;

impl Reporter for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn medium(&self) -> Medium {
        Medium::Data
    }

    fn report(
        &self,
        report: &Report<'_>,
        out: &mut dyn Write,
        _messages: &mut dyn Write,
    ) -> io::Result<()> {
        for outcome in &report.run.outcomes {
            let path = outcome.file.path.display().to_string();
            for complaint in complaints(outcome)? {
                let start = complaint.start;
                let end = complaint.end.filter(|end| end.line == start.line);
                let at = (start.line, start.column);
                let code = complaint.code.as_str();
                annotation(
                    out,
                    &path,
                    at,
                    end.map(|end| end.column),
                    code,
                    &complaint.text,
                )?;
            }
        }
        for skipped in report.run.skipped.iter().filter(|skipped| skipped.counts) {
            let text = format!("cannot be scanned: {}", skipped.reason);
            let path = skipped.path.display().to_string();
            annotation(
                out,
                &path,
                skipped.at.unwrap_or((1, 1)),
                None,
                "RH000",
                &text,
            )?;
        }
        Ok(())
    }
}

fn annotation(
    out: &mut dyn Write,
    path: &str,
    (line, column): (usize, usize),
    end: Option<usize>,
    code: &str,
    text: &str,
) -> io::Result<()> {
    let end = end.map_or(String::new(), |end| {
        format!(",endLine={line},endColumn={end}")
    });
    writeln!(
        out,
        "::error file={},line={line},col={column}{end},title={code}::{}",
        property(path),
        data(text)
    )
}

/// What the message of a workflow command escapes.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// What a property escapes beyond that.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_escaped() {
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
        assert_eq!(data("a,b:c%\n"), "a,b:c%25%0A");
    }
}
