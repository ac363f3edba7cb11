"""What all kinds of programs share: a tree on disk, and the real binary that migrates it."""

import difflib
import subprocess
from pathlib import Path

Files = dict[str, str]


def manifest(moves: dict[str, str], rename: str = "") -> str:
    """A manifest of `from: to`."""
    text = "schema = 1\n"
    for number, (old, new) in enumerate(moves.items()):
        text += f'\n[[move]]\nid = "m{number}"\n{rename}python = {{ from = "{old}", to = "{new}" }}\n'
    return text


def write(root: Path, files: Files) -> None:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def read(root: Path, files: Files) -> Files:
    """The same files as they are now."""
    return {path: (root / path).read_text(encoding="utf-8") for path in files}


def apply(rehome: Path, root: Path) -> None:
    """Migrates the tree; what is held is left, and must still behave."""
    done = subprocess.run(
        [rehome, "apply", "--quiet", "--allow-dirty", root], capture_output=True, text=True
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"rehome apply exits {done.returncode}\n{done.stderr}")


def difference(before: Files, after: Files) -> str:
    """What was changed, for whoever reads a failure."""
    out = ""
    for path, text in before.items():
        lines = text.splitlines(), after[path].splitlines()
        out += "\n".join(difflib.unified_diff(*lines, path, path, lineterm="")) + "\n"
    return out
