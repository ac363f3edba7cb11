"""A case of cases/: what it holds, how it is laid out as a package, and what must become of it."""

import re
import shutil
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from crates import HERE

CASES = HERE / "cases"

#: What stands beside `src/` in a package; everything else of a case goes into `src/`.
BESIDE = {"tests", "examples", "benches", "docs", "src", "Cargo.toml", "README.md", "build.rs"}

Files = dict[str, bytes]


@dataclass
class Case:
    """A folder of cases/; the keys of its `case.toml`."""

    path: Path
    edition: str = "2021"
    #: Sets of cfgs; with each of them the package compiles before and after.
    cfgs: list[list[str]] = field(default_factory=lambda: [[]])
    #: Nothing in it refers to a legacy path: no byte may change.
    near_miss: bool = False
    #: rustdoc resolves its links and runs its doctests.
    docs: bool = False
    #: rustfmt leaves it alone, before and after.
    formatted: bool = False
    #: Gone, there, and in place as before, after the migration, in any file.
    absent: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    #: Not there after the migration, whether it was before or not.
    never: list[str] = field(default_factory=list)
    #: `file:line`, or `file`, of what cannot be done and is reported; the package then compiles only open.
    left: list[str] = field(default_factory=list)
    #: `file:line` of what is done with a remark: a name that is kept by alias, say.
    noted: list[str] = field(default_factory=list)
    #: Whether it may also be left, in part or whole, if that is reported and nothing breaks.
    may_hold: bool = False
    #: Whether it may be done with remarks and reports of any number.
    may_report: bool = False
    #: Lints that may warn where they did not: a star that gives nothing any more, say.
    may_warn: list[str] = field(default_factory=list)
    #: The compiler refuses it anyway: only `absent`, `present` and `kept` count.
    broken: bool = False
    #: The crates of its `Cargo.toml`, where it brings none of its own.
    dependencies: list[str] = field(default_factory=lambda: ["annex", "depot"])

    @property
    def name(self) -> str:
        return self.path.name

    @classmethod
    def load(cls, path: Path) -> "Case":
        file = path / "case.toml"
        keys = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        unknown = keys.keys() - cls.__dataclass_fields__.keys()
        if unknown or "path" in keys:
            raise SystemExit(f"{file}: unknown keys {sorted(unknown)}")
        return cls(path, **keys)

    def lay_out(self, root: Path) -> None:
        """Copies the case into a package of its own."""
        root.mkdir(parents=True)
        for entry in sorted(self.path.iterdir()):
            if entry.name == "case.toml":
                continue
            place = root / entry.name if entry.name in BESIDE else root / "src" / entry.name
            place.parent.mkdir(exist_ok=True)
            copy = shutil.copytree if entry.is_dir() else shutil.copyfile
            copy(entry, place)
        if not (root / "Cargo.toml").exists():
            dependencies = "".join(f'{name} = "1"\n' for name in self.dependencies)
            (root / "Cargo.toml").write_text(
                f'[package]\nname = "case"\nversion = "0.1.0"\nedition = "{self.edition}"\n'
                f"\n[dependencies]\n{dependencies}",
                encoding="utf-8",
            )
        shutil.copyfile(HERE / "moves.toml", root / "rehome.toml")

    def wording(self, files: Files) -> list[str]:
        """What the text of the migrated package should not, or should, say."""
        texts = [text.decode("utf-8", errors="replace") for path, text in files.items() if path != "rehome.toml"]
        faults = [f"there is still {what!r}" for what in [*self.absent, *self.never] if any(what in text for text in texts)]
        wanted = [*self.present, *self.kept]
        faults += [f"there is no {what!r}" for what in wanted if not any(what in text for text in texts)]
        return faults


def cases(names: list[str] | None) -> list[Case]:
    found = [Case.load(path) for path in sorted(CASES.iterdir()) if path.is_dir()]
    if not names:
        return found
    unknown = set(names) - {case.name for case in found}
    if unknown:
        raise SystemExit(f"no such case: {', '.join(sorted(unknown))}")
    return [case for case in found if case.name in names]


def read(root: Path) -> Files:
    """Every file of a package, without what rehome keeps for itself."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in files
        if ".rehome" not in path.relative_to(root).parts
    }


def empty_groups(files: Files) -> int:
    """How many `use` groups hold nothing, or begin or end with a comma too many."""
    pattern = re.compile(rb"use [^;'\"]*?(?:\{\s*\}|\{\s*,|,\s*,)")
    return sum(len(pattern.findall(text)) for path, text in files.items() if path.endswith(".rs"))
