//! Moves that installed distributions of Python ship.

use super::*;

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
