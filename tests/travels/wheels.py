"""A package of Python that ships its shims and its moves, built and installed, and a user of it in every form."""

import json
import re
import shutil
import sys
from pathlib import Path

import tools
from commands import check, run, write
from forms import BY_HAND, CONFIGURATION, FORMS, MAIN
from journey import Downstream, travel

#: An interpreter that runs anything of the package while moves are looked for would say so.
LOUD = '"""Says that it was run."""\n\nimport pathlib\n\npathlib.Path(__file__).with_name("was-run").touch()\n'

PACKAGE = {
    "__init__.py": LOUD,
    "py.typed": "",
    "websocket_manager.py": """\
from __future__ import annotations

LIMIT = 16
_secret = "s3cret"
counter: int = 0


class WebSocketManager:
    def __init__(self, name: str = "nobody") -> None:
        self.name = name


def connect(name: str) -> WebSocketManager:
    return WebSocketManager(name)


def bump() -> int:
    global counter
    counter += 1
    return counter


if __name__ == "__main__":
    print("the canonical module ran")
""",
    "net/__init__.py": "from websocket_core.net.frames import Frame as Frame\n",
    "net/frames.py": """\
class Frame:
    size = 4


def framed(size: int) -> Frame:
    frame = Frame()
    frame.size = size
    return frame
""",
    "live.py": "KEPT = 1\n",
}

MANIFEST = """\
schema = 1

[package]
python = { dist = "WebSocket.Core", import = "websocket_core" }

[[move]]
id = "manager"
since = "0.2"
remove_in = "0.4"
python = { from = "websocket_core.unified_manager:UnifiedWebSocketManager", to = "websocket_core.websocket_manager:WebSocketManager", kind = "class" }

[[move]]
id = "open"
since = "0.2"
remove_in = "0.4"
python = { from = "websocket_core.unified_manager:open_ws", to = "websocket_core.websocket_manager:connect", kind = "function", signature = "(name: str) -> websocket_core.websocket_manager.WebSocketManager" }

[[move]]
id = "manager-module"
since = "0.3rc1"
remove_in = "0.4"
python = { from = "websocket_core.unified_manager", to = "websocket_core.websocket_manager" }

[[move]]
id = "net"
since = "0.3rc1"
remove_in = "0.4"
python = { from = "websocket_core.old_net", to = "websocket_core.net" }

[[move]]
id = "gone"
since = "0.2"
remove_in = "0.4"
python = { from = "websocket_core.live:Gone", to = "websocket_core.websocket_manager:WebSocketManager", kind = "class" }
"""

#: What is about the tree of the package alone, and a move that is announced, and not made yet.
LATER = """
[python]
roots = ["not-shipped"]

[[move]]
id = "later"
since = "0.3"
python = { from = "websocket_core.websocket_manager:LIMIT", to = "websocket_core.limits:LIMIT" }
"""

#: As docs/shims.md says.
PYPROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "WebSocket.Core"
version = "0.3rc1"

[project.entry-points."rehome.moves"]
websocket_core = "websocket_core:rehome.toml"

[tool.setuptools]
packages = PACKAGES
package-dir = { PACKAGE_DIR }

[tool.setuptools.package-data]
"*" = ["*.pyi"]
websocket_core = ["py.typed", "rehome.toml", "_moved.*"]
"""


class Wheels(Downstream):
    """A package in its source tree, and a user's project with an environment in which it is installed."""

    forms = FORMS
    file = "user/{}.py"
    says = "MovedWarning"

    def __init__(
        self, rehome: Path, place: Path, layout: str, package_dir: str, options: tuple[str, ...], hooked: bool,
    ) -> None:
        super().__init__(rehome, place, place / "project")
        #: Type checkers follow no import hook.
        self.is_typed = not hooked
        self.source = place / "the source tree"
        self.package = self.source / layout
        self.package_dir = package_dir
        self.options = options
        write(self.package, {**PACKAGE, "rehome.toml": MANIFEST})
        self.shims("--write")
        self.shims("--check")
        self.rehome_in(self.package, "check")
        self.pack("0.3rc1", MANIFEST + LATER)
        files = {self.file.format(name): text for name, (_, text) in FORMS.items()}
        strict = json.dumps({"typeCheckingMode": "strict"})
        write(self.user, {"pyrightconfig.json": strict, "user/__init__.py": "", "main.py": MAIN, **CONFIGURATION, **files})
        run([sys.executable, "-m", "venv", "--without-pip", self.user / ".venv"], place)
        self.python = self.user / ".venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        self.install()

    def shims(self, *words: str, expect: int = 0) -> str:
        return self.rehome_in(self.package, "shim", *words, expect=expect)

    def pack(self, version: str, manifest: str) -> None:
        """Writes what a build of this version reads besides the code."""
        packages = ["websocket_core", *(f"websocket_core.{path.parent.name}" for path in self.package.glob("*/__init__.py"))]
        text = PYPROJECT.replace("PACKAGES", json.dumps(packages)).replace("PACKAGE_DIR", self.package_dir)
        write(self.source, {"pyproject.toml": text.replace("0.3rc1", version)})
        write(self.package, {"rehome.toml": manifest})

    def install(self) -> None:
        command = [sys.executable, "-m", "pip", "--python", self.python, "--disable-pip-version-check", "--quiet"]
        command += ["install", "--no-index", "--no-deps", "--no-build-isolation", "--upgrade", *self.options]
        # What an earlier build put there would be packed again.
        shutil.rmtree(self.source / "build", ignore_errors=True)
        run([*command, self.source], self.place, PYTHONPATH=str(tools.setuptools()))

    def where(self) -> Path:
        """The package as Python sees it, which runs nothing of it."""
        code = "import importlib.util as u; print(u.find_spec('websocket_core').submodule_search_locations[0])"
        return Path(run([self.python, "-c", code], self.user).stdout.strip())

    def main(self, *options: str, expect: int = 0, folder: Path | None = None, **variables: str) -> str:
        """What the user's program is warned of, which runs the package; nothing else may."""
        done = run([self.python, *options, "main.py"], folder or self.user, expect, **variables)
        (self.where() / "was-run").unlink()
        return done.stderr

    def moves(self, *words: str, expect: int | None = 0) -> str:
        said = super().moves(*words, expect=expect)
        check(not (self.where() / "was-run").exists(), f"`rehome {' '.join(words)}` runs the package")
        return said

    def warnings(self) -> dict[str, list[str]]:
        """Two names that one statement takes are two warnings."""
        said = self.main("-W", "always::DeprecationWarning")
        found: dict[str, set[tuple[int, str]]] = {}
        for file, line, text in re.findall(r"^(\S+?):(\d+): (\w+: .*)$", said, re.MULTILINE):
            name = Path(file).resolve().relative_to(self.user).as_posix()
            found.setdefault(name, set()).add((int(line), text))
        return {file: [text for _, text in sorted(all_of)] for file, all_of in found.items()}

    def recorded(self) -> str:
        """A record of what the program uses, made in another checkout."""
        elsewhere = self.place / "elsewhere/checkout"
        shutil.copytree(self.user, elsewhere, ignore=shutil.ignore_patterns(".venv"))
        uses = self.place / "uses.jsonl"
        uses.write_text("")
        said = self.main("-W", "error::DeprecationWarning", folder=elsewhere, WEBSOCKET_CORE_SHIMS=f"record={uses}")
        check("Moved" not in said, said)
        shutil.rmtree(elsewhere)
        return f"--recorded={uses}"

    def complaints(self, when: str, flagged: bool) -> None:
        """The checkers flag the lines that say so, and no others."""
        lines = {
            (self.file.format(name), number)
            for name, (_, text) in FORMS.items()
            for number, line in enumerate(text.splitlines(), 1)
            if flagged and "# says: deprecated" in line
        }
        for name, command in self.checkers().items() if self.is_typed else ():
            done = run(command, self.user, None, PYTHONPATH=str(tools.checkers() or ""))
            said = re.findall(r"(user/\w+\.py|main\.py):(\d+)\b.*(?:error|warning)", done.stdout.replace("\\", "/"))
            found = {(file, int(line)) for file, line in said}
            check(found == lines, f"{when} {name} says something else: {found ^ lines}\n{done.stdout}{done.stderr}")

    def checkers(self) -> dict[str, list[object]]:
        """The type checkers that are there, at their strictest."""
        checkers: dict[str, list[object]] = {}
        if tools.checkers():
            mypy = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--enable-error-code", "deprecated"]
            checkers["mypy"] = [*mypy, "--python-executable", self.python, "user", "main.py"]
        if tools.pyright():
            checkers["pyright"] = [tools.pyright(), "--pythonpath", self.python]
        return checkers

    def is_clean(self, when: str) -> None:
        self.main("-W", "error::DeprecationWarning")
        self.complaints(when, flagged=False)

    def lose_the_shims(self) -> None:
        self.pack("0.4", MANIFEST)
        said = self.rehome_in(self.package, "check", expect=1)
        check("RH005 the shim of `websocket_core.unified_manager" in said, said)
        self.shims("--write", "--allow-dirty")
        self.rehome_in(self.package, "check")
        left = {str(path.relative_to(self.package)) for path in self.package.rglob("*") if path.is_file()}
        check({file for file in left if ".rehome" not in file} == {*PACKAGE, "rehome.toml"}, f"there is still {left}")
        self.pack("0.4", MANIFEST)
        self.install()
        check(not (self.where() / "unified_manager.py").exists(), "the shims are still installed")


def migrated(
    rehome: Path, place: Path, layout: str, package_dir: str, *options: str, hooked: bool = False,
) -> None:
    place.mkdir(exist_ok=True)
    wheels = Wheels(rehome, place, layout, package_dir, options, hooked)
    wheels.main("-W", "error::DeprecationWarning", expect=1)
    wheels.complaints("before", flagged=True)
    unknown = wheels.moves("check", "--installed=websocket", expect=2)
    check("no installed package `websocket` ships a manifest" in unknown, unknown)
    told = ("WebSocket.Core 0.3rc1: 5 moves, 1 not yet in force", "not yet in force: `later`, since 0.3")
    recorded = wheels.recorded()

    def by_hand(said: str) -> None:
        left = re.findall(r"^  user/(\w+)\.py:\d+:.* seen at run time$", said, re.MULTILINE)
        # The first two took the path from a place that is edited: the program no longer uses it.
        check(left == ["configured", "in_a_string", "put_together"], said)
        check("3 left to you" in said, said)
        write(wheels.user, {"user/put_together.py": BY_HAND})
        check(wheels.recorded() == recorded, "it is another record")

    travel(wheels, "--installed", recorded, told=told, by_hand=by_hand)


def installed(rehome: Path, place: Path) -> str | None:
    if not tools.setuptools():
        return "setuptools cannot be installed"
    migrated(rehome, place, "src/websocket_core", '"" = "src"')
    missing = [name for name, there in {"mypy": tools.checkers(), "pyright": tools.pyright()}.items() if not there]
    return f"{' and '.join(missing)} cannot be installed" if missing else None


def editable(rehome: Path, place: Path) -> str | None:
    """One layout is installed by a `.pth` file, the other by an import hook."""
    if not tools.setuptools():
        return "setuptools cannot be installed"
    migrated(rehome, place / "path", "src/websocket_core", '"" = "src"', "--editable")
    hook = ("code/websocket_core", 'websocket_core = "code/websocket_core"')
    migrated(rehome, place / "hook", *hook, "--editable", hooked=True)
    return None
