//! What happens to files when things go wrong: kills, full disks, files that may not be written.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rehome::journal::{self, Change};

const FILES: usize = 60;

/// A tree of files with a legacy import each.
fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for at in 0..FILES {
        let text = format!(
            "from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager\n\nx{at} = UnifiedWebSocketManager({at})\n{}",
            format!("# {at}\n").repeat(200)
        );
        std::fs::write(dir.path().join(format!("m{at}.py")), text).expect("a file");
    }
    dir
}

/// The files of a tree, without the journal.
fn state(dir: &Path) -> BTreeMap<String, (Vec<u8>, u32)> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(dir).expect("readable") {
        let entry = entry.expect("readable");
        if entry.file_type().expect("a type").is_file() {
            let mode = entry.metadata().expect("metadata").permissions().mode();
            let name = entry.file_name().to_string_lossy().into_owned();
            files.insert(name, (std::fs::read(entry.path()).expect("readable"), mode));
        }
    }
    files
}

fn rehome(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rehome"));
    command
        .current_dir(dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// A number that looks random, the same in every run.
fn pseudo(seed: u64) -> u64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bf0_3635;
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

#[test]
fn a_kill_at_any_moment_leaves_every_file_old_or_new_and_undo_restores_all() {
    let dir = tree();
    let old = state(dir.path());
    assert!(
        rehome(dir.path())
            .arg("apply")
            .status()
            .expect("it runs")
            .success()
    );
    let new = state(dir.path());
    assert!(
        old.iter().all(|(name, file)| new[name].0 != file.0),
        "every file changes"
    );
    assert!(
        rehome(dir.path())
            .arg("undo")
            .status()
            .expect("it runs")
            .success()
    );
    assert_eq!(state(dir.path()), old);

    let whole = std::time::Instant::now();
    assert!(
        rehome(dir.path())
            .arg("apply")
            .status()
            .expect("it runs")
            .success()
    );
    let whole = whole.elapsed();
    assert!(
        rehome(dir.path())
            .arg("undo")
            .status()
            .expect("it runs")
            .success()
    );

    let mut torn = 0;
    for round in 0..100 {
        let mut child = rehome(dir.path()).arg("apply").spawn().expect("it runs");
        let part = pseudo(round) % 1000;
        std::thread::sleep(
            whole
                .mul_f64(part as f64 / 900.0)
                .min(Duration::from_secs(5)),
        );
        let _ = child.kill();
        child.wait().expect("it ends");
        let now = state(dir.path());
        let mut changed = 0;
        for (name, file) in &old {
            let is = &now[name];
            assert!(
                *is == *file || *is == new[name],
                "{name} is torn in round {round}"
            );
            changed += usize::from(is != file);
        }
        torn += usize::from(changed > 0 && changed < FILES);
        // Nothing to undo is an answer too: the kill came before the first file.
        let undone = rehome(dir.path()).arg("undo").status().expect("it runs");
        assert!(undone.success() || changed == 0, "round {round}");
        assert_eq!(state(dir.path()), old, "round {round}");
    }
    assert!(
        torn > 0,
        "no kill came in the middle: the test proves nothing"
    );
}

#[test]
fn a_full_disk_takes_back_what_was_done() {
    let dir = tree();
    let big = dir.path().join("zz_big.py");
    let mut text = std::fs::read_to_string(dir.path().join("m0.py")).expect("readable");
    text.push_str(&"# padding\n".repeat(20_000));
    std::fs::write(&big, text).expect("a file");
    let old = state(dir.path());
    // A file-size limit stands for the disk; with the signal ignored, writing gives an error.
    for ignore in ["trap '' XFSZ;", ""] {
        let script = format!("{ignore} ulimit -f 64; exec \"$0\" apply");
        let status = Command::new("bash")
            .args(["-c", &script, env!("CARGO_BIN_EXE_rehome")])
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("bash runs");
        assert!(!status.success());
        let _ = rehome(dir.path()).arg("undo").status().expect("it runs");
        assert_eq!(state(dir.path()), old, "{ignore}");
    }
}

#[test]
fn a_file_that_may_not_be_written_stops_all_before_the_first() {
    let dir = tree();
    let locked = dir.path().join("m7.py");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o444)).expect("a mode");
    let mut command = rehome(dir.path());
    if is_root() {
        // Root may write everything: become nobody, who owns the tree.
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o777))
            .expect("a mode");
        for entry in std::fs::read_dir(dir.path()).expect("readable") {
            std::os::unix::fs::chown(entry.expect("readable").path(), Some(65534), Some(65534))
                .expect("root may");
        }
        std::os::unix::fs::chown(dir.path(), Some(65534), Some(65534)).expect("root may");
        let copy = dir.path().join("rehome-for-nobody");
        std::fs::copy(env!("CARGO_BIN_EXE_rehome"), &copy).expect("a copy");
        std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o755)).expect("a mode");
        command = Command::new(copy);
        command
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.uid(65534).gid(65534);
    }
    let old = state(dir.path());
    assert_eq!(
        command.arg("apply").status().expect("it runs").code(),
        Some(2)
    );
    assert_eq!(state(dir.path()), old);
}

fn is_root() -> bool {
    let out = Command::new("id").arg("-u").output().expect("id runs");
    out.stdout.trim_ascii() == b"0"
}

/// A change of one file.
fn change(path: &Path, after: &str) -> Change {
    Change {
        path: path.to_owned(),
        before: Some(std::fs::read(path).expect("readable")),
        after: Some(after.as_bytes().to_vec()),
    }
}

#[test]
fn a_file_that_changed_since_is_left_by_undo() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
    std::fs::write(&a, "old a").expect("a file");
    std::fs::write(&b, "old b").expect("a file");
    let roots = [dir.path().to_owned()];
    let changes = [change(&a, "new a"), change(&b, "new b")];
    let applied = journal::apply(dir.path(), &roots, &changes).expect("it may write");
    std::fs::write(&b, "mine").expect("a file");
    let undone = journal::undo(dir.path(), Some(applied.number)).expect("there is one");
    assert_eq!((undone.restored.len(), undone.left.len()), (1, 1));
    assert_eq!(std::fs::read_to_string(&a).expect("readable"), "old a");
    assert_eq!(std::fs::read_to_string(&b).expect("readable"), "mine");
}

#[test]
fn what_changed_meanwhile_or_lies_outside_is_refused_whole() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let outside = tempfile::tempdir().expect("a temporary directory");
    let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
    std::fs::write(&a, "old a").expect("a file");
    std::fs::write(&b, "old b").expect("a file");
    std::fs::write(outside.path().join("c"), "old c").expect("a file");
    std::os::unix::fs::symlink(outside.path().join("c"), dir.path().join("c")).expect("a link");
    let roots = [dir.path().to_owned()];
    let stale = Change {
        before: Some(b"not this".to_vec()),
        ..change(&b, "new b")
    };
    let out = change(&dir.path().join("c"), "new c");
    for wrong in [stale, out] {
        let changes = [change(&a, "new a"), wrong];
        journal::apply(dir.path(), &roots, &changes).expect_err("one of them is wrong");
        assert_eq!(std::fs::read_to_string(&a).expect("readable"), "old a");
        assert_eq!(
            std::fs::read_to_string(outside.path().join("c")).expect("readable"),
            "old c"
        );
    }
}

#[test]
fn modes_and_links_inside_are_kept() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let [real, link] = ["real", "link"].map(|name| dir.path().join(name));
    std::fs::write(&real, "old").expect("a file");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o751)).expect("a mode");
    std::os::unix::fs::symlink("real", &link).expect("a link");
    let roots = [dir.path().to_owned()];
    journal::apply(dir.path(), &roots, &[change(&link, "new")]).expect("it may write");
    assert!(link.symlink_metadata().expect("metadata").is_symlink());
    assert_eq!(std::fs::read_to_string(&real).expect("readable"), "new");
    assert_eq!(
        real.metadata().expect("metadata").permissions().mode() & 0o777,
        0o751
    );
}

#[test]
fn undoing_twice_and_undoing_nothing_say_so() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    journal::undo(dir.path(), None).expect_err("there is nothing");
    let a = dir.path().join("a");
    std::fs::write(&a, "old").expect("a file");
    let roots = [dir.path().to_owned()];
    let applied = journal::apply(dir.path(), &roots, &[change(&a, "new")]).expect("it may write");
    journal::undo(dir.path(), None).expect("there is one");
    let error = journal::undo(dir.path(), Some(applied.number)).expect_err("it was undone");
    assert!(error.to_string().contains("undone already"));
    let error = journal::undo(dir.path(), Some(99)).expect_err("there is none");
    assert!(error.to_string().contains("no apply 99"));
}

#[test]
fn a_damaged_or_newer_journal_is_refused_by_name() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let a = dir.path().join("a");
    std::fs::write(&a, "old").expect("a file");
    let roots = [dir.path().to_owned()];
    journal::apply(dir.path(), &roots, &[change(&a, "new")]).expect("it may write");
    let index = dir.path().join(".rehome/journal/1/index.json");
    for text in ["{", "{\"version\": 99, \"files\": []}", "[]"] {
        std::fs::write(&index, text).expect("a file");
        let error = journal::undo(dir.path(), None).expect_err("it cannot be read");
        assert!(error.to_string().contains("index.json"), "{error}");
        assert_eq!(std::fs::read_to_string(&a).expect("readable"), "new");
    }
}

/// A change that makes a file, and one that takes one away.
fn made_and_gone(dir: &Path) -> [Change; 2] {
    let made = Change {
        path: dir.join("new/deep/made"),
        before: None,
        after: Some(b"made".to_vec()),
    };
    let gone = Change {
        after: None,
        ..change(&dir.join("gone"), "")
    };
    [made, gone]
}

#[test]
fn a_file_that_was_made_goes_again_and_one_that_went_comes_again() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let gone = dir.path().join("gone");
    std::fs::write(&gone, "old").expect("a file");
    std::fs::set_permissions(&gone, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    let roots = [dir.path().to_owned()];
    let changes = made_and_gone(dir.path());
    journal::apply(dir.path(), &roots, &changes).expect("it may write");
    assert!(!gone.exists());
    assert_eq!(std::fs::read(&changes[0].path).expect("readable"), b"made");
    // What Python compiled of a new file is nobody's.
    let cache = dir.path().join("new/deep/__pycache__");
    std::fs::create_dir(&cache).expect("a directory");
    std::fs::write(cache.join("made.pyc"), "").expect("a file");
    let undone = journal::undo(dir.path(), None).expect("there is one");
    assert_eq!((undone.restored.len(), undone.left.len()), (2, 0));
    assert!(!dir.path().join("new").exists());
    assert_eq!(std::fs::read(&gone).expect("readable"), b"old");
    let mode = gone.metadata().expect("metadata").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn a_made_file_that_is_somebody_elses_by_now_is_left() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(dir.path().join("gone"), "old").expect("a file");
    let roots = [dir.path().to_owned()];
    let changes = made_and_gone(dir.path());
    journal::apply(dir.path(), &roots, &changes).expect("it may write");
    std::fs::write(&changes[0].path, "mine").expect("a file");
    std::fs::write(dir.path().join("new/other"), "mine").expect("a file");
    std::fs::write(dir.path().join("gone"), "mine").expect("a file");
    let undone = journal::undo(dir.path(), None).expect("there is one");
    assert_eq!((undone.restored.len(), undone.left.len()), (0, 2));
    assert_eq!(std::fs::read(&changes[0].path).expect("readable"), b"mine");
    // What is there already is no file to make.
    journal::apply(dir.path(), &roots, &changes[..1]).expect_err("it is there");
}

#[test]
fn a_kill_between_new_files_is_taken_back() {
    let names = ["a/one", "a/two", "b/c/three"];
    for done in 0..=names.len() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let gone = dir.path().join("gone");
        std::fs::write(&gone, "old").expect("a file");
        let mut changes: Vec<Change> = names
            .iter()
            .map(|name| Change {
                path: dir.path().join(name),
                before: None,
                after: Some(b"new".to_vec()),
            })
            .collect();
        changes.push(made_and_gone(dir.path())[1].clone());
        let roots = [dir.path().to_owned()];
        let number = journal::apply(dir.path(), &roots, &changes).expect("it may write");
        // As if it had been killed after the first `done` files, with a directory made for the next.
        let journal = dir
            .path()
            .join(format!(".rehome/journal/{}", number.number));
        std::fs::remove_file(journal.join("done")).expect("the mark is there");
        for name in &names[done..] {
            std::fs::remove_file(dir.path().join(name)).expect("it is there");
        }
        std::fs::write(&gone, "old").expect("a file");
        assert_eq!(journal::unfinished(dir.path()), Some(number.number));
        journal::undo(dir.path(), None).expect("there is one");
        let left: Vec<_> = std::fs::read_dir(dir.path())
            .expect("readable")
            .map(|entry| entry.expect("readable").file_name())
            .filter(|name| name != ".rehome")
            .collect();
        assert_eq!(left, ["gone"], "after {done} files");
    }
}

#[test]
fn a_new_file_may_not_lead_out_by_a_link() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let outside = tempfile::tempdir().expect("a temporary directory");
    std::os::unix::fs::symlink(outside.path(), dir.path().join("link")).expect("a link");
    let new = Change {
        path: dir.path().join("link/made"),
        before: None,
        after: Some(Vec::new()),
    };
    let roots = [dir.path().to_owned()];
    journal::apply(dir.path(), &roots, &[new]).expect_err("it leads out");
    assert_eq!(
        std::fs::read_dir(outside.path()).expect("readable").count(),
        0
    );
}
