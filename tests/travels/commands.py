"""Running programs, and what they must say."""

import os
import subprocess
from pathlib import Path


def run(command: list, directory: Path, expect: int | None = 0, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a program, which must exit as expected."""
    environment = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "CARGO_NET_OFFLINE": "true"} | variables
    done = subprocess.run(
        [str(word) for word in command],
        cwd=directory, env=environment, capture_output=True, text=True, timeout=900,
    )
    if expect is not None and done.returncode != expect:
        words = " ".join(str(word) for word in command)
        raise AssertionError(f"`{words}` exits {done.returncode}, not {expect}\n{done.stdout}{done.stderr}")
    return done


def check(holds: object, what: str) -> None:
    if not holds:
        raise AssertionError(what)


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def read(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".rehome" not in path.parts
    }
