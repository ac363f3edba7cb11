//! However deep or long a file is, no run overflows a stack or hangs.

mod support;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::{Files, Tree};

fn rehome(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rehome"))
        .args(args)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

/// Nothing that a file can hold makes a run panic, overflow its stack, or take long.
#[test]
fn depth_and_length_do_no_harm() {
    const DEEP: usize = 20_000;
    let import =
        "from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager";
    let deep = |open: &str, close: &str| {
        format!(
            "{import}\nx = {}UnifiedWebSocketManager{}\n",
            open.repeat(DEEP),
            close.repeat(DEEP)
        )
    };
    let texts = [
        ("parentheses", deep("(", ")")),
        ("lists", deep("[", "]")),
        ("calls", deep("f(", ")")),
        ("lambdas", deep("lambda: ", "")),
        ("nots", deep("not ", "")),
        ("minuses", deep("-", "")),
        ("powers", deep("2 ** ", "")),
        ("sums", deep("2 + ", "")),
        ("attributes", deep("", ".a")),
        ("subscripts", deep("", "[0]")),
        ("conditions", deep("1 if x else ", "")),
        ("open parentheses", deep("(", "")),
        ("strings", deep("\"'", "'\"")),
        (
            "f-strings",
            format!("{import}\nx = {}{}\n", "f'{".repeat(100), "}'".repeat(100)),
        ),
        (
            "quoted annotations",
            format!("{import}\nx: {}\n", "'\\'".repeat(500)),
        ),
        (
            "blocks",
            (0..500).fold(format!("{import}\n"), |mut text, depth| {
                text.push_str(&format!("{}if x:\n", " ".repeat(depth)));
                text
            }) + &" ".repeat(500)
                + "UnifiedWebSocketManager()\n",
        ),
        (
            "names",
            format!(
                "{import}\nx = [{}]\n",
                "UnifiedWebSocketManager, ".repeat(DEEP)
            ),
        ),
        ("imports", format!("{import}\n").repeat(500)),
        (
            "functions",
            format!("{import}\n") + &"def f():\n    return UnifiedWebSocketManager\n".repeat(2_000),
        ),
        ("else-ifs", {
            let branch = "elif x == UnifiedWebSocketManager:\n    pass\n".repeat(5_000);
            format!("{import}\nif x:\n    pass\n{branch}")
        }),
        ("nothing", String::new()),
        ("zeros", format!("{import}\n{}", "\0".repeat(1000))),
    ];
    no_harm("case.py", &texts);
}

#[test]
fn depth_and_length_do_no_harm_in_rust() {
    const DEEP: usize = 20_000;
    let import = "use websocket_core::unified_manager::UnifiedWebSocketManager;";
    let path = "websocket_core::unified_manager::UnifiedWebSocketManager";
    let expression = |open: &str, close: &str| {
        let (open, close) = (open.repeat(DEEP), close.repeat(DEEP));
        format!("{import}\nfn f() {{\n    let x = {open}UnifiedWebSocketManager{close};\n}}\n")
    };
    let in_docs = |part: &str| {
        let parts = part.repeat(50_000);
        format!("{import}\n/// {parts} {path}\nfn f() {{}}\n")
    };
    let item = |open: &str, inner: &str, close: &str| {
        format!(
            "{import}\n{}{inner}{}\n",
            open.repeat(DEEP),
            close.repeat(DEEP)
        )
    };
    let texts = [
        ("parentheses", expression("(", ")")),
        ("brackets", expression("[", "]")),
        ("blocks", expression("{", "}")),
        ("calls", expression("f(", ")")),
        ("references", expression("&", "")),
        ("sums", expression("2 + ", "")),
        (
            "sums of uses",
            expression("UnifiedWebSocketManager::A + ", ""),
        ),
        ("uses", expression("UnifiedWebSocketManager::a();", "")),
        ("fields", expression("", ".a")),
        ("methods", expression("", ".a()")),
        ("question marks", expression("", "?")),
        ("indexes", expression("", "[0]")),
        ("conditions", expression("if x { y } else ", "")),
        ("macros", expression("vec![", "]")),
        ("macros of others", expression("m!{", "}")),
        ("angle brackets", expression("<", ">")),
        ("turbofish", expression("a::<", ">")),
        ("casts", expression("", " as u8")),
        ("modules", item("mod m {", path, "}")),
        (
            "functions",
            item("fn f() {", "UnifiedWebSocketManager;", "}"),
        ),
        ("groups", {
            let (open, close) = ("a::{".repeat(500), "}".repeat(500));
            format!("use websocket_core::{open}UnifiedWebSocketManager{close};\n")
        }),
        (
            "sums of paths",
            format!(
                "fn f() {{ let x = {}1; }}\n",
                format!("{path}::A + ").repeat(DEEP)
            ),
        ),
        (
            "types",
            item("type T = Vec<", "UnifiedWebSocketManager", ">") + ";",
        ),
        (
            "tuples",
            format!(
                "{import}\ntype T = {}{path}{};\n",
                "(".repeat(DEEP),
                ",)".repeat(DEEP)
            ),
        ),
        (
            "patterns",
            format!(
                "{import}\nfn f() {{ let {}x{} = {path}; }}\n",
                "(".repeat(DEEP),
                ")".repeat(DEEP)
            ),
        ),
        ("open parentheses", expression("(", "")),
        ("open blocks", item("mod m {", "", "")),
        (
            "comments",
            format!("{import}\n{}{}\n", "/*".repeat(DEEP), "*/".repeat(DEEP)),
        ),
        (
            "block docs",
            format!(
                "{import}\n/** {}{} */ fn f() {{}}\n",
                "/*".repeat(DEEP),
                "*/".repeat(DEEP)
            ),
        ),
        (
            "attributes",
            format!("{import}\n{}fn f() {{}}\n", "#[cfg(a)]\n".repeat(DEEP)),
        ),
        (
            "docs",
            format!(
                "{import}\n{}fn f() {{}}\n",
                "/// [`UnifiedWebSocketManager`]\n".repeat(5_000)
            ),
        ),
        (
            "fences",
            format!(
                "{import}\n{}fn f() {{}}\n",
                format!("/// ```\n/// {import}\n/// ```\n").repeat(1_000)
            ),
        ),
        (
            "brackets in docs",
            format!(
                "{import}\n/// {}{path}{}\nfn f() {{}}\n",
                "[".repeat(DEEP),
                "]".repeat(DEEP)
            ),
        ),
        ("brackets without an end in docs", in_docs("[")),
        ("targets without an end in docs", in_docs("[](")),
        ("second labels without an end in docs", in_docs("[][")),
        ("definitions in one line of docs", in_docs("[x]:")),
        ("brackets in brackets of docs", in_docs("[[a]")),
        ("code without an end in docs", in_docs("`` ` ")),
        ("definitions and links in docs", {
            let one = |at| format!("/// [a{at}]: {path}\n/// [a{at}] [b{at}]\n");
            let all: String = (0..5_000).map(one).collect();
            format!("{import}\n{all}fn f() {{}}\n")
        }),
        (
            "quotes in docs",
            format!("{import}\n/// {}\nfn f() {{}}\n", "> ".repeat(DEEP)),
        ),
        ("names", {
            let all = "UnifiedWebSocketManager, ".repeat(DEEP);
            format!("{import}\nfn f() {{ g([{all}]) }}\n")
        }),
        ("imports", {
            let one = |at| format!("mod m{at} {{ {import} type T = UnifiedWebSocketManager; }}\n");
            (0..1_000).map(one).collect()
        }),
        (
            "imports of one name",
            format!("fn f() {{}}\n{import}\n").repeat(5_000),
        ),
        ("imports in one line", import.repeat(5_000)),
        ("a large group", {
            let all: String = (0..5_000).map(|at| format!("A{at}, ")).collect();
            format!(
                "use websocket_core::unified_manager::{{{all}UnifiedWebSocketManager}};\n\
                 type T = UnifiedWebSocketManager;\n"
            )
        }),
        (
            "local functions",
            format!("{import}\n")
                + &"fn f() { let a = UnifiedWebSocketManager; a }\n".repeat(2_000),
        ),
        ("stars", {
            let stars: String = (0..500).map(|at| format!("use m{at}::*;\n")).collect();
            format!("{stars}{import}\nfn f() {{ UnifiedWebSocketManager::new() }}\n")
        }),
        ("modules that take from each other", {
            let one = |at| format!("mod m{at} {{ pub use super::m{}::*; }}\n", (at + 1) % 200);
            format!("{import}\n{}", (0..200).map(one).collect::<String>())
        }),
        ("lifetimes", format!("{import}\n{}", "'a ".repeat(DEEP))),
        ("hashes", format!("{import}\n{}", "#".repeat(DEEP))),
        (
            "raw strings",
            format!("{import}\nconst X: &str = r{0}\"{0}", "#".repeat(200)),
        ),
        ("nothing", String::new()),
        ("zeros", format!("{import}\n{}", "\0".repeat(1000))),
    ];
    no_harm("case.rs", &texts);
}

/// What goes on and on without a bracket, or with one: what stands before and behind the name, of
/// an expression, a type, a pattern, and an import.
const CHAINS: [&[(&str, &str)]; 4] = [
    &[
        ("!", ""),
        ("-", ""),
        ("&mut ", ""),
        ("&raw const ", ""),
        ("|| ", ""),
        ("move |a, b| ", ""),
        ("a | |b, c| ", ""),
        ("async || ", ""),
        ("return ", ""),
        ("break 'a ", ""),
        ("yield ", ""),
        ("become ", ""),
        ("a = ", ""),
        ("a += ", ""),
        ("a..", ""),
        ("a && ", ""),
        ("if ", " {}"),
        ("if {} == ", " {}"),
        ("if x {} else if y {} else ", ""),
        ("match ", " {}"),
        ("match x { _ => ", "}"),
        ("while ", " {}"),
        ("for S {} in ", " {}"),
        ("let x = ", ""),
        ("if let x = ", " {}"),
        ("S { a: ", "}"),
        ("'a: { ", "}"),
        ("a::<(), ", ">"),
        ("#[a] ", ""),
        ("", ".await"),
        ("println!(\"{}\", ", ")"),
        ("vec![!", "]"),
        ("m!(a => !", ")"),
    ],
    &[
        ("&'a ", ""),
        ("*const ", ""),
        ("fn(u8) -> ", ""),
        ("dyn Fn(A, B) -> ", ""),
        ("impl Fn() -> ", ""),
        ("for<'a, 'b> fn() -> ", ""),
        ("A<B, ", ">"),
        ("<", " as A>::B"),
        ("[", "; 1]"),
        ("dyn A<B = ", ">"),
        ("unsafe<'a> ", ""),
    ],
    &[
        ("&", ""),
        ("a @ ", ""),
        ("box ", ""),
        ("a | ", ""),
        ("S { a: ", "}"),
        ("S(", ")"),
    ],
    &[("a::", ""), ("super::", ""), ("a::{b, ", "}")],
];

#[test]
fn chains_do_no_harm_in_rust() {
    const NAME: &str = "UnifiedWebSocketManager";
    let import = format!("use websocket_core::unified_manager::{NAME};");
    let mut texts = Vec::new();
    // So deep that it is parsed, and deeper than that.
    for deep in [2_000, 40_000] {
        for (place, chains) in CHAINS.iter().enumerate() {
            for (before, behind) in *chains {
                let chain = format!("{}{NAME}{}", before.repeat(deep), behind.repeat(deep));
                let code = match place {
                    0 => format!("fn f() {{\n    let x = {chain};\n}}\n"),
                    1 => format!("type T = {chain};\n"),
                    3 => format!("use {chain};\n"),
                    _ => format!("fn f() {{ match y {{ {chain} => {{}} }} }}\n"),
                };
                texts.push((*before, format!("{import}\n{code}")));
                if deep < 40_000 && place == 0 {
                    let docs = format!("/// ```\n/// let x = {chain};\n/// ```\nfn f() {{}}\n");
                    texts.push((*before, format!("{import}\n{docs}")));
                }
            }
        }
    }
    no_harm("case.rs", &texts);
}

/// Looks at each text, as a file of that name.
#[track_caller]
fn no_harm(file: &str, texts: &[(&str, String)]) {
    let complaints = support::complaints(texts, |(name, text)| {
        let tree = Tree::new(&Files::from([(file.to_owned(), text.clone().into_bytes())]));
        // In a process of its own: a stack that overflows takes the process with it.
        let preview = rehome(tree.root(), &["preview", "--quiet"]);
        match preview.status.code() {
            Some(0 | 1) => Ok(()),
            code => Err(format!(
                "{name}: {code:?} {}",
                String::from_utf8_lossy(&preview.stderr)
            )),
        }
    });
    support::assert_none(&complaints, texts.len());
}
