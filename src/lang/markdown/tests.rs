//! Documents before and after, with a stand-in for Python that knows one import and one call.

use super::*;
use crate::edit::{Edit, EditSet};
use crate::finding::{Code, Problem, Site};
use crate::lang::dotted::tests::plan;

/// Moves `from a.b.legacy import Old` with its uses; `!` is a syntax error.
fn python(text: &str) -> Scan {
    let mut scan = Scan::default();
    let statement = "a.b.legacy import Old";
    if let Some(offset) = text.find('!') {
        scan.problems.push(Problem {
            offset,
            message: "no".to_owned(),
        });
    }
    let Some(at) = text.find(statement) else {
        return scan;
    };
    let range = at..at + statement.len();
    let mut edits = vec![Edit::replace(range.clone(), "a.b.canon import New")];
    for (at, _) in text.match_indices("Old(") {
        edits.push(Edit::replace(at..at + 3, "New"));
    }
    // A name that stays goes to a line of its own.
    if let Some(at) = text.find(", stays") {
        edits.push(Edit::replace(at..at + 7, "\nfrom a.b.legacy import stays"));
    }
    scan.findings.push(Finding {
        sites: vec![Site {
            code: Code::Import,
            range,
            move_id: "move-a.b.legacy:Old".to_owned(),
            from: "a.b.legacy.Old".to_owned(),
            to: "a.b.canon.New".to_owned(),
            reason: None,
        }],
        edits,
        confidence: Confidence::Certain,
        reason: None,
        renames: Vec::new(),
        requires: None,
        blocked: None,
        imports: Vec::new(),
    });
    scan
}

fn scanned(name: &str, text: &str) -> Vec<Finding> {
    let source = Source::new(name, text);
    let outline = outline(&source, &rust::document::Document::default());
    let none = Vec::new();
    scan(&plan(), &source, (&outline, none), &|_, code| python(code)).findings
}

fn applied(text: &str, findings: &[Finding], which: impl Fn(&Finding) -> bool) -> String {
    let mut set = EditSet::default();
    for finding in findings.iter().filter(|it| which(it)) {
        set.add_all(&finding.edits).expect("disjoint");
    }
    set.apply(text)
}

/// `before` with all but the mentions moved.
#[track_caller]
fn check(name: &str, before: &str, after: &str) {
    let findings = scanned(name, before);
    assert_eq!(applied(before, &findings, |it| !it.is_mention()), after);
    let dos = before.replace('\n', "\r\n");
    let findings = scanned(name, &dos);
    let moved = applied(&dos, &findings, |it| !it.is_mention());
    assert_eq!(moved.replace("\r\n", "\n"), after, "with CRLF");
}

#[track_caller]
fn check_md(before: &str, after: &str) {
    check("a.md", before, after);
}

#[track_caller]
fn check_rst(before: &str, after: &str) {
    check("a.rst", before, after);
}

/// `before` with all moved, mentions too.
#[track_caller]
fn check_text(name: &str, before: &str, after: &str) {
    let findings = scanned(name, before);
    assert_eq!(applied(before, &findings, |_| true), after);
}

/// Nothing moves, and this many findings say why.
#[track_caller]
fn check_held(name: &str, text: &str, held: usize) {
    let findings = scanned(name, text);
    assert_eq!(applied(text, &findings, |_| true), text);
    let found = findings.iter().filter(|it| it.reason.is_some()).count();
    assert_eq!(found, held, "{text}");
}

const OLD: &str = "from a.b.legacy import Old\nOld()\n";
const NEW: &str = "from a.b.canon import New\nNew()\n";

#[test]
fn python_fences_move_whatever_their_form() {
    for (open, close) in [
        ("```python", "```"),
        ("```py title=\"a.py\"", "````"),
        ("~~~~ {.python .x}", "~~~~"),
        ("```{code-block} python", "```"),
        ("```{code-block} python\n:linenos:\n", "```"),
        ("```{code-cell} ipython3\n---\ntags: [x]\n---", "```"),
        ("   ``` python", "  ```"),
        (":::{code-block} python", ":::"),
        ("Text\n```Python3", "```\ntext"),
    ] {
        let document = |code: &str| format!("# T\n\n{open}\n{code}{close}\n\nend\n");
        check_md(&document(OLD), &document(NEW));
    }
    check_md(&format!("```python\n{OLD}"), &format!("```python\n{NEW}"));
}

#[test]
fn fences_stand_in_lists_quotes_and_tabs() {
    check_md(
        "- a\n\n  ```python\n  from a.b.legacy import Old\n\n  Old()\n  ```\n- b\n",
        "- a\n\n  ```python\n  from a.b.canon import New\n\n  New()\n  ```\n- b\n",
    );
    check_md(
        "1. ```python\n   from a.b.legacy import Old\n   ```\n",
        "1. ```python\n   from a.b.canon import New\n   ```\n",
    );
    check_md(
        "> > ```python\n> > from a.b.legacy import Old, stays\n> > Old()\n> > ```\n> x\n",
        "> > ```python\n> > from a.b.canon import New\n> > from a.b.legacy import stays\n> > New()\n> > ```\n> x\n",
    );
    check_md(
        "=== \"A\"\n\n    ```python\n    from a.b.legacy import Old, stays\n    ```\n",
        "=== \"A\"\n\n    ```python\n    from a.b.canon import New\n    from a.b.legacy import stays\n    ```\n",
    );
    check_md(
        "```{note}\n`a.b.legacy.Old`\n~~~python\nfrom a.b.legacy import Old\n~~~\n```\n`p.legacy`\n",
        "```{note}\n`a.b.canon.New`\n~~~python\nfrom a.b.canon import New\n~~~\n```\n`q.fresh`\n",
    );
}

#[test]
fn a_longer_fence_holds_shorter_ones() {
    check_md(
        "````text\n```python\nfrom a.b.legacy import Old\n```\n````\n`p.legacy`\n",
        "````text\n```python\nfrom a.b.legacy import Old\n```\n````\n`q.fresh`\n",
    );
    check_md(
        "~~~\n```python\nfrom a.b.legacy import Old\n~~~\n`p.legacy`\n",
        "~~~\n```python\nfrom a.b.legacy import Old\n~~~\n`q.fresh`\n",
    );
}

#[test]
fn a_fence_that_nothing_closes_ends_with_its_container() {
    check_md(
        "> ```python\n> from a.b.legacy import Old\n\n`p.legacy`\n",
        "> ```python\n> from a.b.canon import New\n\n`q.fresh`\n",
    );
    check_md(
        "- ```python\n  from a.b.legacy import Old\n\n`p.legacy`\n\n```\nx\n```\n`p.legacy`\n",
        "- ```python\n  from a.b.canon import New\n\n`q.fresh`\n\n```\nx\n```\n`q.fresh`\n",
    );
}

#[test]
fn sessions_move_and_their_output_stays() {
    let session = |import: &str, call: &str| {
        format!(
            "```pycon\n>>> {import}\n>>> def f():\n...     return {call}()\n...\n>>> f()\n\
             a.b.legacy.Old()\n```\n"
        )
    };
    check_md(
        &session("from a.b.legacy import Old", "Old"),
        &session("from a.b.canon import New", "New"),
    );
    check_md(
        "```\n>>> from a.b.legacy import Old, stays\n>>> Old()\n<Old()>\n```\n",
        "```\n>>> from a.b.canon import New\n>>> from a.b.legacy import stays\n>>> New()\n<Old()>\n```\n",
    );
    check_md(
        "```ipython\nIn [1]: from a.b.legacy import Old\n\nIn [2]: Old()\nOut[2]: Old()\n```\n",
        "```ipython\nIn [1]: from a.b.canon import New\n\nIn [2]: New()\nOut[2]: Old()\n```\n",
    );
}

#[test]
fn other_fences_are_text() {
    for info in ["", "bash", "text", "pythonic", "{.console}"] {
        let text = format!("```{info}\nfrom a.b.legacy import Old\n```\n");
        check_md(&text, &text);
        let moved = text.replace("a.b.legacy import Old", "a.b.canon import New");
        check_text("a.md", &text, &moved);
    }
}

#[test]
fn inline_code_that_is_one_path_moves() {
    check_md(
        "See `a.b.legacy.Old`, ``p.legacy``, `a.b.legacy:Old`, ` p.legacy.f() `.\n",
        "See `a.b.canon.New`, ``q.fresh``, `a.b.canon:New`, ` q.fresh.f() `.\n",
    );
    check_md(
        "| `p.legacy` | x |\n|---|---|\n| a `` ` `` b | `a.b.legacy.Old` |\n",
        "| `q.fresh` | x |\n|---|---|\n| a `` ` `` b | `a.b.canon.New` |\n",
    );
    check_md(
        "{py:class}`~a.b.legacy.Old` {class}`old <a.b.legacy.Old>` <code>p.legacy</code>\n",
        "{py:class}`~a.b.canon.New` {class}`old <a.b.canon.New>` <code>q.fresh</code>\n",
    );
    check_md(
        "::: a.b.legacy.Old\n    options: x\n\n[it][a.b.legacy.Old], [p.legacy][]\n",
        "::: a.b.canon.New\n    options: x\n\n[it][a.b.canon.New], [q.fresh][]\n",
    );
}

#[test]
fn inline_code_that_is_more_or_less_stays() {
    for text in [
        "`x = a.b.legacy.Old`\n",
        "`a.b.legacy`, `Old`, `json`, `p.legacy2`\n",
        "`` `p.legacy ``\n",
        "a.b.legacy.Old, p.legacy\n",
        "`a` p.legacy `b`\n",
        "``p.legacy`\n",
    ] {
        check_md(text, text);
    }
}

#[test]
fn prose_is_mentioned_and_moves_only_as_text() {
    let before = "Use a.b.legacy.Old. [x](https://e.org/p.legacy.f) <!-- p.legacy -->\n";
    let findings = scanned("a.md", before);
    assert!(findings.iter().all(Finding::is_mention));
    check_text(
        "a.md",
        before,
        "Use a.b.canon.New. [x](https://e.org/p.legacy.f) <!-- q.fresh -->\n",
    );
}

#[test]
fn what_shows_both_paths_is_held() {
    let guide = "```python\nfrom a.b.legacy import Old  # before\nfrom a.b.canon import New\n```\n";
    check_held("a.md", guide, 1);
    let pair = format!("Before:\n\n```python\n{OLD}```\n\nAfter:\n\n```python\n{NEW}```\n");
    check_held("a.md", &pair, 1);
    let reversed = format!("Do\n```python\n{NEW}```\nnot\n```python\n{OLD}```\n");
    check_held("a.md", &reversed, 1);
    check_held("a.md", "- `a.b.legacy.Old` → `a.b.canon.New`\n", 1);
    check_held("a.md", "| `a.b.legacy.Old` | `a.b.canon:New` |\n", 1);
    check_held("a.md", "a.b.legacy.Old is now\n`a.b.canon.New`.\n", 1);
    check_held(
        "a.md",
        "```diff\n-from a.b.legacy import Old\n+from a.b.canon import New\n```\n",
        1,
    );
    check_held(
        "a.rst",
        "* - ``a.b.legacy.Old``\n  - ``a.b.canon.New``\n",
        1,
    );
}

#[test]
fn what_shows_another_path_is_not_held() {
    let far = "\n".repeat(20);
    check_md(
        &format!("```python\n{OLD}```\n{far}```python\n{NEW}```\n"),
        &format!("```python\n{NEW}```\n{far}```python\n{NEW}```\n"),
    );
    check_md(
        &format!("```python\n{OLD}from a.b.canon import Other\n```\n"),
        &format!("```python\n{NEW}from a.b.canon import Other\n```\n"),
    );
    check_md(
        "- `a.b.legacy.Old`\n- `a.b.canon.New`\n\n`p.legacy` and `a.b.canon.New`\n",
        "- `a.b.canon.New`\n- `a.b.canon.New`\n\n`q.fresh` and `a.b.canon.New`\n",
    );
}

#[test]
fn changelogs_are_never_touched() {
    let text = format!("`p.legacy` p.legacy\n\n```python\n{OLD}```\n");
    for name in [
        "CHANGELOG.md",
        "docs/changelog-2.md",
        "History.rst",
        "NEWS.md",
        "changelog.d/12.fix.md",
        "newsfragments/3.rst",
        "docs/release-notes/1.0.md",
        "docs/releases/2/index.md",
    ] {
        let findings = scanned(name, &text);
        assert_eq!(findings.len(), 3, "{name}");
        assert!(
            findings
                .iter()
                .all(|it| it.is_mention() && it.edits.is_empty())
        );
    }
    for name in ["newsletter.md", "historian.md", "docs/changing.md"] {
        let moves = scanned(name, &text).iter().any(|it| !it.edits.is_empty());
        assert!(moves, "{name}");
    }
}

#[test]
fn a_fence_that_does_not_parse_is_no_more_than_likely() {
    let findings = scanned("a.md", &format!("```python\n{OLD}!\n```\n"));
    assert_eq!(findings[0].confidence, Confidence::Likely);
    let findings = scanned("a.md", &format!("```python\n{OLD}```\n"));
    assert_eq!(findings[0].confidence, Confidence::Certain);
}

#[test]
fn configuration_in_fences_and_front_matter_moves() {
    check_md(
        "---\nmodule: p.legacy  # x\n---\n\n- ```yaml\n  a:\n    - p.legacy\n  ```\n\n```toml\na = 'p.legacy'\n```\n",
        "---\nmodule: q.fresh  # x\n---\n\n- ```yaml\n  a:\n    - q.fresh\n  ```\n\n```toml\na = 'q.fresh'\n```\n",
    );
    check_md("---\n\n`p.legacy`\n", "---\n\n`q.fresh`\n");
}

#[test]
fn a_comment_silences_the_line_or_the_fence_below() {
    for text in [
        "<!-- rehome: ignore[RH003] history -->\n`p.legacy`\n",
        "`p.legacy` <!-- rehome: ignore[move-p.legacy] -->\n",
        "<!-- rehome: ignore[RH001] -->\n```python\nfrom a.b.legacy import Old\n```\n",
    ] {
        assert_eq!(scanned("a.md", text), [], "{text}");
    }
    let rst = ".. rehome: ignore[RH003]\n``p.legacy``\n";
    assert_eq!(scanned("a.rst", rst), []);
    check_md(
        "<!-- rehome: ignore[RH001] -->\n`p.legacy`\n",
        "<!-- rehome: ignore[RH001] -->\n`q.fresh`\n",
    );
}

#[test]
fn restructured_code_blocks_and_sessions_move() {
    check_rst(
        "T\n=\n\n.. code-block:: python\n   :linenos:\n\n   from a.b.legacy import Old, stays\n\n   Old()\n\nend\n",
        "T\n=\n\n.. code-block:: python\n   :linenos:\n\n   from a.b.canon import New\n   from a.b.legacy import stays\n\n   New()\n\nend\n",
    );
    check_rst(
        "Do::\n\n    from a.b.legacy import Old\n    Old()\n\n.. code::\n\n  from a.b.legacy import Old\n",
        "Do::\n\n    from a.b.canon import New\n    New()\n\n.. code::\n\n  from a.b.canon import New\n",
    );
    check_rst(
        ">>> from a.b.legacy import Old\n>>> Old()\nOld()\n\n  >>> from a.b.legacy import Old\n",
        ">>> from a.b.canon import New\n>>> New()\nOld()\n\n  >>> from a.b.canon import New\n",
    );
    check_rst(
        ".. note::\n\n   .. code-block:: python\n\n      from a.b.legacy import Old\n",
        ".. note::\n\n   .. code-block:: python\n\n      from a.b.canon import New\n",
    );
}

#[test]
fn restructured_text_of_other_languages_stays() {
    for text in [
        ".. code-block:: bash\n\n   from a.b.legacy import Old\n",
        "Run::\n\n   from a.b.legacy import Old !\n",
        ".. highlight:: console\n\nRun::\n\n   from a.b.legacy import Old\n",
        "text from a.b.legacy import Old\n",
        "`a.b.legacy.Old`_ and :class:`Old`\n",
    ] {
        check_rst(text, text);
    }
}

#[test]
fn restructured_roles_and_directives_move() {
    check_rst(
        ":py:class:`~a.b.legacy.Old` ``p.legacy`` :class:`old <a.b.legacy.Old>` `p.legacy.f`\n",
        ":py:class:`~a.b.canon.New` ``q.fresh`` :class:`old <a.b.canon.New>` `q.fresh.f`\n",
    );
    check_rst(
        ".. automodule:: p.legacy\n   :members:\n\n.. autoclass:: a.b.legacy.Old(x)\n\n.. py:function:: p.legacy.f\n",
        ".. automodule:: q.fresh\n   :members:\n\n.. autoclass:: a.b.canon.New(x)\n\n.. py:function:: q.fresh.f\n",
    );
    check_rst(
        ".. autosummary::\n   :toctree: x\n\n   p.legacy\n   ~a.b.legacy.Old\n",
        ".. autosummary::\n   :toctree: x\n\n   q.fresh\n   ~a.b.canon.New\n",
    );
}

#[test]
fn odd_documents_neither_panic_nor_hang() {
    for text in [
        "",
        "\u{feff}",
        "```",
        "```python",
        "> ```python",
        "- ```",
        "---",
        "---\n---",
        "`",
        "``",
        "\r",
        "\r\r\n```python\r`",
        "::",
        "a::\n",
        ">>>",
        "..",
        ".. x::",
        ".. code::",
        "In [",
        "é```python\né\n",
        "```{",
        "```{}",
        "{py:class}`<>`",
        "::: ",
        ":::",
        ":::{x}\n:::\n:::",
        "<!-- rehome: ignore[",
        "| | |",
        "* - ",
        "[][]",
        "```python\n:x\n",
        "```{code}\n---\n",
    ] {
        scanned("a.md", text);
        scanned("a.rst", text);
    }
    for piece in [
        "```a\n",
        "> ",
        "- ",
        "`",
        "`a``",
        "```{x}\n",
        "    ",
        "[",
        "][",
        "<code>",
        "a::\n\n  b\n",
        ":::{x}\n",
        ">>> a\n",
        "`` ` ",
        "| a | `p.legacy` |\n",
        "- ```a\n",
        "a.b.canon.New p.legacy ",
        "```python\nfrom a.b.legacy import Old\n```\n",
        ".. a::\n",
        "  .. a::\n",
    ] {
        let text = piece.repeat(40_000);
        scanned("a.md", &text);
        scanned("a.rst", &text);
    }
    let stairs: String = (0..700)
        .map(|n| format!("{}.. a::\n", " ".repeat(n)))
        .collect();
    scanned("a.rst", &stairs);
    let ticks: String = (1..700).map(|n| format!("{} a ", "`".repeat(n))).collect();
    scanned("a.md", &ticks);
    let fences: String = (3..700)
        .rev()
        .map(|n| format!("{}a\n", "`".repeat(n)))
        .collect();
    scanned("a.md", &fences);
}
