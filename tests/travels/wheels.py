"""A package of Python that ships its moves, installed as a wheel and as a source tree, and a user of it."""

import base64
import hashlib
import importlib.util
import shutil
import sys
import zipfile
from pathlib import Path

from commands import check, read, run, write

PACKAGE = {
    "websocket_core/__init__.py": "",
    "websocket_core/websocket_manager.py": """\
LIMIT = 16


class WebSocketManager:
    def __init__(self, name="nobody"):
        self.name = name


def connect(name):
    return WebSocketManager(name)
""",
    "websocket_core/unified_manager.py": '''\
"""The legacy path: what it had, it reads from where it went, and warns."""

import warnings

_MOVED = {"UnifiedWebSocketManager": "WebSocketManager", "open_ws": "connect", "LIMIT": "LIMIT"}


def __getattr__(name):
    if name not in _MOVED:
        raise AttributeError(name)
    from websocket_core import websocket_manager

    new = _MOVED[name]
    warnings.warn(f"moved to `websocket_core.websocket_manager.{new}`", DeprecationWarning, stacklevel=2)
    return getattr(websocket_manager, new)
''',
    "websocket_core/rehome.toml": """\
schema = 1
exclude = ["**"]

[package]
python = { dist = "websocket-core", import = "websocket_core" }

[python]
roots = ["src"]

[[move]]
id = "manager"
since = "0.2"
python = { from = "websocket_core.unified_manager:UnifiedWebSocketManager", to = "websocket_core.websocket_manager:WebSocketManager", kind = "class" }

[[move]]
id = "manager-module"
since = "0.3rc1"
rename = { open_ws = "connect" }
python = { from = "websocket_core.unified_manager", to = "websocket_core.websocket_manager" }

[[move]]
id = "later"
since = "0.3"
python = { from = "websocket_core.websocket_manager:LIMIT", to = "websocket_core.limits:LIMIT" }
""",
}

USER = {
    "user/__init__.py": "",
    "user/plain.py": """\
from websocket_core.unified_manager import UnifiedWebSocketManager

made = UnifiedWebSocketManager("plain")
""",
    "user/renamed.py": """\
from websocket_core.unified_manager import (
    LIMIT,
    UnifiedWebSocketManager as Manager,  # ours
)

made = [Manager("renamed")] * LIMIT
""",
    "user/chained.py": """\
import websocket_core.unified_manager


def made():
    return websocket_core.unified_manager.open_ws("chained")
""",
    "user/late.py": """\
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from websocket_core.unified_manager import UnifiedWebSocketManager


def made() -> "UnifiedWebSocketManager":
    from websocket_core import unified_manager as old

    return old.UnifiedWebSocketManager("late")
""",
    "user/looked_up.py": """\
import importlib
from unittest import mock

made = importlib.import_module("websocket_core.unified_manager").open_ws("looked up")


def patched():
    with mock.patch("websocket_core.unified_manager.UnifiedWebSocketManager", create=True):
        return True
""",
    "main.py": """\
from user import chained, late, looked_up, plain, renamed

names = [plain.made.name, renamed.made[0].name, chained.made().name, late.made().name, looked_up.made.name]
assert names == ["plain", "renamed", "chained", "late", "looked up"], names
assert len(renamed.made) == 16 and looked_up.patched()
print("all is as it was")
""",
}

METADATA = "Metadata-Version: 2.1\nName: WebSocket.Core\nVersion: 0.3rc1\n"

ENTRY_POINTS = """\
[console_scripts]
nothing = websocket_core:main

[rehome.moves]
websocket_core = websocket_core:rehome.toml
"""

#: One layout is installed by a `.pth` file, the other by an import hook.
PYPROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "websocket-core"
version = "0.3rc1"

[project.entry-points."rehome.moves"]
websocket_core = "websocket_core:rehome.toml"

[tool.setuptools]
packages = ["websocket_core"]
package-dir = { PACKAGE_DIR }
"""

#: An interpreter that runs anything of the package while moves are looked for would say so.
LOUD = "import pathlib; pathlib.Path(__file__).with_name('was-run').touch()\n"


def environment(place: Path) -> tuple[Path, Path]:
    """A new environment: its interpreter, and where packages lie in it."""
    venv = place / "project/.venv"
    run([sys.executable, "-m", "venv", "--without-pip", venv], place)
    python = venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    where = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], place)
    return python, Path(where.stdout.strip())


def wheel(place: Path) -> Path:
    """A wheel of the package, written by hand (PEP 427)."""
    info = "websocket_core-0.3rc1.dist-info"
    files = PACKAGE | {
        f"{info}/METADATA": METADATA,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": ENTRY_POINTS,
    }
    record = f"{info}/RECORD"
    lines = []
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(text.encode())}")
    files[record] = "\n".join([*lines, f"{record},,"]) + "\n"
    path = place / "websocket_core-0.3rc1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def pip(python: Path, place: Path, *words: object, expect: int | None = 0) -> str:
    command = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "--quiet", "install"]
    return run([*command, *words], place, expect).stderr


def installed(rehome: Path, place: Path) -> str | None:
    python, site = environment(place)
    path = wheel(place)
    if importlib.util.find_spec("pip"):
        pip(python, place, "--no-index", "--no-deps", path)
    else:
        zipfile.ZipFile(path).extractall(site)
    (site / "websocket_core/__init__.py").write_text(LOUD)
    migrated(rehome, place / "project", python, site / "websocket_core")
    return None


def editable(rehome: Path, place: Path) -> str | None:
    if not importlib.util.find_spec("pip"):
        return "pip is not there"
    python, _ = environment(place)
    said = pip(python, place, "setuptools>=70", expect=None)
    if said:
        return f"pip cannot install setuptools: {said.strip().splitlines()[-1]}"
    layouts = {"src/websocket_core": '"" = "src"', "code/core": 'websocket_core = "code/core"'}
    for layout, package_dir in layouts.items():
        source = place / f"a tree, {layout.replace('/', ' ')}"
        package = source / layout
        write(package, {name.removeprefix("websocket_core/"): text for name, text in PACKAGE.items()})
        write(source, {"pyproject.toml": PYPROJECT.replace("PACKAGE_DIR", package_dir)})
        pip(python, place, "--no-index", "--no-deps", "--no-build-isolation", "--editable", source)
        write(package, {"__init__.py": LOUD})
        migrated(rehome, place / "project", python, package)
    return None


def migrated(rehome: Path, project: Path, python: Path, package: Path) -> None:
    """The user's project, before and after."""
    write(project, USER)
    main = project / "main.py"
    done = run([python, "-W", "always", main], project)
    check(done.stderr.count("DeprecationWarning: moved to") >= 5, f"too few warnings:\n{done.stderr}")
    run([python, "-W", "error::DeprecationWarning", main], project, expect=1)

    (package / "was-run").unlink()
    said = run([rehome, "preview", "--installed", "-v"], project)
    check("WebSocket.Core 0.3rc1: 2 moves, 1 not yet in force" in said.stderr.replace("websocket-core", "WebSocket.Core"),
          said.stderr)
    check("not yet in force: `later`, since 0.3" in said.stderr, said.stderr)
    run([rehome, "check", "--installed=websocket_core"], project, expect=1)
    unknown = run([rehome, "check", "--installed=websocket"], project, expect=2)
    check("no installed package `websocket` ships a manifest" in unknown.stderr, unknown.stderr)
    before = read(package)
    done = run([rehome, "apply", "--installed", "--allow-dirty"], project, expect=None)
    check(done.returncode == 0, f"apply leaves something\n{done.stdout}{done.stderr}")
    check(read(package) == before, "the installed package is changed, or was run")
    run([rehome, "check", "--installed"], project)

    run([python, "-W", "error::DeprecationWarning", main], project)
    (package / "unified_manager.py").unlink()
    shutil.rmtree(package / "__pycache__", ignore_errors=True)
    run([python, "-W", "error::DeprecationWarning", main], project)
