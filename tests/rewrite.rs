//! Every fixture gives what is written beside it. `FIXTURE=name cargo test --test rewrite` runs one.

mod support;

use rehome::finding::{Confidence, Finding};
use rehome::rewrite::Run;
use rehome::source::Source;
use support::{Case, Remark, Tree};

#[test]
fn every_fixture_gives_what_is_written() {
    let cases = support::cases();
    let complaints = support::complaints(&cases, check);
    support::assert_none(&complaints, cases.len());
}

#[test]
fn every_language_has_fixtures() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folders = support::folders(&fixtures);
    let have: Vec<_> = folders
        .iter()
        .filter_map(|dir| dir.file_name()?.to_str())
        .collect();
    for language in rehome::lang::LANGUAGES {
        let name = language.name();
        assert!(
            have.contains(&name),
            "tests/fixtures has nothing for {name}"
        );
    }
    for name in have {
        let mut languages = rehome::lang::LANGUAGES.iter();
        assert!(
            languages.any(|language| language.name() == name),
            "tests/fixtures/{name} is the folder of no language"
        );
    }
}

fn check(case: &Case) -> Result<(), String> {
    let tree = case.lay_out(&case.before);
    let run = tree
        .run(case.plan(), &case.options())
        .map_err(|error| format!("== {}\n{error:#}\n", case.name))?;
    let mut complaint = support::difference(&case.after, &tree.files_after(&run));
    complaint.push_str(&remarks(case, &tree, &run));
    match complaint.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "== {}\n{complaint}{}",
            case.name,
            said(&tree, &run)
        )),
    }
}

/// What the run says otherwise than `expected.toml`.
fn remarks(case: &Case, tree: &Tree, run: &Run) -> String {
    let expected = &case.expected;
    let [held, manual, notes, mentions, problems] = spoken(tree, run);
    let skipped = run.skipped.iter().map(|skipped| Remark {
        file: tree.path_of(&skipped.path),
        line: skipped.at.map_or(0, |(line, _)| line),
        reason: skipped.reason.clone(),
    });
    let mut complaint = String::new();
    for remark in &expected.unsaid {
        if notes.iter().any(|said| answers(remark, said)) {
            complaint.push_str(&format!("noted, against expectation: {remark:?}\n"));
        }
    }
    let mut compare = |what: &str, want: &[Remark], have: Vec<Remark>, all: bool| {
        for remark in want {
            if !have.iter().any(|said| answers(remark, said)) {
                complaint.push_str(&format!("not {what}: {remark:?}\n"));
            }
        }
        for said in have.iter().filter(|_| all) {
            if !want.iter().any(|remark| answers(remark, said)) {
                complaint.push_str(&format!("{what}, against expectation: {said:?}\n"));
            }
        }
    };
    compare("held", &expected.held, held, true);
    compare("manual", &expected.manual, manual, true);
    compare("skipped", &expected.skipped, skipped.collect(), true);
    compare("noted", &expected.note, notes, false);
    compare("mentioned", &expected.mention, mentions, false);
    compare("a problem", &expected.problem, problems, false);
    complaint
}

/// What is held, manual, noted, mentioned, and broken.
fn spoken(tree: &Tree, run: &Run) -> [Vec<Remark>; 5] {
    let mut all = <[Vec<Remark>; 5]>::default();
    for outcome in &run.outcomes {
        let source = &*outcome.file.open().expect("it is there");
        let remark = |offset: usize, reason: &str| Remark {
            file: tree.path_of(&source.path),
            line: source.position(offset).line,
            reason: reason.to_owned(),
        };
        let of = |finding: &Finding| {
            remark(
                finding.start(),
                finding.reason.as_deref().unwrap_or_default(),
            )
        };
        for held in &outcome.held {
            all[0].push(remark(held.finding.start(), &held.reason));
        }
        for finding in &outcome.left {
            match (finding.is_mention(), finding.confidence) {
                (true, _) => all[3].extend(finding.sites.iter().map(|site| {
                    let reason = finding.reason.as_deref().unwrap_or_default();
                    remark(site.range.start, reason)
                })),
                (false, Confidence::Manual) => all[1].push(of(finding)),
                // Nobody asked for it: `--certain-only`.
                (false, _) => {}
            }
        }
        let reasoned = outcome
            .applied
            .iter()
            .filter(|finding| finding.reason.is_some());
        all[2].extend(reasoned.map(of));
        let sites = outcome.applied.iter().flat_map(|finding| &finding.sites);
        all[2].extend(sites.filter_map(|site| {
            let reason = site.reason.as_deref()?;
            Some(remark(site.range.start, reason))
        }));
        let problems = outcome.problems.iter();
        all[4].extend(problems.map(|problem| remark(problem.offset, &problem.message)));
    }
    all
}

/// Whether `said` is what `remark` asks for.
fn answers(remark: &Remark, said: &Remark) -> bool {
    (remark.file.is_empty() || remark.file == said.file)
        && (remark.line == 0 || remark.line == said.line)
        && said.reason.contains(&remark.reason)
}

/// All that the run said, for whoever reads the failure.
fn said(tree: &Tree, run: &Run) -> String {
    let [held, manual, notes, _, problems] = spoken(tree, run);
    let mut out = String::new();
    for (what, remarks) in [
        ("held", held),
        ("manual", manual),
        ("note", notes),
        ("problem", problems),
    ] {
        for remark in remarks {
            let Remark { file, line, reason } = remark;
            out.push_str(&format!("    {what}: {file}:{line}: {reason}\n"));
        }
    }
    out
}

/// A source's position counts lines from 1, as `expected.toml` does.
#[test]
fn lines_count_from_one() {
    assert_eq!(Source::new("app.py", "a\nb").position(2).line, 2);
}
