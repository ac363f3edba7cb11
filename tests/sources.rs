//! Moves from elsewhere: what `--installed` finds where, and what `--from-warnings` makes of the
//! compiler's lines. Nothing is installed or compiled here; `tests/travels` does that.

use std::path::Path;
use std::process::{Command, Stdio};

const SITE: &str = ".venv/lib/python3.11/site-packages";

const LEGACY: &str = "from chat.old import Client\n";
const CANONICAL: &str = "from chat.new import Client\n";

/// A manifest of Python moves: an id, a version, and what moves where.
fn manifest(moves: &[(&str, &str, &str, &str)]) -> String {
    let mut text = "schema = 1\n".to_owned();
    for (id, since, from, to) in moves {
        text.push_str(&format!(
            "[[move]]\nid = \"{id}\"\nsince = \"{since}\"\npython = {{ from = \"{from}\", to = \"{to}\" }}\n"
        ));
    }
    text
}

/// The usual one.
fn client() -> String {
    manifest(&[("client", "0.2", "chat.old:Client", "chat.new:Client")])
}

/// A tree of files, taken away at the end.
struct Tree(tempfile::TempDir);

/// How a command ended, and what it said.
struct Said {
    code: Option<i32>,
    out: String,
    messages: String,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("a temporary directory"));
        // The search for a manifest ends here.
        tree.with(&[(".git/HEAD", "")]).with(files)
    }

    fn with(self, files: &[(&str, &str)]) -> Self {
        for (name, text) in files {
            let path = self.path().join(name);
            std::fs::create_dir_all(path.parent().expect("inside")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        self
    }

    /// With an environment, in which a distribution ships a manifest.
    fn with_chat(self, version: &str, manifest: &str) -> Self {
        let info = format!("{SITE}/Chat_Kit-{version}.dist-info");
        let metadata =
            format!("Metadata-Version: 2.1\nName: Chat.Kit\nVersion: {version}\n\nName: no\n");
        self.with(&[
            (".venv/pyvenv.cfg", "home = /nowhere\n"),
            (&format!("{info}/METADATA"), &metadata),
            (&format!("{info}/entry_points.txt"), ENTRY_POINTS),
            (&format!("{SITE}/chat/rehome.toml"), manifest),
        ])
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect("it is there")
    }

    fn rehome(&self, words: &str) -> Said {
        self.rehome_with(words, &[])
    }

    fn rehome_with(&self, words: &str, variables: &[(&str, &str)]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rehome"));
        command
            .args(words.split_whitespace())
            .current_dir(self.path());
        command.stdin(Stdio::null()).env_remove("VIRTUAL_ENV");
        let output = command
            .envs(variables.iter().copied())
            .output()
            .expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\\', "/");
        Said {
            code: output.status.code(),
            out: text(&output.stdout),
            messages: text(&output.stderr),
        }
    }

    /// `rehome words` exits with `code`, and its messages hold each of `parts`.
    #[track_caller]
    fn check(&self, words: &str, code: i32, parts: &[&str]) {
        self.rehome(words).check(code, parts);
    }
}

impl Said {
    #[track_caller]
    fn check(&self, code: i32, parts: &[&str]) {
        let Self { out, messages, .. } = self;
        assert_eq!(self.code, Some(code), "{out}{messages}");
        for part in parts {
            assert!(messages.contains(part), "`{part}` is not in\n{messages}");
        }
    }
}

const ENTRY_POINTS: &str = "[other]\nx = y:z\n\n[rehome.moves]\n# ours\nchat = chat:rehome.toml\n";

#[test]
fn moves_of_a_distribution_are_made() {
    let tree = Tree::new(&[("app.py", LEGACY)]).with_chat("0.2.0", &client());
    let found = format!("Chat.Kit 0.2.0: 1 move, from {SITE}/chat/rehome.toml");
    tree.check("check --installed", 1, &[&found]);
    assert_eq!(tree.rehome("check --installed --quiet").messages, "");
    let said = tree.rehome("preview --installed");
    said.check(0, &[]);
    assert!(
        said.out.contains("apply with: rehome apply --installed"),
        "{}",
        said.out
    );
    assert_eq!(tree.read("app.py"), LEGACY);
    tree.check("apply --installed=chat-kit --allow-dirty", 0, &[&found]);
    assert_eq!(tree.read("app.py"), CANONICAL);
    tree.check("check --installed", 0, &[]);
}

#[test]
fn only_moves_that_are_in_force_are_made() {
    let moves = manifest(&[
        ("client", "0.3rc1", "chat.old:Client", "chat.new:Client"),
        ("server", "0.3", "chat.old:Server", "chat.new:Server"),
    ]);
    let user = "from chat.old import Client, Server\n";
    let in_force = |version: &str| {
        let tree = Tree::new(&[("app.py", user)]).with_chat(version, &moves);
        let said = tree.rehome("preview --installed -v");
        said.check(0, &[]);
        let is_made = |name: &str| {
            said.out
                .contains(&format!("\n+from chat.new import {name}\n"))
        };
        match (is_made("Client"), is_made("Client, Server")) {
            (false, false) => {
                said.check(
                    0,
                    &["0 moves, 2 not yet in force", "`client`, since 0.3rc1"],
                );
                0
            }
            (true, _) => {
                said.check(0, &["1 move, 1 not yet in force", "`server`, since 0.3\n"]);
                1
            }
            (false, true) => 2,
        }
    };
    let versions = [
        "0.2.9",
        "0.3.dev4",
        "0.3b2",
        "0.3rc1",
        "0.3.0rc2",
        "0.3",
        "0.3.post1",
        "0.10",
    ];
    assert_eq!(versions.map(in_force), [0, 0, 0, 1, 1, 2, 2, 2]);
}

#[test]
fn a_distribution_is_found_however_it_was_installed() {
    let metadata = "Name: chat-kit\nVersion: 0.2\n";
    let environment = (".venv/pyvenv.cfg", "");
    let path = |name: &str| format!("{SITE}/{name}");
    let moves = client();
    let tree = |files: &[(&str, &str)]| {
        let tree = Tree::new(&[environment, ("app.py", LEGACY)]);
        // Where it is the tree's own place that a file names.
        let root = tree.path().display().to_string().replace('\\', "/");
        let texts: Vec<String> = files
            .iter()
            .map(|(_, text)| text.replace("ROOT", &root))
            .collect();
        let files: Vec<(&str, &str)> = files
            .iter()
            .zip(&texts)
            .map(|((name, _), text)| (*name, text.as_str()))
            .collect();
        tree.with(&files)
    };
    let info = |name: &str| path(&format!("chat_kit-0.2.dist-info/{name}"));
    let (meta, entries) = (info("METADATA"), info("entry_points.txt"));
    let installed = [(&*meta, metadata), (&*entries, ENTRY_POINTS)];
    let url = "{\"url\": \"file://ROOT/a%20tree\", \"dir_info\": {\"editable\": true}}";
    let hook = "M = {'other': 'ROOT/no', 'chat': 'ROOT/a tree/odd'}  # 'chat': '/no'\n";
    let forms: &[(&str, Vec<(&str, &str)>)] = &[
        ("a path file", {
            let mut files = installed.to_vec();
            files.extend([("a tree/py/chat/rehome.toml", &*moves)]);
            let pth = "# ours\nimport nothing; nothing.run()\nROOT/a tree/py\n";
            files.push((".venv/lib/python3.11/site-packages/chat.pth", pth));
            files
        }),
        ("a source tree", {
            let mut files = installed.to_vec();
            files.push(("a tree/src/chat/rehome.toml", &*moves));
            files.push((
                ".venv/lib/python3.11/site-packages/chat_kit-0.2.dist-info/direct_url.json",
                url,
            ));
            files
        }),
        ("an import hook", {
            let mut files = installed.to_vec();
            files.push(("a tree/odd/rehome.toml", &*moves));
            let record = "_hook.py,sha256=x,1\nchat_kit-0.2.dist-info/METADATA,,\n";
            files.push((
                ".venv/lib/python3.11/site-packages/chat_kit-0.2.dist-info/RECORD",
                record,
            ));
            files.push((".venv/lib/python3.11/site-packages/_hook.py", hook));
            files
        }),
        (
            "an egg",
            vec![
                (
                    ".venv/lib/python3.11/site-packages/chat.egg-info/PKG-INFO",
                    metadata,
                ),
                (
                    ".venv/lib/python3.11/site-packages/chat.egg-info/entry_points.txt",
                    ENTRY_POINTS,
                ),
                (
                    ".venv/lib/python3.11/site-packages/chat/rehome.toml",
                    &*moves,
                ),
            ],
        ),
        (
            "develop",
            vec![
                (
                    ".venv/lib/python3.11/site-packages/easy-install.pth",
                    "ROOT/a tree\n",
                ),
                ("a tree/chat.egg-info/PKG-INFO", metadata),
                ("a tree/chat.egg-info/entry_points.txt", ENTRY_POINTS),
                ("a tree/chat/rehome.toml", &*moves),
            ],
        ),
    ];
    for (form, files) in forms {
        let tree = tree(files);
        let said = tree.rehome("check --installed app.py");
        assert_eq!(said.code, Some(1), "{form}: {}{}", said.out, said.messages);
        assert!(
            said.messages.contains("chat-kit 0.2: 1 move"),
            "{form}: {}",
            said.messages
        );
    }
}

#[test]
fn an_environment_is_named_active_or_beside_the_project() {
    let tree = Tree::new(&[("sub/app.py", LEGACY), ("empty/x", "")]).with_chat("0.2", &client());
    // Above a PATH, too, but not where another one is active.
    tree.check("check --installed sub", 1, &[]);
    let active = tree.path().join("empty").display().to_string();
    let said = tree.rehome_with("check --installed sub", &[("VIRTUAL_ENV", &active)]);
    said.check(2, &["VIRTUAL_ENV names", "no environment of Python"]);
    let said = tree.rehome_with(
        "check --installed --python-env .venv sub",
        &[("VIRTUAL_ENV", &active)],
    );
    said.check(1, &[]);
    let said = tree.rehome_with("check --installed sub", &[("VIRTUAL_ENV", "")]);
    said.check(1, &[]);
    // Where `pip install --target` put it.
    let site = format!("check --installed --python-env {SITE} sub");
    tree.check(&site, 1, &[]);
    tree.check(
        "check --installed --python-env empty",
        2,
        &["--python-env: no packages"],
    );
    tree.check("check --python-env .venv", 2, &["--installed"]);
}

#[test]
fn nothing_found_is_an_error() {
    let tree = Tree::new(&[("app.py", LEGACY)]);
    tree.check(
        "preview --installed",
        2,
        &["no environment of Python and no Cargo.toml"],
    );
    let tree = tree.with_chat("0.2", &client());
    let missing = "no installed package `chat` ships a manifest; looked into .venv";
    tree.check("preview --installed=chat", 2, &[missing, "hint: "]);
    // The built-in move was not asked for.
    let builtin =
        "from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager\n";
    let tree = tree.with(&[("old.py", builtin)]);
    tree.check("check --installed old.py", 0, &[]);
    tree.check(
        "check --installed --from-warnings",
        2,
        &["cannot be used with"],
    );
}

#[test]
fn faults_of_an_installed_manifest_name_its_place() {
    let at = |text: &str, parts: &[&str]| {
        let tree = Tree::new(&[("app.py", LEGACY)]).with_chat("0.2", text);
        tree.check("preview --installed", 2, parts);
    };
    let place = |place: &str| format!("{SITE}/chat/rehome.toml:{place}");
    at(
        "schema = 1\nmoev = []\n",
        &[&place("2:1: unknown key `moev`"), "Chat.Kit 0.2"],
    );
    at("schema = 2\n", &[&place("1:10: schema 2 is newer")]);
    at(
        &manifest(&[("a", "1.x", "chat.old:Client", "chat.new:Client")]),
        &[&place("4:9: `1.x` is not a version of a Python package")],
    );
    // What it says of the tree that it was written in is no fault here.
    let elsewhere = client().replace("schema = 1", "schema = 1\n[python]\nroots = [\"gone\"]");
    let tree = Tree::new(&[("app.py", LEGACY)]).with_chat("0.2", &elsewhere);
    tree.check("check --installed", 1, &[]);
    std::fs::remove_file(tree.path().join(format!("{SITE}/chat/rehome.toml")))
        .expect("it is there");
    let missing = "says `chat:rehome.toml`, and there is no such file";
    tree.check("check --installed", 2, &[missing, "entry_points.txt"]);
}

#[test]
fn moves_of_several_manifests_combine() {
    let own = |text: &str| {
        Tree::new(&[("app.py", LEGACY), ("rehome.toml", text)]).with_chat("0.2", &client())
    };
    // The project's own go on, and its options count; the same move twice is one.
    let more = manifest(&[
        ("mine", "1", "app.a:X", "app.b:X"),
        ("same", "1", "chat.old:Client", "chat.new:Client"),
    ]);
    let tree = own(&more.replace("schema = 1", "schema = 1\nexclude = [\"skipped.py\"]"))
        .with(&[("skipped.py", LEGACY), ("mine.py", "from app.a import X\n")]);
    tree.check("apply --installed --allow-dirty", 0, &[]);
    assert_eq!(tree.read("app.py"), CANONICAL);
    assert_eq!(tree.read("skipped.py"), LEGACY);
    assert_eq!(tree.read("mine.py"), "from app.b import X\n");
    // A chain leads from one into the other.
    let tree = own(&manifest(&[("on", "1", "chat.new:Client", "talk:Client")]));
    tree.check("apply --installed --allow-dirty", 0, &[]);
    assert_eq!(tree.read("app.py"), "from talk import Client\n");
    // So does one of a name of a module that moved as a whole.
    let tree = Tree::new(&[
        ("app.py", "from chat.old import Client, Server\n"),
        (
            "rehome.toml",
            &manifest(&[("on", "1", "chat.new:Client", "talk:Talker")]),
        ),
    ]);
    let tree = tree.with_chat("0.2", &manifest(&[("all", "0.1", "chat.old", "chat.new")]));
    tree.check("apply --installed --allow-dirty", 0, &[]);
    assert_eq!(
        tree.read("app.py"),
        "from talk import Talker\nfrom chat.new import Server\n"
    );
    // Two places for one thing, and a circle, name both files.
    let tree = own(&manifest(&[(
        "other",
        "1",
        "chat.old:Client",
        "talk:Client",
    )]));
    let at =
        format!("{SITE}/chat/rehome.toml:5:43: `chat.old.Client` leads to `chat.new.Client` here");
    let by = "to `talk.Client` by the move `other` of rehome.toml:5:43";
    tree.check("preview --installed", 2, &[&at, by]);
    let tree = own(&manifest(&[(
        "back",
        "1",
        "chat.new:Client",
        "chat.old:Client",
    )]));
    let circle = format!("{SITE}/chat/rehome.toml: chat.new.Client → chat.old.Client");
    tree.check(
        "preview --installed",
        2,
        &["rehome.toml:5:", "in a circle, with ", &circle],
    );
}

#[test]
fn the_project_itself_may_be_installed() {
    let info = format!("{SITE}/chat_kit-0.2.dist-info");
    let url = |tree: &Tree| {
        let path = tree.path().display();
        format!("{{\"url\": \"file://{path}\", \"dir_info\": {{\"editable\": true}}}}")
    };
    let tree = Tree::new(&[
        (".venv/pyvenv.cfg", ""),
        (
            &format!("{info}/METADATA"),
            "Name: chat-kit\nVersion: 0.2\n",
        ),
        (&format!("{info}/entry_points.txt"), ENTRY_POINTS),
        ("chat/rehome.toml", &client()),
        ("chat/app.py", LEGACY),
    ]);
    let url = url(&tree);
    let tree = tree.with(&[(&format!("{info}/direct_url.json"), &url)]);
    // Its manifest is the one that governs: nothing is there twice, and nothing else ships one.
    tree.check(
        "check --installed chat",
        2,
        &["no installed package ships a manifest"],
    );
    tree.check("check chat", 1, &[]);
}

/// A workspace whose member `app` depends on `chat-kit`, by another name.
fn workspace(version: &str, about: &str, moves: &str) -> Tree {
    let chat = format!(
        "[package]\nname = \"chat-kit\"\nversion = \"{version}\"\nedition = \"2021\"\n{about}"
    );
    let lock = format!(
        "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"chat-kit\",\n]\n\n\
         [[package]]\nname = \"chat-kit\"\nversion = \"{version}\"\n"
    );
    Tree::new(&[
        (
            "app/Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nkit = { path = \"../chat\", package = \"chat-kit\" }\n",
        ),
        ("app/Cargo.lock", &lock),
        ("app/src/lib.rs", "use kit::old::Client;\n"),
        ("chat/Cargo.toml", &chat),
        ("chat/src/lib.rs", ""),
        ("chat/moves.toml", moves),
    ])
}

const SHIPS: &str = "[package.metadata.rehome]\nmanifest = \"moves.toml\"\n";

const RUST_MOVES: &str = "schema = 1\n[[move]]\nid = \"client\"\nsince = \"0.2.0-rc.1\"\n\
    rust = { from = \"chat_kit::old::Client\", to = \"chat_kit::new::Client\", kind = \"struct\" }\n\
    python = { from = \"chat.old:Client\", to = \"chat.new:Client\" }\n";

#[test]
fn moves_of_a_crate_are_made() {
    let tree = workspace("0.2.0", SHIPS, RUST_MOVES);
    let lock = tree.read("app/Cargo.lock");
    tree.check(
        "apply --installed --allow-dirty",
        0,
        &["chat-kit 0.2.0: 1 move, from"],
    );
    assert_eq!(tree.read("app/src/lib.rs"), "use kit::new::Client;\n");
    assert_eq!(tree.read("app/Cargo.lock"), lock);
    assert_eq!(tree.read("chat/moves.toml"), RUST_MOVES);
    tree.check("check --installed=chat_kit app", 0, &[]);
    // Moves of its packages of Python go by their versions.
    let tree = tree.with(&[("app.py", LEGACY)]);
    tree.check("check --installed", 0, &[]);
}

#[test]
fn moves_of_a_later_crate_wait() {
    let in_force = |version: &str| {
        let tree = workspace(version, SHIPS, RUST_MOVES);
        tree.rehome("check --installed").code
    };
    let versions = [
        "0.1.9",
        "0.2.0-beta.9",
        "0.2.0-rc.1",
        "0.2.0+build",
        "0.10.0",
    ];
    assert_eq!(
        versions.map(in_force),
        [Some(0), Some(0), Some(1), Some(1), Some(1)]
    );
}

#[test]
fn what_is_wrong_with_a_crate_is_said() {
    let odd = "[package.metadata.rehome]\nmanifest = 1\n";
    let tree = workspace("0.2.0", odd, RUST_MOVES);
    tree.check(
        "check --installed",
        2,
        &["chat/Cargo.toml: `package.metadata.rehome.manifest` is"],
    );
    let gone = "[package.metadata.rehome]\nmanifest = \"gone.toml\"\n";
    let tree = workspace("0.2.0", gone, RUST_MOVES);
    tree.check(
        "check --installed",
        2,
        &["chat/Cargo.toml: ", "is not there", "gone.toml"],
    );
    let tree = workspace("0.2.0", "", RUST_MOVES);
    tree.check(
        "check --installed",
        2,
        &["no installed package ships a manifest; looked into"],
    );
    // No lock file is written to find out.
    let tree = workspace("0.2.0", SHIPS, RUST_MOVES);
    std::fs::remove_file(tree.path().join("app/Cargo.lock")).expect("it is there");
    tree.check(
        "check --installed",
        2,
        &[
            "app/Cargo.toml is built of: it has no Cargo.lock; `cargo generate-lockfile`",
            "error: no installed package",
        ],
    );
    assert!(!tree.path().join("app/Cargo.lock").exists());
}

/// A crate `app` with one file, and the lines of a compiler that warns there.
fn warned(text: &str, warnings: &[Warning]) -> Tree {
    let tree = Tree::new(&[
        (
            "app/Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nkit = { version = \"1\", package = \"chat-kit\" }\n",
        ),
        ("app/src/lib.rs", text),
    ]);
    let root = tree.path().display().to_string().replace('\\', "/");
    let lines: Vec<String> = warnings.iter().map(|it| it.line(&root, text)).collect();
    tree.with(&[("lines.json", &(lines.join("\n") + "\n"))])
}

/// A deprecation in `app/src/lib.rs`.
#[derive(Clone, Copy)]
struct Warning {
    message: &'static str,
    line: usize,
    columns: (usize, usize),
    expansion: Option<&'static str>,
}

const fn at(message: &'static str, line: usize, columns: (usize, usize)) -> Warning {
    Warning {
        message,
        line,
        columns,
        expansion: None,
    }
}

impl Warning {
    fn line(&self, root: &str, text: &str) -> String {
        let line = text.lines().nth(self.line - 1).expect("it is there");
        let line = line.replace('"', "\\\"");
        let span = |expansion: &str| {
            format!(
                "{{\"file_name\":\"app/src/lib.rs\",\"byte_start\":0,\"byte_end\":0,\"line_start\":{0},\"line_end\":{0},\
                 \"column_start\":{1},\"column_end\":{2},\"is_primary\":true,\
                 \"text\":[{{\"text\":\"{line}\",\"highlight_start\":1,\"highlight_end\":1}}],\"label\":null,\
                 \"suggested_replacement\":null,\"suggestion_applicability\":null,\"expansion\":{expansion}}}",
                self.line, self.columns.0, self.columns.1
            )
        };
        let expansion = self.expansion.map_or("null".to_owned(), |name| {
            let span = span("null");
            format!("{{\"span\":{span},\"macro_decl_name\":\"{name}\",\"def_site_span\":null}}")
        });
        format!(
            "{{\"reason\":\"compiler-message\",\"package_id\":\"path+file://{root}/app#0.1.0\",\
             \"target\":{{\"kind\":[\"lib\"],\"crate_types\":[\"lib\"],\"name\":\"app\",\"src_path\":\"{root}/app/src/lib.rs\",\
             \"edition\":\"2021\",\"doc\":true,\"doctest\":true,\"test\":true}},\
             \"message\":{{\"rendered\":\"\",\"$message_type\":\"diagnostic\",\"children\":[],\"level\":\"warning\",\
             \"message\":\"{}\",\"spans\":[{}],\"code\":{{\"code\":\"deprecated\",\"explanation\":null}}}}}}",
            self.message,
            span(&expansion)
        )
    }
}

/// What `text` becomes after `apply --from-warnings`, which exits with `code`.
#[track_caller]
fn migrates(text: &str, warnings: &[Warning], after: &str, code: i32) -> String {
    let tree = warned(text, warnings);
    let said = tree.rehome("apply --from-warnings=lines.json --allow-dirty");
    said.check(code, &[]);
    assert_eq!(tree.read("app/src/lib.rs"), after, "{}", said.out);
    said.out
}

const CLIENT: &str =
    "use of deprecated struct `chat_kit::old::Client`: moved to `chat_kit::new::Client` in 0.2.0";
const DECOY: &str = "use of deprecated macro `chat_kit::__moved_open_up_00c0ffee`: moved to `chat_kit::new::connect` in 0.2.0";
const METHOD: &str =
    "use of deprecated method `chat_kit::new::Client::go`: moved to `chat_kit::new::Client::run`";
const FIELD: &str =
    "use of deprecated field `chat_kit::new::Client::at`: moved to `chat_kit::new::Client::port`";

#[test]
fn what_the_compiler_warns_of_moves_with_all_of_its_lines() {
    migrates(
        "use kit::old::Client;\n#[cfg(other)]\nfn unseen() -> kit::old::Client {}\n",
        // Each target says it.
        &[at(CLIENT, 1, (15, 21)), at(CLIENT, 1, (15, 21))],
        "use kit::new::Client;\n#[cfg(other)]\nfn unseen() -> kit::new::Client {}\n",
        0,
    );
}

#[test]
fn a_module_says_where_all_of_it_went() {
    let module = "use of deprecated module `chat_kit::old`: moved to `chat_kit::new` in 0.2.0 (but \
        `open_up` to `chat_kit::new::connect`, `in::Say` to `chat_kit::r#macros::say`) (why, \
        `New` to `other::New`); this path will be removed in 2.0.0";
    migrates(
        "use kit::old::*;\nfn f(c: Client) { open_up(c) }\n",
        &[at(module, 1, (10, 13))],
        "use kit::new::*;\nfn f(c: Client) { connect(c) }\n",
        0,
    );
    migrates(
        "use kit::old;\nfn f(c: old::Client) { old::open_up(c, old::New, old::r#in::Say) }\n",
        &[at(module, 1, (10, 13))],
        "use kit::new;\nfn f(c: new::Client) { new::connect(c, new::New, kit::macros::say) }\n",
        0,
    );
}

#[test]
fn a_decoy_is_named_by_what_is_written() {
    migrates(
        "use kit::old as o;\nuse o::{open_up as open};\nfn f() { open(); kit::old::open_up() }\n",
        &[at(DECOY, 2, (9, 16))],
        "use kit::new::connect as open;\nfn f() { open(); kit::new::connect() }\n",
        0,
    );
}

#[test]
fn a_thing_is_also_known_by_a_shorter_path() {
    migrates(
        "use kit::old::Client;\n",
        &[at(
            "use of deprecated struct `facade::Client`: moved to `chat_kit::new::Client`",
            1,
            (15, 21),
        )],
        "use kit::new::Client;\n",
        0,
    );
}

#[test]
fn a_thing_of_the_crate_itself_has_no_crate_in_its_name() {
    migrates(
        "pub mod old;\npub mod new;\nfn f() -> crate::old::Client {}\n",
        &[at(
            "use of deprecated struct `old::Client`: moved to `app::new::Client`",
            3,
            (23, 29),
        )],
        "pub mod old;\npub mod new;\nfn f() -> crate::new::Client {}\n",
        0,
    );
    migrates(
        "use crate::old::open_up;\n",
        &[at(
            "use of deprecated macro `__moved_open_up_00c0ffee`: moved to `app::new::connect`",
            1,
            (17, 24),
        )],
        "use crate::new::connect;\n",
        0,
    );
    migrates(
        "fn f(c: crate::new::Client) { c.go() }\n",
        &[at(
            "use of deprecated method `new::Client::go`: moved to `app::new::Client::run`",
            1,
            (33, 35),
        )],
        "fn f(c: crate::new::Client) { c.run() }\n",
        0,
    );
}

#[test]
fn what_the_crate_gives_on_is_no_legacy_path() {
    migrates(
        "mod compat;\nuse crate::compat::Client;\nfn f() -> kit::old::Client {}\n",
        &[at(CLIENT, 2, (20, 26)), at(CLIENT, 3, (22, 28))],
        "mod compat;\nuse crate::compat::Client;\nfn f() -> kit::new::Client {}\n",
        1,
    );
}

#[test]
fn a_member_takes_its_new_name_where_the_compiler_sees_it() {
    migrates(
        "fn f(c: kit::new::Client) { c.go(); kit::new::Client::go(&c); (c . at, C { at: 1 }); }\n",
        &[
            at(METHOD, 1, (31, 33)),
            at(METHOD, 1, (55, 57)),
            at(FIELD, 1, (64, 70)),
            at(FIELD, 1, (76, 81)),
        ],
        "fn f(c: kit::new::Client) { c.run(); kit::new::Client::run(&c); (c . port, C { port: 1 }); }\n",
        0,
    );
}

/// A file says more than the compiler sees of it: the alias of a type leads to its members.
#[test]
fn a_member_is_known_by_an_alias_of_its_type() {
    let alias =
        "use of deprecated type alias `chat_kit::old::Link`: moved to `chat_kit::new::Client`";
    let method = "use of deprecated method `chat_kit::new::Client::go`: moved to `chat_kit::new::Client::run`";
    migrates(
        "use kit::old::Link;\nfn f(c: &Link) { c.go(); }\n\
        #[cfg(other)]\nfn unseen(c: &Link) { Link::go(c) }\n",
        &[
            at(alias, 1, (15, 19)),
            at(alias, 2, (10, 14)),
            at(method, 2, (20, 22)),
        ],
        "use kit::new::Client;\nfn f(c: &Client) { c.run(); }\n\
        #[cfg(other)]\nfn unseen(c: &Client) { Client::run(c) }\n",
        0,
    );
}

#[test]
fn what_cannot_be_replaced_safely_is_left_at_the_compilers_place() {
    let text = "fn f(c: T) { c.go(); m!(c); let T { at } = c; c.go(); } // rehome: ignore[RH001]\n";
    let warnings = [
        at(
            "use of deprecated method `chat_kit::new::Client::go`: moved to `chat_kit::helpers::go`",
            1,
            (16, 18),
        ),
        Warning {
            expansion: Some("m!"),
            ..at(METHOD, 1, (22, 27))
        },
        at(FIELD, 1, (37, 39)),
    ];
    let said = migrates(text, &warnings, text, 1);
    for left in [
        "app/src/lib.rs:1:16: RH002 `chat_kit::new::Client::go`: the compiler sees it here",
        "app/src/lib.rs:1:22: RH002 `chat_kit::new::Client::go`: it stands in what `m!` expands to",
        "app/src/lib.rs:1:37: RH002 `chat_kit::new::Client::at`: it names a variable",
        "3 left to you",
    ] {
        assert!(said.contains(left), "`{left}` is not in\n{said}");
    }
}

/// What stays as it is, and why.
#[track_caller]
fn stays(text: &str, warnings: &[Warning], why: &str) {
    let said = migrates(text, warnings, text, 1);
    let count = said.matches(why).count();
    assert_eq!(count, warnings.len(), "`{why}` in\n{said}");
}

#[test]
fn a_member_does_not_take_the_name_of_one_beside_it() {
    const VARIANT: &str =
        "use of deprecated unit variant `chat_kit::E::Old`: moved to `chat_kit::E::New`";
    let why = "`Old` and `New` are told apart in app/src/lib.rs:1";
    stays(
        "fn f(e: kit::E) -> u8 { match e { kit::E::Old => 1, kit::E::New => 2 } }\n",
        &[at(VARIANT, 1, (43, 46))],
        why,
    );
    // Nowhere else either: who makes the one would be taken for the other.
    stays(
        "fn f(e: kit::E) -> u8 { match e { kit::E::Old => 1, kit::E::New => 2 } }\nfn g() -> kit::E { kit::E::Old }\n",
        &[at(VARIANT, 1, (43, 46)), at(VARIANT, 2, (28, 31))],
        why,
    );
    migrates(
        "fn f(e: kit::E) -> bool { matches!(e, kit::E::Old) }\n",
        &[at(VARIANT, 1, (47, 50))],
        "fn f(e: kit::E) -> bool { matches!(e, kit::E::New) }\n",
        0,
    );
    let why = "`at` and `port` are told apart in app/src/lib.rs:1";
    stays(
        "fn f() { C { port: 1, at: 2 } }\n",
        &[at(FIELD, 1, (23, 28))],
        why,
    );
    stays(
        "fn f(c: C) { c.port + c.at }\nfn g(c: C) { c.at }\n",
        &[at(FIELD, 1, (23, 27)), at(FIELD, 2, (14, 18))],
        why,
    );
    let constant =
        "use of deprecated associated constant `chat_kit::C::OLD`: moved to `chat_kit::C::NEW`";
    stays(
        "fn f(n: u8) { match n { kit::C::OLD => 1, kit::C::NEW => 2 } }\n",
        &[at(constant, 1, (33, 36))],
        "`OLD` and `NEW` are told apart",
    );
}

#[test]
fn a_crate_that_nobody_depends_on_is_not_named() {
    for (moved, columns) in [
        (
            "use of deprecated function `chat_kit::old`: moved to `serde_json::from_str`",
            (10, 13),
        ),
        (
            "use of deprecated module `chat_kit::old`: moved to `chat_kit::new` (but `A` to `gone::A`)",
            (10, 13),
        ),
    ] {
        stays(
            "use kit::{old, other};\n",
            &[at(moved, 1, (11, 14))],
            "`app` does not depend on",
        );
        stays(
            "use kit::old;\n",
            &[at(moved, 1, columns)],
            "`app` does not depend on",
        );
    }
    // The standard library is always there.
    migrates(
        "use kit::swap;\n",
        &[at(
            "use of deprecated function `chat_kit::swap`: moved to `std::mem::swap`",
            1,
            (10, 14),
        )],
        "use std::mem::swap;\n",
        0,
    );
}

/// What another move rewrites beside it, or in another file, changes nothing about what is left.
#[test]
fn what_is_left_is_named_beside_what_moves() {
    const THIRD: &str =
        "use of deprecated enum `chat_kit::old::Third`: moved to `third::Th` in 0.2.0";
    const E: &str = "use of deprecated enum `chat_kit::old::E`: moved to `chat_kit::new::E`";
    let kit = [
        (
            "chat/Cargo.toml",
            "[package]\nname = \"chat-kit\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[dependencies]\nthird = \"1\"\n",
        ),
        (
            "chat/src/lib.rs",
            "pub mod new { pub enum E { A } }\n#[deprecated_reexport(since = \"0.2.0\")]\npub mod old { pub use third::Th as Third; pub use crate::new::E; }\n",
        ),
    ];
    for (text, warnings, after) in [
        (
            "use kit::old::{Third, E};\nfn f(_: Third, _: E) {}\n",
            &[at(THIRD, 1, (16, 21)), at(E, 1, (23, 24))][..],
            "use kit::new::E;\nuse kit::old::Third;\nfn f(_: Third, _: E) {}\n",
        ),
        (
            "use kit::old::E;\nuse kit::old::Third;\nfn f(_: Third, _: E) {}\n",
            &[at(E, 1, (15, 16)), at(THIRD, 2, (15, 20))],
            "use kit::new::E;\nuse kit::old::Third;\nfn f(_: Third, _: E) {}\n",
        ),
        (
            "fn f() -> (kit::old::Third, kit::old::E) {}\n",
            &[at(THIRD, 1, (22, 27)), at(E, 1, (39, 40))],
            "fn f() -> (kit::old::Third, kit::new::E) {}\n",
        ),
    ] {
        for files in [&[][..], &kit] {
            let tree = warned(text, warnings).with(files);
            let said = tree.rehome("apply --from-warnings=lines.json --allow-dirty");
            said.check(1, &[]);
            assert_eq!(tree.read("app/src/lib.rs"), after, "{}", said.out);
            let why = "does not depend on `third`";
            assert_eq!(said.out.matches(why).count(), 1, "{}", said.out);
        }
    }
    // In a file of its own.
    let text = "mod m;\nuse kit::old::E;\n";
    let third = "use kit::old::Third;\nfn f() -> Third {}\n";
    for files in [&[][..], &kit] {
        let tree = warned(text, &[at(E, 2, (15, 16))]).with(files);
        let root = tree.path().display().to_string().replace('\\', "/");
        let line = at(THIRD, 1, (15, 20)).line(&root, third);
        let lines = tree.read("lines.json") + &line.replace("app/src/lib.rs\"", "app/src/m.rs\"");
        let tree = tree.with(&[("app/src/m.rs", third), ("lines.json", &lines)]);
        for paths in ["", " app/src/m.rs"] {
            let said = tree.rehome(&format!("check --from-warnings=lines.json{paths}"));
            said.check(1, &[]);
            let place = "app/src/m.rs:1:15: RH001 `chat_kit::old::Third`";
            assert!(said.out.contains(place), "{}{}", said.out, said.messages);
        }
    }
}

/// Who migrated a file needs no second look at it.
#[test]
fn a_name_that_is_the_canonical_one_by_now_is_none() {
    let text = "use kit::new::Client;\nfn f() -> Client {}\n";
    migrates(text, &[at(CLIENT, 2, (11, 17))], text, 0);
    let text = "use kit::new::connect as open_up;\nfn f() { open_up() }\n";
    migrates(text, &[at(DECOY, 2, (10, 17))], text, 0);
}

/// The compiler points to the whole path of a macro, and calls a derive a macro as well.
#[test]
fn a_macro_moves_where_its_path_is_written_out() {
    const MESSY: &str =
        "use of deprecated macro `chat_kit::messy`: moved to `chat_kit::tidy` in 0.2.0";
    const AWAY: &str = "use of deprecated macro `chat_kit::messy`: moved to `chat_kit::new::tidy`";
    const DERIVE: &str =
        "use of deprecated derive macro `chat_kit::Told`: moved to `chat_kit::Tell` in 0.2.0";
    let tidy = |text: &str| text.replace("messy", "tidy");
    let written = "fn f() { let _ = kit::messy!(); }\n";
    migrates(written, &[at(MESSY, 1, (18, 28))], &tidy(written), 0);
    let spaced = "fn f() { let _ = ::kit :: messy ! []; }\n";
    let after = "fn f() { let _ = ::kit :: tidy ! []; }\n";
    migrates(spaced, &[at(MESSY, 1, (18, 32))], after, 0);
    let away = "fn f() { let _ = kit::new::tidy!(); }\n";
    migrates(written, &[at(AWAY, 1, (18, 28))], away, 0);
    let imported = "use kit::messy;\nfn f() { messy!{} }\n";
    let warnings = [at(MESSY, 1, (10, 15)), at(MESSY, 2, (10, 15))];
    migrates(imported, &warnings, &tidy(imported), 0);
    let aliased = "use kit as k;\nfn f() { k::messy!{} }\n";
    migrates(aliased, &[at(MESSY, 2, (10, 18))], &tidy(aliased), 0);
    let derived = "#[derive(kit::Told, Debug)]\nstruct A;\n";
    let after = "#[derive(kit::Tell, Debug)]\nstruct A;\n";
    migrates(derived, &[at(DERIVE, 1, (10, 19))], after, 0);
    // In a macro's arguments nothing but the compiler knows it.
    let within = "fn f() { run!(kit::messy!()); }\n";
    let said = warned(within, &[at(MESSY, 1, (15, 25))]).rehome("check --from-warnings=lines.json");
    said.check(1, &[]);
}

#[test]
fn a_comment_silences_what_the_compiler_sees() {
    let text = "fn f(c: T) { c.go() } // rehome: ignore[chat_kit.new.Client.go]\n";
    migrates(text, &[at(METHOD, 1, (16, 18))], text, 0);
}

#[test]
fn other_deprecations_say_nothing() {
    let text = "use kit::old::Client;\n";
    let other = "use of deprecated struct `chat_kit::old::Client`: use something else";
    migrates(text, &[at(other, 1, (15, 21))], text, 0);
    // A note that is one begins with it.
    for other in [
        "use of deprecated struct `chat_kit::old::Client`: see: moved to `chat_kit::new::Client`",
        "use of deprecated struct `chat_kit::old::Client`: Moved to `chat_kit::new::Client`",
    ] {
        migrates(text, &[at(other, 1, (15, 21))], text, 0);
    }
}

#[test]
fn a_file_that_changed_since_is_said_to_have() {
    let tree = warned("use kit::old::Client;\n", &[at(CLIENT, 1, (15, 21))]);
    let tree = tree.with(&[("app/src/lib.rs", "\nuse kit::old::Client;\n")]);
    let stale = "app/src/lib.rs is not what the compiler saw";
    tree.check(
        "check --from-warnings=lines.json",
        0,
        &[stale, "0 places: 0 moves"],
    );
}

#[test]
fn lines_come_from_a_file_or_standard_input() {
    let tree = warned("use kit::old::Client;\n", &[at(CLIENT, 1, (15, 21))]);
    tree.check(
        "check --from-warnings=lines.json -v",
        1,
        &["1 place: 1 move", "chat_kit.old.Client"],
    );
    let lines = std::fs::File::open(tree.path().join("lines.json")).expect("it is there");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rehome"));
    command
        .args(["check", "--from-warnings=-"])
        .current_dir(tree.path());
    let output = command.stdin(lines).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    tree.check(
        "check --from-warnings=app/Cargo.toml",
        2,
        &["these are not the lines of"],
    );
    tree.check("check --from-warnings=gone", 2, &["cannot read gone"]);
    tree.check("check --from-warnings=- app", 0, &["0 places"]);
    let empty = Tree::new(&[("a.py", "")]);
    empty.check(
        "check --from-warnings",
        2,
        &["no Cargo.toml", "hint: --from-warnings=FILE"],
    );
}

#[test]
fn a_note_and_the_manifest_must_agree() {
    let manifest = "schema = 1\n[[move]]\nid = \"own\"\nrust = { from = \"chat_kit::old::Client\", to = \"chat_kit::Client\", kind = \"struct\" }\n";
    let tree = warned("use kit::old::Client;\n", &[at(CLIENT, 1, (15, 21))]);
    let tree = tree.with(&[("rehome.toml", manifest)]);
    tree.check(
        "check --from-warnings=lines.json",
        2,
        &[
            "<the compiler's warnings>: `chat_kit::old::Client` leads to",
            "of rehome.toml:4:",
        ],
    );
}
