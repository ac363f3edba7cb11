"""The crates of legacy/, built open and poisoned, and the compiler's word on a package that uses them."""

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent

OPEN, POISONED = "open", "poisoned"

#: What each crate of legacy/ is built from, in order: its crate type and what it uses.
LEGACY = {
    "depot_macros": ("proc-macro", []),
    "annex": ("rlib", []),
    "new_crate": ("rlib", []),
    "old_crate": ("rlib", ["new_crate"]),
    "depot": ("rlib", ["annex", "depot_macros"]),
}


def rustc(*arguments: str | Path) -> None:
    done = subprocess.run(["rustc", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"legacy/ does not compile\n{done.stderr}")


def build(out: Path) -> None:
    """Builds the crates of legacy/ below `out`, in both variants."""
    for variant in (OPEN, POISONED):
        folder = out / variant
        folder.mkdir()
        built: dict[str, Path] = {}
        for name, (kind, uses) in LEGACY.items():
            if variant == POISONED and name == "old_crate":
                continue
            arguments = ["--edition=2021", "--crate-name", name, "--crate-type", kind, "-L", folder]
            for use in uses:
                arguments += ["--extern", f"{use}={built[use]}"]
            if kind == "proc-macro":
                arguments += ["--extern", "proc_macro"]
            if variant == POISONED:
                arguments += ["--cfg", "poisoned"]
            built[name] = library(folder, name)
            rustc(*arguments, "-A", "unexpected_cfgs", "-o", built[name], HERE / "legacy" / f"{name}.rs")


def library(folder: Path, name: str) -> Path:
    kind = LEGACY[name][0]
    return folder / (f"lib{name}.so" if kind == "proc-macro" else f"lib{name}.rlib")


@dataclass
class Verdict:
    """What the compiler says of a package, and what its programs print."""

    #: The first error of each target that has one.
    errors: dict[str, str] = field(default_factory=dict)
    #: What each target printed.
    printed: dict[str, str] = field(default_factory=dict)
    #: The warnings of each target, as codes, sorted.
    warnings: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Package:
    """A package on disk, compiled by plain `rustc`."""

    root: Path
    edition: str
    #: Where `build` left the crates.
    crates: Path

    def target_files(self) -> list[tuple[str, Path, list[str]]]:
        """Each target with its root file and its own flags; the library first."""
        targets = []
        lib, main = self.root / "src/lib.rs", self.root / "src/main.rs"
        if lib.exists():
            targets.append(("lib", lib, ["--crate-type", "lib", "--crate-name", "case"]))
        if main.exists():
            targets.append(("main", main, ["--crate-type", "bin", "--crate-name", "case_main"]))
        for own in (lib, main):
            texts = (file.read_bytes() for file in sorted((self.root / "src").rglob("*.rs")))
            if own.exists() and any(b"#[test]" in text for text in texts):
                targets.append((f"{own.stem} tests", own, ["--test", "--crate-name", "case"]))
        for folder, flags in (("tests", ["--test"]), ("examples", []), ("benches", ["--test"])):
            for file in sorted((self.root / folder).glob("*.rs")):
                name = f"{folder[:-1]}_{file.stem}"
                targets.append((f"{folder}/{file.stem}", file, [*flags, "--crate-name", name]))
        return targets

    def flags(self, variant: str, cfg: list[str]) -> list[str]:
        folder = self.crates / variant
        flags = [f"--edition={self.edition}", "-L", str(folder)]
        if variant == POISONED:
            flags += ["--cfg", "poisoned"]
        for name in LEGACY:
            if library(folder, name).exists() and name != "depot_macros":
                flags += ["--extern", f"{name}={library(folder, name)}"]
        for one in cfg:
            flags += ["--cfg", one]
        return flags

    def compile(self, variant: str, out: Path, cfg: list[str], run: bool) -> Verdict:
        """Compiles every target; where `run` is set, also runs what can be run."""
        verdict = Verdict()
        out.mkdir(parents=True)
        own_library: list[str] = []
        for name, file, flags in self.target_files():
            program = out / name.replace("/", "_").replace(" ", "_")
            runs = run and name != "lib"
            if name == "lib":
                # A user of the crate needs all of it; metadata is enough where nothing runs.
                program = out / ("libcase.rlib" if run else "libcase.rmeta")
            emit = "link" if run else "metadata"
            arguments = [*self.flags(variant, cfg), *flags, *own_library]
            arguments += ["--emit", emit, "-o", str(program), str(file)]
            if self.lints(verdict, name, arguments):
                if runs:
                    verdict.printed[name] = self.run(program)
                if name == "lib":
                    own_library = ["--extern", f"case={program}"]
        return verdict

    def lints(self, verdict: Verdict, name: str, arguments: list[str]) -> bool:
        command = ["rustc", "--error-format=json", "-A", "unexpected_cfgs", "-C", "debuginfo=0"]
        done = subprocess.run([*command, *arguments], capture_output=True, cwd=self.root)
        warnings = []
        error = ""
        for line in done.stderr.decode(errors="replace").splitlines():
            try:
                message = json.loads(line)
            except ValueError:
                error = error or line
                continue
            code = (message.get("code") or {}).get("code", "")
            if message.get("level") == "warning" and code:
                warnings.append(code)
            elif message.get("level", "").startswith("error"):
                error = error or message.get("rendered") or message["message"]
        verdict.warnings[name] = sorted(warnings)
        if done.returncode:
            verdict.errors[name] = error or "the compiler failed without a word"
        return not done.returncode

    def run(self, program: Path) -> str:
        done = subprocess.run([program], capture_output=True, cwd=self.root, timeout=60)
        text = done.stdout.decode(errors="replace")
        # The harness of tests runs them in any order, and tells how long it took.
        if "\ntest result: " in text:
            text = "\n".join(sorted(line for line in text.splitlines() if line.startswith("test ")))
            text = text.split("; finished in ")[0]
        return f"{text}\nexit {done.returncode}"

    def document(self, variant: str, out: Path, cfg: list[str]) -> Verdict:
        """What rustdoc says of intra-doc links, and what the doctests do."""
        verdict = Verdict()
        for name, file, flags in self.target_files()[:1]:
            arguments = [*self.flags(variant, cfg), *flags[:4], str(file)]
            links = [
                "rustdoc", *arguments, "-A", "unexpected_cfgs", "-D", "rustdoc::broken_intra_doc_links",
                "--document-private-items", "-o", str(out / f"{name}-docs"),
            ]  # fmt: skip
            done = subprocess.run(links, capture_output=True, text=True, cwd=self.root)
            if done.returncode:
                verdict.errors[f"links of {name}"] = done.stderr
            if name == "lib":
                own = out / "libcase.rmeta"
                self.lints(verdict, "lib", [*arguments, "--emit", "link", "-o", str(own)])
                doctests = ["rustdoc", "--test", "--test-args=--test-threads=1", *arguments]
                doctests += ["--extern", f"case={own.with_suffix('.rlib')}"]
                own.rename(own.with_suffix(".rlib")) if own.exists() else None
                done = subprocess.run(doctests, capture_output=True, text=True, cwd=self.root)
                # A test is called by its line, which an edit may shift.
                ends = re.findall(r"^test .* \.\.\. (ok|FAILED|ignored)", done.stdout, re.MULTILINE)
                verdict.printed["doctests"] = " ".join(sorted(ends))
                if done.returncode:
                    verdict.errors["doctests"] = done.stdout + done.stderr
        return verdict
