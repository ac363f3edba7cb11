"""The pinned crates, fetched once by cargo itself, and fresh copies of them."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WORK = ROOT / "target" / "real" / "rust"

#: One directory for what is built, so that a dependency is built once for all crates and steps.
ENVIRONMENT = dict(
    os.environ,
    CARGO_TARGET_DIR=str(WORK / "built"),
    CARGO_INCREMENTAL="0",
    CARGO_PROFILE_DEV_DEBUG="0",
    CARGO_TERM_COLOR="never",
    # A crate's newest dependencies may ask for a newer compiler.
    CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS="fallback",
    RUSTFLAGS="",
    RUST_BACKTRACE="0",
)


def cargo(*arguments, cwd, timeout=1200):
    """Runs cargo; gives its code, what it wrote to standard output, and the rest."""
    command = ["cargo", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, env=ENVIRONMENT, timeout=timeout,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def needed(*arguments, cwd):
    """Runs cargo where it must succeed."""
    code, out, err = cargo(*arguments, cwd=cwd)
    if code != 0:
        raise RuntimeError(f"cargo {' '.join(map(str, arguments))}: {err[-2000:]}")
    return out


def source(name, crate):
    """The crate as published, with a lock file: fetched once, and never changed."""
    home = WORK / "crates" / f"{name}-{crate['version']}"
    if (home / "Cargo.lock").exists():
        return home
    asking = WORK / "asking" / name
    shutil.rmtree(asking, ignore_errors=True)
    (asking / "src").mkdir(parents=True)
    (asking / "src" / "lib.rs").write_text("")
    (asking / "Cargo.toml").write_text(
        f'[package]\nname = "asking"\nversion = "0.0.0"\nedition = "2021"\n\n[workspace]\n'
        f'\n[dependencies]\n{name} = "={crate["version"]}"\n'
    )
    needed("fetch", cwd=asking)
    lock = (asking / "Cargo.lock").read_text()
    entry = rf'name = "{name}"\nversion = "{re.escape(crate["version"])}"\nsource = .*\nchecksum = "(\w+)"'
    digest = re.search(entry, lock)[1]
    if digest != crate["sha256"]:
        raise RuntimeError(f"{name} {crate['version']} has another sha256: {digest}")
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(_manifest_of(name, crate, asking).parent, home)
    for path in home.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    # Else cargo looks for a workspace further up, which is ours.
    with (home / "Cargo.toml").open("a") as manifest:
        manifest.write("\n[workspace]\n")
    pinned = HERE / "locks" / f"{name}.lock"
    (home / "Cargo.lock").unlink(missing_ok=True)
    if pinned.exists():
        shutil.copyfile(pinned, home / "Cargo.lock")
    needed("fetch", cwd=home)
    return home


def _manifest_of(name, crate, asking):
    metadata = json.loads(needed("metadata", "--format-version=1", "--offline", cwd=asking))
    (found,) = (
        one["manifest_path"]
        for one in metadata["packages"]
        if one["name"] == name and one["version"] == crate["version"]
    )
    return Path(found)


def copy(name, crate):
    """A fresh copy of the crate, always at the same place."""
    tree = WORK / "trees" / name
    shutil.rmtree(tree, ignore_errors=True)
    # The time of a copy is now: cargo takes a file of an older time for one that it has built.
    shutil.copytree(source(name, crate), tree, copy_function=shutil.copy)
    return tree


def files(tree):
    """Every file of a tree, without what rehome and cargo keep for themselves."""
    return {
        path.relative_to(tree).as_posix(): (path.read_bytes(), path.stat().st_mode)
        for path in sorted(tree.rglob("*"))
        if path.is_file() and {".rehome", "target"}.isdisjoint(path.relative_to(tree).parts)
    }


def made(name, text, dependencies=(), version="1.0.0", features=None, edition="2021"):
    """A crate of the harness's own; written only where it differs, so that it is built once."""
    home = WORK / "made" / name
    lines = [f'[package]\nname = "{home.name}"\nversion = "{version}"\nedition = "{edition}"\n']
    lines += ["\n[workspace]\n\n[lib]\npath = 'lib.rs'\ndoctest = false\n\n[dependencies]\n"]
    lines += [f"{line}\n" for line in dependencies]
    if features:
        lines += ["\n[features]\n", *(f"{key} = {json.dumps(of)}\n" for key, of in features.items())]
    for file, content in (("Cargo.toml", "".join(lines)), ("lib.rs", text)):
        path = home / file
        if not path.exists() or path.read_text() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    return home
