"""Programs of others that tests run: installed once into `target/shim-tools`, which `cargo clean` takes away.

What cannot be installed is `None`: whoever asks says what is skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent / "target" / "shim-tools"


def installed(marker, command, what):
    """Runs an installation once; whether it is there."""
    if marker.exists():
        return True
    print(f"test: installing {what} into target/shim-tools", flush=True)
    try:
        done = subprocess.run(
            [str(word) for word in command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
        )  # fmt: skip
    except OSError as error:
        print(error)
        return False
    if done.returncode == 0 and marker.exists():
        return True
    print("\n".join(done.stdout.splitlines()[-3:]))
    return False


def pip(target, *arguments):
    return [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--no-warn-conflicts", "--target", target, *arguments,
    ]  # fmt: skip


def checkers():
    """A folder with mypy, ruff and pylint."""
    target = TOOLS / "checkers"
    command = pip(target, "mypy", "ruff", "pylint", "typing_extensions")
    return target if installed(target / "mypy", command, "mypy, ruff and pylint") else None


def pyright():
    """Its program."""
    target = TOOLS / "pyright"
    program = target / "node_modules" / ".bin" / "pyright"
    npm = shutil.which("npm")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", target, "pyright"]
    return program if npm and installed(program, command, "pyright") else None


def setuptools():
    """A folder with it, to build without a network."""
    target = TOOLS / "setuptools"
    there = installed(target / "setuptools", pip(target, "setuptools>=70"), "setuptools")
    return target if there else None


def on_path(*folders):
    """The environment in which these folders are imported from."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(folder) for folder in folders)}
