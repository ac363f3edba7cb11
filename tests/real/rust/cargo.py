"""What cargo says of a crate: its warnings, its errors, and the outcome of every test."""

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from corpus import cargo


@dataclass
class Verdict:
    """A crate as it stands."""

    #: `file:line` of each error, and its text.
    errors: list = field(default_factory=list)
    #: How often each (file, code) of a warning comes.
    warnings: Counter = field(default_factory=Counter)
    #: What was said of one of them.
    texts: dict = field(default_factory=dict)
    #: How often each (target, test) has each outcome.
    tests: Counter = field(default_factory=Counter)
    said: str = ""

    @property
    def passed(self):
        return sum(count for (_, _, outcome), count in self.tests.items() if outcome == "ok")


def checked(tree, crate, config=()):
    """`cargo check --all-targets`."""
    verdict = Verdict()
    arguments = crate.get("args", [])
    targets = crate.get("targets", ["--all-targets"])
    code, out, err = cargo(
        "check", "--offline", "--keep-going", "--message-format=json", *targets, *arguments, *config, cwd=tree
    )
    seen = set()
    for line in out.splitlines():
        entry = json.loads(line)
        if entry["reason"] != "compiler-message" or not Path(entry["manifest_path"]).is_relative_to(tree):
            continue
        message = entry["message"]
        if message["level"] not in ("warning", "error") or not message["spans"]:
            continue
        places = [f"{span['file_name']}:{span['line_start']}" for span in _own(message["spans"])]
        key = (message["level"], message["message"], *places)
        if key in seen:
            # The library is checked a second time for its tests.
            continue
        seen.add(key)
        if message["level"] == "error":
            verdict.errors += [(places[0] if places else "?", message["rendered"])]
        else:
            name = places[0].rsplit(":", 1)[0] if places else "?"
            kind = name, (message["code"] or {}).get("code", "")
            verdict.warnings[kind] += 1
            verdict.texts[kind] = message["rendered"]
    if code != 0 and not verdict.errors:
        verdict.errors.append(("?", err[-3000:]))
    return verdict


def _own(spans):
    """The places in the crate's own files: where a macro of another crate is called, say."""
    spans = [span for span in spans if span["is_primary"]] or spans
    for span in spans:
        while span["expansion"] and Path(span["file_name"]).is_absolute():
            span = span["expansion"]["span"]
        yield span


def tested(tree, crate, config=()):
    """`cargo test`: unit tests, integration tests and doctests."""
    verdict = Verdict()
    arguments = crate.get("args", [])
    command = ["test", "--offline", "--no-fail-fast", *arguments, *config, *crate.get("test_args", [])]
    code, out, err = cargo(*command, cwd=tree)
    verdict.said = out[-6000:] + err[-3000:]
    # Which target a line of standard output belongs to is told on standard error, in the same order.
    heads = re.findall(r"^ +(?:Running (.+?) \(|Doc-tests (\S+))", err, re.MULTILINE)
    target = -1
    for line in out.splitlines():
        if re.match(r"running \d+ tests?$", line):
            target += 1
        found = re.match(r"test (.+?)(?: - should panic)? \.\.\. (\w+)", line)
        if found:
            name = re.sub(r" \(line \d+\)", "", found[1])
            head = "".join(heads[min(target, len(heads) - 1)]) if heads else "?"
            verdict.tests[head, name, found[2]] += 1
    if code != 0:
        verdict.errors.append(("?", err[-2000:]))
    return verdict
