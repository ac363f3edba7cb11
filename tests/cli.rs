//! The commands as a user types them: transcripts, and what a transcript cannot show.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const LEGACY: &str = "netra_backend.app.websocket_core.unified_manager";
const CANONICAL: &str = "netra_backend.app.websocket_core.websocket_manager";

/// A tree of files, taken away at the end.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for (name, bytes) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("inside")).expect("a directory");
            std::fs::write(path, bytes).expect("a file");
        }
        Self(dir)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).expect("it is there")
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path())
            .stdin(Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "GIT_DIR"] {
            command.env_remove(name);
        }
        command
    }

    fn rehome(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_rehome"), arguments);
        command.output().expect("it runs")
    }

    #[track_caller]
    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
        let all: Vec<&str> = identity.iter().chain(arguments).copied().collect();
        let output = self.command("git", &all).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
    }

    fn commit(&self) {
        self.git(&["init", "--quiet"]);
        self.git(&["config", "core.autocrlf", "false"]);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "before"]);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn import(module: &str) -> String {
    format!("from {module} import UnifiedWebSocketManager\n")
}

#[test]
fn transcripts_are_what_happens() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .env("VIRTUAL_ENV", "")
        .case("tests/cmd/*.md");
}

/// A name, a file, and what becomes of it.
fn odd_files() -> Vec<(&'static str, Vec<u8>)> {
    let crlf =
        format!("from {LEGACY} import UnifiedWebSocketManager as WebSocketManager\r\nx = 1\r\n");
    let mut latin = b"# coding: latin-1\n".to_vec();
    latin.extend(import(LEGACY).bytes());
    latin.extend(b"x = '\xe9'; UnifiedWebSocketManager"); // and no newline at the end
    let control = format!("{}x = '\x1b[31m\x00\x0c'\ry = 1\n", import(LEGACY));
    let bom = format!("\u{feff}{}", import(LEGACY));
    let far = format!(
        "{}{}UnifiedWebSocketManager()\n",
        import(LEGACY),
        "\n".repeat(40)
    );
    vec![
        ("a b/crlf.py", crlf.into_bytes()),
        ("é/latin.py", latin),
        ("quote\"tab\t.py", import(LEGACY).into_bytes()),
        ("control.py", control.into_bytes()),
        ("bom.py", bom.into_bytes()),
        ("far.py", far.into_bytes()),
    ]
}

#[test]
fn git_applies_the_patch_to_what_apply_gives() {
    let files = odd_files();
    let named: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (*name, &bytes[..]))
        .collect();
    let tree = Tree::new(&named);
    tree.commit();
    let patch = tree.rehome(&["preview", "--patch", "-"]);
    assert_eq!(patch.status.code(), Some(0));
    let kept = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(kept.path(), &patch.stdout).expect("it is written");
    let apply = tree.rehome(&["apply"]);
    assert_eq!(apply.status.code(), Some(0), "{apply:?}");
    let applied: Vec<Vec<u8>> = files.iter().map(|(name, _)| tree.read(name)).collect();
    for ((name, before), after) in files.iter().zip(&applied) {
        assert_ne!(before, after, "{name} changes");
        assert!(text(after).contains(CANONICAL), "{name} moves");
    }
    assert_eq!(tree.rehome(&["undo"]).status.code(), Some(0));
    for (name, before) in &files {
        assert_eq!(&tree.read(name), before, "{name} is restored");
    }
    tree.git(&["apply", &kept.path().display().to_string()]);
    for ((name, _), after) in files.iter().zip(&applied) {
        assert_eq!(&tree.read(name), after, "{name} is patched");
    }
}

#[test]
fn a_patch_from_below_the_git_root_names_files_from_the_root() {
    let legacy = import(LEGACY);
    let tree = Tree::new(&[("sub/a.py", legacy.as_bytes())]);
    tree.commit();
    let mut command = tree.command(env!("CARGO_BIN_EXE_rehome"), &["preview", "--patch", "-"]);
    let patch = command.current_dir(tree.path().join("sub")).output();
    let patch = text(&patch.expect("it runs").stdout);
    assert!(
        patch.starts_with("diff --git a/sub/a.py b/sub/a.py\n"),
        "{patch}"
    );
}

#[test]
fn a_reader_that_goes_away_changes_no_exit_code() {
    let many: String = (0..5000)
        .map(|n| format!("x{n} = UnifiedWebSocketManager()\n"))
        .collect();
    let legacy = format!("{}{many}", import(LEGACY));
    let tree = Tree::new(&[("a.py", legacy.as_bytes())]);
    for (arguments, code) in [
        (&["check"][..], 1),
        (&["check", "--format", "github"], 1),
        (&["check", "--format", "json"], 1),
        (&["preview"], 0),
        (&["preview", "--exit-code"], 1),
        (&["preview", "--patch", "-"], 0),
        (&["completions", "bash"], 0),
        (&["apply", "--format", "json"], 0),
    ] {
        let mut command = tree.command(env!("CARGO_BIN_EXE_rehome"), arguments);
        let spawned = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = spawned.expect("it runs");
        drop(child.stdout.take());
        let mut said = String::new();
        let mut messages = child.stderr.take().expect("it is piped");
        messages.read_to_string(&mut said).expect("it can be read");
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(code), "{arguments:?}");
        assert!(!said.contains("error") && !said.contains("panic"), "{said}");
    }
    assert!(
        text(&tree.read("a.py")).contains(CANONICAL),
        "apply has written"
    );
}

#[test]
fn colours_come_when_they_are_wanted() {
    let legacy = import(LEGACY);
    let tree = Tree::new(&[("a.py", legacy.as_bytes())]);
    let is_coloured = |arguments: &[&str], variable: Option<&str>| {
        let mut command = tree.command(env!("CARGO_BIN_EXE_rehome"), arguments);
        command.envs(variable.map(|name| (name, "1")));
        command.output().expect("it runs").stdout.contains(&0x1b)
    };
    assert!(!is_coloured(&["preview"], None), "a pipe is no terminal");
    assert!(is_coloured(&["preview"], Some("CLICOLOR_FORCE")));
    assert!(is_coloured(
        &["preview", "--color", "always"],
        Some("NO_COLOR")
    ));
    assert!(!is_coloured(
        &["preview", "--color", "never"],
        Some("CLICOLOR_FORCE")
    ));
    let patch = ["preview", "--patch", "-", "--color", "always"];
    assert!(!is_coloured(&patch, None), "a patch has no highlights");
}

#[test]
fn a_terminal_never_obeys_a_file() {
    let evil = format!("{}x = '\x1b]0;title\x07'\n", import(LEGACY));
    let tree = Tree::new(&[("a.py", evil.as_bytes())]);
    let shown = text(&tree.rehome(&["preview", "--color", "always"]).stdout);
    assert!(shown.contains("␛]0;title␇"), "{shown}");
}

#[test]
fn what_git_does_not_hold_is_not_written() {
    let legacy = import(LEGACY);
    let tree = Tree::new(&[("a.py", legacy.as_bytes()), ("b.py", b"x = 1\n")]);
    tree.commit();
    let dirty = format!("{legacy}y = 2\n");
    std::fs::write(tree.path().join("a.py"), &dirty).expect("it is written");
    let refused = tree.rehome(&["apply"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(said.starts_with("error: a.py would change"), "{said}");
    assert!(
        said.contains("hint: ") && said.contains("--allow-dirty"),
        "{said}"
    );
    assert_eq!(text(&tree.read("a.py")), dirty);
    assert_eq!(
        tree.rehome(&["apply", "--allow-dirty"]).status.code(),
        Some(0)
    );
    // A file that does not change may be as it likes.
    tree.git(&["commit", "--quiet", "--all", "--message", "after"]);
    std::fs::write(tree.path().join("b.py"), "x = 2\n").expect("it is written");
    assert_eq!(tree.rehome(&["apply"]).status.code(), Some(0));
}

#[test]
fn what_git_was_told_not_to_look_at_is_not_written() {
    for told in ["--assume-unchanged", "--skip-worktree"] {
        let legacy = import(LEGACY);
        let tree = Tree::new(&[("a.py", legacy.as_bytes()), ("b.py", b"x = 1\n")]);
        tree.commit();
        tree.git(&["update-index", told, "a.py", "b.py"]);
        let dirty = format!("{legacy}y = 2\n");
        std::fs::write(tree.path().join("a.py"), &dirty).expect("it is written");
        let refused = tree.rehome(&["apply"]);
        assert_eq!(refused.status.code(), Some(2), "{told}");
        assert_eq!(text(&tree.read("a.py")), dirty);
        // Without changes it is a file like any other.
        std::fs::write(tree.path().join("a.py"), &legacy).expect("it is written");
        assert_eq!(tree.rehome(&["apply"]).status.code(), Some(0), "{told}");
    }
}

#[test]
fn a_manifest_of_any_name_is_no_file_of_the_project() {
    let manifest = b"schema = 1\n[[move]]\nid = \"a\"\npython = { from = \"a:X\", to = \"b:X\" }\n";
    let tree = Tree::new(&[("moves.toml", manifest), ("user.py", b"from a import X\n")]);
    let output = tree.rehome(&["apply", "--manifest", "moves.toml"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(tree.read("moves.toml"), manifest);
    assert_eq!(tree.read("user.py"), b"from b import X\n");
    let output = tree.rehome(&["check", "--manifest", "./moves.toml"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[cfg(unix)]
#[test]
fn a_symlink_that_is_named_means_its_file_within_the_project() {
    let import = import(LEGACY);
    let tree = Tree::new(&[
        (
            "in/rehome.toml",
            include_bytes!("../src/manifest/builtin.toml"),
        ),
        ("in/real.py", import.as_bytes()),
        ("in/other.py", import.as_bytes()),
        ("outside.py", import.as_bytes()),
    ]);
    let link = |to: &str, at: &str| {
        std::os::unix::fs::symlink(to, tree.path().join(at)).expect("a link");
    };
    link("real.py", "in/link.py");
    link("../outside.py", "in/out.py");
    let output = tree.rehome(&["check", "in/link.py"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let output = tree.rehome(&["apply", "in/link.py", "in/out.py"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(
        text(&output.stderr).contains("leads out of the project"),
        "{output:?}"
    );
    assert_ne!(tree.read("in/real.py"), import.as_bytes());
    assert_eq!(tree.read("in/other.py"), import.as_bytes());
    assert_eq!(tree.read("outside.py"), import.as_bytes());
}

#[test]
fn undo_leaves_what_was_changed_since() {
    let legacy = import(LEGACY);
    let tree = Tree::new(&[("a.py", legacy.as_bytes()), ("b.py", legacy.as_bytes())]);
    assert_eq!(tree.rehome(&["apply"]).status.code(), Some(0));
    std::fs::write(tree.path().join("b.py"), "mine\n").expect("it is written");
    let undone = tree.rehome(&["undo"]);
    assert_eq!(undone.status.code(), Some(1));
    assert!(
        text(&undone.stderr).starts_with("left: b.py: "),
        "{undone:?}"
    );
    assert_eq!(text(&tree.read("a.py")), legacy);
    assert_eq!(text(&tree.read("b.py")), "mine\n");
}

#[test]
fn an_apply_that_was_killed_is_named_and_taken_back() {
    let legacy = import(LEGACY);
    let tree = Tree::new(&[("a.py", legacy.as_bytes()), ("b.py", legacy.as_bytes())]);
    assert_eq!(tree.rehome(&["apply"]).status.code(), Some(0));
    // As if it had been killed between the two files.
    std::fs::remove_file(tree.path().join(".rehome/journal/1/done")).expect("the mark is there");
    std::fs::write(tree.path().join("b.py"), &legacy).expect("it is written");
    for command in ["preview", "check"] {
        let said = text(&tree.rehome(&[command]).stderr);
        assert!(
            said.starts_with("warning: apply 1 was interrupted"),
            "{said}"
        );
    }
    let again = tree.rehome(&["apply"]);
    assert_eq!(again.status.code(), Some(0));
    let said = text(&again.stderr);
    assert!(said.starts_with("apply 1 had been interrupted"), "{said}");
    assert!(
        text(&tree.read("a.py")).contains(CANONICAL),
        "both are written"
    );
    assert!(
        text(&tree.read("b.py")).contains(CANONICAL),
        "both are written"
    );
    assert!(tree.rehome(&["check"]).stderr.starts_with(b"no legacy"));
    assert_eq!(tree.rehome(&["undo"]).status.code(), Some(0));
    assert_eq!(text(&tree.read("a.py")), legacy);
}

/// The patch string of another file follows a name, and cannot without it.
#[test]
fn what_follows_a_declined_renaming_is_held() {
    let user = format!(
        "{}\n\ndef make():\n    return UnifiedWebSocketManager()\n",
        import(LEGACY)
    );
    let test = "from unittest.mock import patch\n\n\n\
        @patch(\"pkg.user.UnifiedWebSocketManager\")\ndef test(mock): ...\n";
    let files: [(&str, &[u8]); 3] = [
        ("pkg/__init__.py", b""),
        ("pkg/user.py", user.as_bytes()),
        ("tests/test_user.py", test.as_bytes()),
    ];
    let tree = Tree::new(&files);
    let script = ["-c", TERMINAL, env!("CARGO_BIN_EXE_rehome"), "ny"];
    let Ok(output) = tree.command("python3", &script).output() else {
        return println!("skipped: a terminal needs python3");
    };
    let said = text(&output.stdout);
    assert!(
        said.contains("it follows the renaming of `UnifiedWebSocketManager`"),
        "{output:?}"
    );
    assert_eq!(text(&tree.read("pkg/user.py")), user);
    assert_eq!(text(&tree.read("tests/test_user.py")), test);
    assert_eq!(tree.rehome(&["apply"]).status.code(), Some(0));
    let moved = text(&tree.read("tests/test_user.py"));
    assert!(moved.contains("\"pkg.user.WebSocketManager\""), "{moved}");
}

/// The manifest of a package, its code, and moves of which one needs a dependency more, and one
/// another name of one.
fn package() -> Tree {
    let moves = b"schema = 1\n\
        [[move]]\nid = \"thing\"\nrust = { from = \"kit::Thing\", to = \"modern::Thing\", \
        kind = \"struct\", dependency = { name = \"modern\", version = \"2\" } }\n\
        [[move]]\nid = \"crate\"\nrust = { from = \"gone\", to = \"come\", kind = \"crate\" }\n\
        [[move]]\nid = \"own\"\nrust = { from = \"app::a::Own\", to = \"app::b::Own\", kind = \"struct\" }\n";
    let cargo = b"[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2021\"\n\n\
        [dependencies]\ngone = \"1\"\nkit = \"1\"\n";
    Tree::new(&[
        ("rehome.toml", moves),
        ("Cargo.toml", cargo),
        ("src/crates.rs", b"pub fn f(_: gone::Any) {}\n"),
        (
            "src/lib.rs",
            b"pub mod a {\n    pub use crate::b::Own;\n}\npub mod b {\n    pub struct Own;\n}\nmod crates;\nmod own;\nmod thing;\n",
        ),
        ("src/own.rs", b"pub fn f(_: crate::a::Own) {}\n"),
        ("src/thing.rs", b"pub fn f(_: kit::Thing) {}\n"),
    ])
}

/// Which of the package's files say the new paths.
fn moved_in(tree: &Tree) -> [bool; 4] {
    let says = |file: &str, word: &str| text(&tree.read(file)).contains(word);
    [
        says("Cargo.toml", "modern"),
        says("src/crates.rs", "come::Any"),
        says("src/own.rs", "b::Own"),
        says("src/thing.rs", "modern::Thing"),
    ]
}

#[test]
fn code_waits_for_a_manifest_of_cargo_that_no_path_takes_in() {
    let tree = package();
    let said = tree.rehome(&["apply", "src"]);
    let needs = "Cargo.toml is held, which it needs: it is not among the paths that were given";
    assert_eq!(text(&said.stdout).matches(needs).count(), 2, "{said:?}");
    assert!(!text(&said.stdout).contains("Cargo.toml:"), "{said:?}");
    assert_eq!(said.status.code(), Some(1));
    assert_eq!(moved_in(&tree), [false, false, true, false]);
    assert_eq!(tree.rehome(&["check"]).status.code(), Some(1));
    let said = tree.rehome(&["apply", "src", "Cargo.toml"]);
    assert_eq!(said.status.code(), Some(0), "{said:?}");
    assert_eq!(moved_in(&tree), [true; 4]);
    assert_eq!(tree.rehome(&["check"]).status.code(), Some(0));
}

#[test]
fn what_a_path_takes_in_needs_no_manifest_that_says_enough() {
    let tree = package();
    let said = tree.rehome(&["apply", "Cargo.toml"]);
    let stays = "src/crates.rs goes on naming `gone`, which Cargo.toml keeps for that";
    assert!(text(&said.stdout).contains(stays), "{said:?}");
    assert_eq!(said.status.code(), Some(1));
    assert_eq!(moved_in(&tree), [true, false, false, false]);
    let said = tree.rehome(&["apply", "src/thing.rs", "src/own.rs"]);
    assert_eq!(said.status.code(), Some(0), "{said:?}");
    assert_eq!(moved_in(&tree), [true, false, true, true]);
    assert_eq!(tree.rehome(&["apply"]).status.code(), Some(0));
    assert_eq!(moved_in(&tree), [true; 4]);
    assert!(text(&tree.read("Cargo.toml")).contains("come = \"1\""));
}

#[test]
fn code_waits_for_a_manifest_of_cargo_that_is_no_text_or_a_symlink() {
    let tree = package();
    let path = tree.path().join("Cargo.toml");
    let good = tree.read("Cargo.toml");
    std::fs::write(&path, [&good[..], b"# caf\xe9\n"].concat()).expect("it is written");
    let said = tree.rehome(&["apply"]);
    let needs = "Cargo.toml cannot be read, which it needs: ";
    assert_eq!(text(&said.stdout).matches(needs).count(), 2, "{said:?}");
    assert_eq!(moved_in(&tree)[1..], [false, false, false]);
    std::fs::write(&path, good).expect("it is written");
    #[cfg(unix)]
    {
        let elsewhere = tree.path().join("shared.toml");
        std::fs::rename(&path, &elsewhere).expect("it is renamed");
        std::os::unix::fs::symlink("shared.toml", &path).expect("a link");
        let said = tree.rehome(&["apply"]);
        let needs = "Cargo.toml is held, which it needs: it is a symlink, which is not followed";
        assert_eq!(text(&said.stdout).matches(needs).count(), 2, "{said:?}");
        assert_eq!(moved_in(&tree), [false, false, true, false]);
        assert_eq!(tree.rehome(&["check"]).status.code(), Some(1));
    }
}

#[test]
fn what_needs_a_declined_dependency_is_held() {
    for (answers, moved, code) in [
        ("nnyyy", [false, false, true, false], "1"),
        ("nyyyy", [true, false, true, true], "1"),
        ("ynyyy", [false, true, true, false], "1"),
        ("yynyy", [true, false, true, true], "1"),
        ("yyyny", [true, true, false, true], "1"),
        ("yyyyy", [true; 4], "0"),
    ] {
        let tree = package();
        let script = ["-c", TERMINAL, env!("CARGO_BIN_EXE_rehome"), answers];
        let Ok(output) = tree.command("python3", &script).output() else {
            return println!("skipped: a terminal needs python3");
        };
        let said = text(&output.stdout);
        assert_eq!(said.lines().last(), Some(code), "{answers}: {said}");
        assert_eq!(moved_in(&tree), moved, "{answers}: {said}");
    }
}

#[test]
fn the_example_of_the_documented_json_is_what_is_said() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
    let docs = std::fs::read_to_string(docs).expect("it can be read");
    let example = docs.split("```json\n").nth(1).expect("an example");
    let example = example.split("```").next().expect("its end");
    let manifest = b"schema = 1\n[[move]]\nid = \"client\"\nsince = \"2.0\"\n\
        python = { from = \"app.legacy:OldClient\", to = \"app.client:Client\" }\n";
    let tree = Tree::new(&[
        ("rehome.toml", manifest),
        ("app/settings.py", b"CLIENT = \"app.legacy.OldClient\"\n"),
    ]);
    let said = tree.rehome(&["preview", "--format", "json", "app/settings.py"]);
    let parse = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("JSON") };
    let (mut documented, mut said) = (parse(example), parse(&text(&said.stdout)));
    for document in [&mut documented, &mut said] {
        document["summary"]["files_scanned"] = 0.into(); // the example's tree is larger
    }
    assert_eq!(documented, said);
    // Every field has a line in the tables.
    let mut open = vec![&said];
    while let Some(value) = open.pop() {
        if let Some(object) = value.as_object() {
            for (name, value) in object {
                assert!(docs.contains(&format!("`{name}`")), "{name} is documented");
                open.push(value);
            }
        }
        open.extend(value.as_array().into_iter().flatten());
    }
}

/// Answers `apply --interactive` on a terminal that Python makes; its last line is the exit code.
const TERMINAL: &str = "
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], 'apply', '--interactive', '--color', 'never'])
said = b''
for answer in sys.argv[2]:
    while not said.endswith(b'? '):
        said += os.read(fd, 4096)
    os.write(fd, answer.encode() + b'\\n')
    said += b'\\n'
try:
    while more := os.read(fd, 4096):
        said += more
except OSError:
    pass
sys.stdout.write(said.decode().replace('\\r', ''))
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";

#[track_caller]
fn answered(answers: &str, moved: &[bool], code: &str) {
    let legacy = import(LEGACY);
    let two = format!("{legacy}NAME = \"{LEGACY}.UnifiedWebSocketManager\"\n");
    let tree = Tree::new(&[("a.py", two.as_bytes()), ("b.py", legacy.as_bytes())]);
    let script = ["-c", TERMINAL, env!("CARGO_BIN_EXE_rehome"), answers];
    let output = match tree.command("python3", &script).output() {
        Ok(output) => output,
        Err(_) => return println!("skipped: a terminal needs python3"),
    };
    let said = text(&output.stdout);
    assert_eq!(said.lines().last(), Some(code), "{answers}: {output:?}");
    let (a, b) = (text(&tree.read("a.py")), text(&tree.read("b.py")));
    let is_moved = [
        a.contains(&format!("from {CANONICAL} ")),
        a.contains(&format!("\"{CANONICAL}.")),
        b.contains(CANONICAL),
    ];
    assert_eq!(is_moved, moved, "{answers}: {said}");
}

#[test]
fn interactive_makes_what_was_chosen() {
    answered("yyy", &[true, true, true], "0");
    answered("yny", &[true, false, true], "1");
    answered("nyn", &[false, true, false], "1");
    answered("an", &[true, true, false], "1"); // the rest of the file
    answered("dy", &[false, false, true], "1"); // nothing more in the file
    answered("yq", &[true, false, false], "1");
    answered("?xyyy", &[true, true, true], "0"); // what is no answer is asked again
}

#[test]
fn large_files_are_shown_in_good_time() {
    let many: String = (0..100_000)
        .map(|n| match n % 10 {
            0 => format!("m{n} = UnifiedWebSocketManager({n})\n"),
            _ => format!("value_{n} = some_function({n}, 'text of a line')\n"),
        })
        .collect();
    let legacy = format!("{}{many}", import(LEGACY));
    let tree = Tree::new(&[("a.py", legacy.as_bytes())]);
    let shown = tree.rehome(&["preview"]);
    assert_eq!(shown.status.code(), Some(0));
    // Each change is a hunk of its own lines: no comparison was given up half-way.
    let gone = text(&shown.stdout)
        .lines()
        .filter(|line| line.starts_with('-'))
        .count();
    assert_eq!(gone, 1 + 1 + 10_000);
}
