"""Which files rustfmt leaves alone, and why it no longer does."""

import re
import subprocess

from corpus import WORK

#: Without a configuration, one further up would be taken, ours: by rustfmt, and by rehome.
PLAIN = WORK / "trees" / "rustfmt.toml"


def unclean(tree, edition):
    """The files that rustfmt would change, or cannot read."""
    sources = [path for path in sorted(tree.rglob("*.rs")) if "target" not in path.relative_to(tree).parts]
    done = subprocess.run(
        [*_command(tree, edition), "-l", "--check", *map(str, sources)],
        capture_output=True, encoding="utf-8", errors="replace", cwd=tree,
    )  # fmt: skip
    listed = {line.strip() for line in done.stdout.splitlines()}
    listed |= set(re.findall(r"--> (/\S+?):\d+", done.stderr))
    return {path.relative_to(tree).as_posix() for path in sources if str(path) in listed}


def cause(tree, edition, path):
    """`width` where rustfmt only breaks lines elsewhere, because names have another length; else `order`."""
    text = (tree / path).read_text()
    done = subprocess.run(_command(tree, edition), input=text, capture_output=True, encoding="utf-8", cwd=tree)
    # Commas at the ends of lines and braces around the bodies of closures come and go with them.
    bare = (re.sub(r"[\s,{}]|//[/!]?", "", one) for one in (text, done.stdout))
    return "width" if len(set(bare)) == 1 else "order"


def _command(tree, edition):
    own = [tree / name for name in ("rustfmt.toml", ".rustfmt.toml") if (tree / name).exists()]
    if not own:
        PLAIN.parent.mkdir(parents=True, exist_ok=True)
        PLAIN.touch()
    return ["rustfmt", "--edition", edition, "--config-path", str(own[0] if own else PLAIN)]
