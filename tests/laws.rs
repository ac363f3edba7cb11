//! What holds of every run, over all fixtures and their mutants.
//!
//! A law knows nothing of what is right for a fixture; `tests/rewrite.rs` does. It says what may
//! never happen, however broken the files are.

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rehome::finding::Finding;
use rehome::journal::{self, Change};
use rehome::parallel::Pool;
use rehome::plan::Plan;
use rehome::report::patch;
use rehome::rewrite::{Memory, Options, Run};
use support::{Case, Files, Tree};

/// One tree to look at: a fixture, or what became of it.
struct Subject<'c> {
    case: &'c Case,
    mutation: String,
    files: Files,
}

impl Subject<'_> {
    fn complain(&self, what: impl std::fmt::Display) -> String {
        format!("== {} ({}): {what}", self.case.name, self.mutation)
    }
}

/// How many places a file is cut at, at most.
const CUTS: usize = 7;

/// A change of a file's bytes that a law must survive.
type Mutation = (&'static str, fn(&[u8]) -> Vec<u8>);

const MUTATIONS: &[Mutation] = &[
    ("as it is", <[u8]>::to_vec),
    ("crlf", crlf),
    ("byte-order mark", byte_order_mark),
    ("no final newline", no_final_newline),
    ("lone carriage returns", |bytes| {
        swap(&unix(bytes), b"\n", b"\r")
    }),
    ("tabs", |bytes| swap(bytes, b"    ", b"\t")),
    ("form feeds", |bytes| swap(bytes, b"\n\n", b"\n\x0c\n")),
    ("no spaces", |bytes| swap(bytes, b", ", b",")),
    ("wide letters", |bytes| swap(bytes, b"e", "é".as_bytes())),
    ("wide beginnings", wide_beginnings),
    ("not utf-8", |bytes| swap(bytes, b"print", b"pr\xefnt")),
    ("nested", |bytes| {
        let body = swap(bytes, b"\n", b"\n    ");
        [b"if True:\n    ", &body[..], b"\n"].concat()
    }),
];

fn unix(bytes: &[u8]) -> Vec<u8> {
    swap(bytes, b"\r\n", b"\n")
}

fn crlf(bytes: &[u8]) -> Vec<u8> {
    swap(&unix(bytes), b"\n", b"\r\n")
}

fn byte_order_mark(bytes: &[u8]) -> Vec<u8> {
    match bytes.starts_with(b"\xef\xbb\xbf") {
        true => bytes.to_vec(),
        false => [b"\xef\xbb\xbf", bytes].concat(),
    }
}

fn no_final_newline(bytes: &[u8]) -> Vec<u8> {
    bytes.trim_ascii_end().to_vec()
}

/// A sign of several bytes in front of the first word of every third line.
fn wide_beginnings(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    for (number, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let word = line.iter().position(u8::is_ascii_alphanumeric);
        let (before, word) = line.split_at(word.unwrap_or(0));
        out.extend_from_slice(before);
        if number % 3 == 0 {
            out.extend_from_slice("┌".as_bytes());
        }
        out.extend_from_slice(word);
    }
    out
}

fn swap(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at..].starts_with(from) {
            true => {
                out.extend_from_slice(to);
                at += from.len();
            }
            false => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    out
}

fn mutated(files: &Files, mutation: impl Fn(&[u8]) -> Vec<u8>) -> Files {
    let file = |(path, bytes): (&String, &Vec<u8>)| (path.clone(), mutation(bytes));
    files.iter().map(file).collect()
}

/// The first lines of a file.
fn head(bytes: &[u8], lines: usize) -> Vec<u8> {
    let all: Vec<&[u8]> = bytes.split_inclusive(|&byte| byte == b'\n').collect();
    all[..lines.min(all.len())].concat()
}

/// The case under some of the mutations.
fn subjects<'c>(cases: &'c [Case], mutations: &[Mutation]) -> Vec<Subject<'c>> {
    let of = |case: &'c Case| {
        mutations.iter().map(move |(name, mutation)| Subject {
            case,
            mutation: (*name).to_owned(),
            files: mutated(&case.before, mutation),
        })
    };
    cases.iter().flat_map(of).collect()
}

/// Each case as it is, under all mutations, and cut at its lines.
fn everything(cases: &[Case]) -> Vec<Subject<'_>> {
    let mut all = subjects(cases, MUTATIONS);
    for case in cases {
        let lines = |bytes: &Vec<u8>| bytes.split(|&byte| byte == b'\n').count();
        let longest = case.before.values().map(lines).max().unwrap_or(0);
        let step = longest.div_ceil(CUTS).max(1);
        all.extend((1..longest).step_by(step).map(|lines| Subject {
            case,
            mutation: format!("the first {lines} lines"),
            files: mutated(&case.before, |bytes| head(bytes, lines)),
        }));
    }
    all
}

/// What is all there is to say of a run.
fn told(run: &Run) -> String {
    let mut outcomes = run.outcomes.clone();
    for outcome in &mut outcomes {
        let source = outcome.file.open().expect("it is there").into_owned();
        outcome.file = source.into();
    }
    format!("{outcomes:#?}\n{:#?}", run.skipped)
}

fn changes(run: &Run) -> Vec<Change> {
    let of = |outcome: &rehome::resolve::FileOutcome| {
        let source = &*outcome.file.open().expect("it is there");
        Some(Change {
            path: source.path.clone(),
            before: Some(source.encode(source.text())?),
            after: Some(source.encode(&outcome.after(source)?)?),
        })
    };
    run.outcomes.iter().filter_map(of).collect()
}

fn parses(path: &str, text: &str) -> bool {
    match path.rsplit('.').next() {
        Some("py" | "pyi") => ruff_python_parser::parse_module(text).is_ok(),
        Some("rs") => {
            let is_code = |text: &str| syn::parse_file(text).is_ok();
            // In edition 2015 it is a name, and to syn a keyword.
            is_code(text) || is_code(&text.replace("async", "asynk"))
        }
        Some("toml") => text.parse::<toml::Table>().is_ok(),
        _ => true,
    }
}

#[test]
fn laws_of_one_run_hold_however_the_files_are_broken() {
    let cases = support::cases();
    let subjects = everything(&cases);
    let complaints = support::complaints(&subjects, |subject| {
        let tree = subject.case.lay_out(&subject.files);
        let options = Options {
            text: subject.case.expected.text,
            ..Options::default()
        };
        let run = tree
            .run(subject.case.plan(), &options)
            .map_err(|error| subject.complain(format!("{error:#}")))?;
        let mut broken = Vec::new();
        for outcome in &run.outcomes {
            let source = &*outcome.file.open().expect("it is there");
            let path = tree.path_of(&source.path);
            let Some(after) = &outcome.after(source) else {
                if !outcome.applied.is_empty() {
                    broken.push(format!("{path} is edited, and has no text afterwards"));
                }
                continue;
            };
            // 3. What parsed before parses after.
            if parses(&path, source.text()) && !parses(&path, after) {
                broken.push(format!("{path} does not parse any more:\n{after}"));
            }
            // 4. Bytes outside applied edits are unchanged.
            if rebuilt(source.text(), &outcome.applied) != *after {
                broken.push(format!("{path} changed outside of its edits:\n{after}"));
            }
        }
        // 1. Twice is once.
        let after = tree.files_after(&run);
        tree.write(&after);
        let again = tree
            .run(subject.case.plan(), &options)
            .map_err(|error| subject.complain(format!("{error:#}")))?;
        let twice = support::difference(&after, &tree.files_after(&again));
        if !twice.is_empty() {
            broken.push(format!("a second run changes more\n{twice}"));
        }
        match broken.is_empty() {
            true => Ok(()),
            false => Err(subject.complain(broken.join("\n"))),
        }
    });
    support::assert_none(&complaints, subjects.len());
}

/// 11. What is left out of a reading changes nothing of what is said.
#[test]
fn a_part_of_a_file_says_what_the_whole_says() {
    let cases = support::cases();
    let mut subjects = everything(&cases);
    // A small file is read as a whole anyway: more that has nothing to do with it is put behind.
    let more = b"\n\ndef more(value, *, key=None):\n    return [f\"{value}\", key]\n".repeat(40);
    for subject in &mut subjects {
        for (path, bytes) in &mut subject.files {
            if path.ends_with(".py") || path.ends_with(".pyi") {
                bytes.extend(&more);
            }
        }
    }
    let complaints = support::complaints(&subjects, |subject| {
        let tree = subject.case.lay_out(&subject.files);
        let told_of = |whole| {
            let options = Options {
                whole,
                ..subject.case.options()
            };
            let run = tree.run(subject.case.plan(), &options);
            run.map_or_else(|error| format!("{error:#}"), |run| told(&run))
        };
        let (part, whole) = (told_of(false), told_of(true));
        match part == whole {
            true => Ok(()),
            false => {
                let diff = similar::TextDiff::from_lines(&whole, &part);
                let diff = diff.unified_diff().context_radius(4).to_string();
                Err(subject.complain(format!("the part says otherwise\n{diff}")))
            }
        }
    });
    support::assert_none(&complaints, subjects.len());
}

/// 12. What is let go and read again changes nothing of what is said.
#[test]
fn a_run_that_keeps_nothing_says_the_same() {
    let cases = support::cases();
    let complaints = support::complaints(&cases, |case| {
        let tree = case.lay_out(&case.before);
        let told_of = |memory| {
            let options = Options {
                memory,
                ..case.options()
            };
            let run = tree.run(case.plan(), &options);
            run.map_or_else(|error| format!("{error:#}"), |run| told(&run))
        };
        let nothing = Memory {
            unread: 0,
            read: 0,
            settled: 0,
        };
        match told_of(nothing) == told_of(Memory::default()) {
            true => Ok(()),
            false => Err(format!("{}: memory changes the result", case.name)),
        }
    });
    support::assert_none(&complaints, cases.len());
}

/// The text with the edits of `findings`, put together here.
fn rebuilt(text: &str, findings: &[Finding]) -> String {
    let mut edits: Vec<_> = findings.iter().flat_map(|finding| &finding.edits).collect();
    edits.sort();
    edits.dedup();
    let mut text = text.to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.start..edit.end, &edit.text);
    }
    text
}

/// A line ending or a byte-order mark is none of a move's business.
#[test]
fn line_endings_and_marks_change_nothing_else() {
    let cases: Vec<Case> = support::cases()
        .into_iter()
        .filter(|case| {
            let is_plain = |bytes: &Vec<u8>| {
                let has = |what: &[u8]| swap(bytes, what, b"") != *bytes;
                std::str::from_utf8(bytes).is_ok() && !has(b"\r") && !has(b"coding")
            };
            case.before.values().all(is_plain)
        })
        .collect();
    let mutations: &[Mutation] = &[
        ("crlf", crlf),
        ("byte-order mark", byte_order_mark),
        ("no final newline", no_final_newline),
    ];
    let mutations: Vec<(&Case, &Mutation)> = cases
        .iter()
        .flat_map(|case| mutations.iter().map(move |mutation| (case, mutation)))
        // A notebook is JSON, and a shebang is none behind a byte-order mark.
        .filter(|(case, (name, _))| {
            let may_have =
                |path: &String| matches!(path.rsplit('.').next(), Some("py" | "pyi" | "rs"));
            *name != "byte-order mark" || case.before.keys().all(may_have)
        })
        .collect();
    let complaints = support::complaints(&mutations, |(case, (name, mutation))| {
        let tree = case.lay_out(&mutated(&case.before, mutation));
        let run = tree
            .run(case.plan(), &case.options())
            .map_err(|error| format!("== {} ({name}): {error:#}", case.name))?;
        let difference =
            support::difference(&mutated(&case.after, mutation), &tree.files_after(&run));
        match difference.is_empty() {
            true => Ok(()),
            false => Err(format!("== {} ({name})\n{difference}", case.name)),
        }
    });
    support::assert_none(&complaints, mutations.len());
}

#[test]
fn apply_then_undo_gives_the_same_bytes_and_modes() {
    let cases = support::cases();
    let subjects = subjects(&cases, &MUTATIONS[..3]);
    let complaints = support::complaints(&subjects, |subject| {
        let tree = subject.case.lay_out(&subject.files);
        for (at, path) in subject.files.keys().enumerate() {
            let mode = [0o644, 0o755, 0o600, 0o664][at % 4];
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(tree.root().join(path), permissions)
                .expect("it was just made");
        }
        let before = (tree.files(), modes(&tree));
        let run = tree
            .run(subject.case.plan(), &Options::default())
            .map_err(|error| subject.complain(format!("{error:#}")))?;
        let changes = changes(&run);
        if changes.is_empty() {
            return Ok(());
        }
        let expected = (tree.files_after(&run), before.1.clone());
        let home = tree.root();
        let applied = {
            let _guard = forks_wait();
            journal::apply(home, &[home.to_owned()], &changes)
        };
        let applied = applied.map_err(|error| subject.complain(error))?;
        if (tree.files(), modes(&tree)) != expected {
            return Err(subject.complain("apply wrote something else than the run gave"));
        }
        let undone = {
            let _guard = forks_wait();
            journal::undo(home, Some(applied.number))
        };
        let undone = undone.map_err(|error| subject.complain(error))?;
        if !undone.left.is_empty() || (tree.files(), modes(&tree)) != before {
            return Err(subject.complain("undo left something else than there was"));
        }
        Ok(())
    });
    support::assert_none(&complaints, subjects.len());
}

fn modes(tree: &Tree) -> Vec<(String, u32)> {
    let mode = |path: String| {
        let metadata = std::fs::metadata(tree.root().join(&path)).expect("it is there");
        (path, metadata.permissions().mode())
    };
    tree.files().into_keys().map(mode).collect()
}

#[test]
fn an_empty_plan_changes_nothing() {
    let cases = support::cases();
    let complaints = support::complaints(&cases, |case| {
        let tree = case.lay_out(&case.before);
        let run = tree
            .run(Plan::of(Vec::new()), &Options::default())
            .map_err(|error| format!("{}: {error:#}", case.name))?;
        match run.outcomes.is_empty() && run.skipped.iter().all(|skipped| !skipped.counts) {
            true => Ok(()),
            false => Err(format!("{}: {}", case.name, told(&run))),
        }
    });
    support::assert_none(&complaints, cases.len());
}

#[test]
fn the_patch_of_a_preview_gives_what_apply_gives() {
    let cases = support::cases();
    let subjects = subjects(&cases, &MUTATIONS[..5]);
    let complaints = support::complaints(&subjects, |subject| {
        let tree = subject.case.lay_out(&subject.files);
        let run = tree
            .run(subject.case.plan(), &Options::default())
            .map_err(|error| subject.complain(format!("{error:#}")))?;
        let expected = tree.files_after(&run);
        if expected == tree.files() {
            return Ok(());
        }
        let patch = patch(&run, tree.root()).expect("all is there");
        let file = tree.root().join(".git-apply.patch");
        std::fs::write(&file, &patch).expect("it can be written");
        let mut git = Command::new("git");
        git.args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"])
            .arg(&file)
            .current_dir(tree.root())
            .env(
                "GIT_CEILING_DIRECTORIES",
                tree.root().parent().expect("a temporary directory"),
            );
        let output = output(&mut git);
        std::fs::remove_file(&file).expect("it was just written");
        let difference = support::difference(&expected, &tree.files());
        match output.status.success() && difference.is_empty() {
            true => Ok(()),
            false => Err(subject.complain(format!(
                "{}{}\n{difference}",
                String::from_utf8_lossy(&output.stderr),
                String::from_utf8_lossy(&patch)
            ))),
        }
    });
    support::assert_none(&complaints, subjects.len());
}

#[test]
fn one_thread_gives_what_eight_give() {
    let all = support::cases();
    // All cases of one manifest make one tree, so that eight threads have something to do.
    let mut trees: Vec<(&Case, Files)> = Vec::new();
    for case in &all {
        let place = trees
            .iter()
            .position(|(first, _)| first.manifest == case.manifest);
        let place = place.unwrap_or_else(|| {
            trees.push((case, Files::new()));
            trees.len() - 1
        });
        let short = case.name.replace('/', "_");
        let files = case.before.iter();
        let files = files.map(|(path, bytes)| (format!("{short}/{path}"), bytes.clone()));
        trees[place].1.extend(files);
    }
    let complaints = support::complaints(&trees, |(case, files)| {
        let tree = case.lay_out(files);
        let with = |threads| {
            let pool = Pool::new(Some(threads));
            let run = tree.run_by(&pool, case.plan(), &Options::default());
            told(&run.unwrap_or_else(|error| panic!("{}: {error:#}", case.name)))
        };
        match with(1) == with(8) {
            true => Ok(()),
            false => Err(format!("{}: threads change the result", case.name)),
        }
    });
    support::assert_none(&complaints, trees.len());
}

/// A comment with every needle opens the prefilter, and says nothing else.
#[test]
fn the_prefilter_hides_no_edit() {
    let cases = support::cases();
    let complaints = support::complaints(&cases, |case| {
        let run = |files: &Files| {
            let tree = case.lay_out(files);
            let run = tree.run(case.plan(), &Options::default());
            run.map(|run| tree.files_after(&run))
                .map_err(|error| format!("{}: {error:#}", case.name))
        };
        let comment: Vec<String> = case.plan().needles();
        let comment = comment.iter().map(|needle| format!(" x{needle}x"));
        // Inside of longer words, where nothing but the prefilter looks.
        let comment = comment.collect::<String>();
        let mut opened = case.before.clone();
        let mut expected = run(&case.before)?;
        for files in [&mut opened, &mut expected] {
            for (path, bytes) in files.iter_mut() {
                let begin = match path.rsplit('.').next() {
                    Some("py" | "pyi" | "toml") => "#",
                    Some("rs") => "//",
                    _ => continue,
                };
                bytes.extend_from_slice(format!("\n{begin}{comment}\n").as_bytes());
            }
        }
        let difference = support::difference(&run(&opened)?, &expected);
        match difference.is_empty() {
            true => Ok(()),
            false => Err(format!("== {}\n{difference}", case.name)),
        }
    });
    support::assert_none(&complaints, cases.len());
}

fn rehome(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rehome"));
    output(command.args(args).current_dir(dir).env("NO_COLOR", "1"))
}

/// Held while a process is made and while a journal is open.
///
/// Between fork and exec a child holds every open file of this process, the journal's lock as well.
static FORK: Mutex<()> = Mutex::new(());

fn forks_wait() -> MutexGuard<'static, ()> {
    FORK.lock().unwrap_or_else(PoisonError::into_inner)
}

fn output(command: &mut Command) -> Output {
    let guard = forks_wait();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is there");
    drop(guard);
    child.wait_with_output().expect("it can be waited for")
}

#[test]
fn check_is_clean_exactly_when_preview_has_nothing_to_say() {
    let cases = support::cases();
    let complaints = support::complaints(&cases, |case| {
        let mut broken = String::new();
        for files in [&case.before, &case.after] {
            let tree = case.lay_out(files);
            let run = tree
                .run(case.plan(), &Options::default())
                .map_err(|error| format!("{}: {error:#}", case.name))?;
            let is_quiet = |outcome: &rehome::resolve::FileOutcome| {
                outcome.applied.is_empty()
                    && outcome.held.is_empty()
                    && outcome.left.iter().all(Finding::is_mention)
                    && outcome.problems.is_empty()
            };
            let is_quiet = run.outcomes.iter().all(is_quiet)
                && !run.skipped.iter().any(|skipped| skipped.counts);
            let check = rehome(tree.root(), &["check"]);
            if check.status.code() != Some(i32::from(!is_quiet)) {
                let said = String::from_utf8_lossy(&check.stdout);
                broken.push_str(&format!("check exits {:?}\n{said}", check.status.code()));
            }
        }
        match broken.is_empty() {
            true => Ok(()),
            false => Err(format!("== {}\n{broken}", case.name)),
        }
    });
    support::assert_none(&complaints, cases.len());
}

#[test]
fn what_apply_leaves_is_clean() {
    let mut cases = support::cases();
    cases.retain(|case| {
        let expected = &case.expected;
        let said = [
            &expected.held,
            &expected.manual,
            &expected.skipped,
            &expected.problem,
        ];
        !expected.certain_only && said.iter().all(|remarks| remarks.is_empty())
    });
    let complaints = support::complaints(&cases, |case| {
        let tree = case.lay_out(&case.after);
        let check = rehome(tree.root(), &["check"]);
        match check.status.code() {
            Some(0) => Ok(()),
            code => Err(format!(
                "== {}: check exits {code:?}\n{}",
                case.name,
                String::from_utf8_lossy(&check.stdout)
            )),
        }
    });
    support::assert_none(&complaints, cases.len());
}

#[test]
fn the_commands_give_what_the_library_gives() {
    let cases: Vec<Case> = support::cases().into_iter().step_by(5).collect();
    let complaints = support::complaints(&cases, |case| {
        let tree = case.lay_out(&case.before);
        let run = tree
            .run(case.plan(), &Options::default())
            .map_err(|error| format!("{}: {error:#}", case.name))?;
        let expected = tree.files_after(&run);
        let preview = rehome(tree.root(), &["preview", "--exit-code"]);
        let is_idle = expected == case.before;
        let mut broken = String::new();
        if tree.files() != case.before {
            broken.push_str("preview writes\n");
        }
        if is_idle == (preview.status.code() == Some(1)) && run.outcomes.is_empty() {
            broken.push_str(&format!("preview exits {:?}\n", preview.status.code()));
        }
        let apply = rehome(tree.root(), &["apply", "--allow-dirty"]);
        let wanting = run.outcomes.iter().any(|outcome| {
            !outcome.held.is_empty() || !outcome.left.iter().all(Finding::is_mention)
        });
        if apply.status.code() != Some(i32::from(wanting)) {
            let said = String::from_utf8_lossy(&apply.stderr);
            broken.push_str(&format!("apply exits {:?}\n{said}", apply.status.code()));
        }
        broken.push_str(&support::difference(&expected, &tree.files()));
        if !is_idle {
            let undo = rehome(tree.root(), &["undo"]);
            if undo.status.code() != Some(0) || tree.files() != case.before {
                let said = String::from_utf8_lossy(&undo.stderr);
                broken.push_str(&format!("undo exits {:?}\n{said}", undo.status.code()));
            }
        }
        match broken.is_empty() {
            true => Ok(()),
            false => Err(format!("== {}\n{broken}", case.name)),
        }
    });
    support::assert_none(&complaints, cases.len());
}
