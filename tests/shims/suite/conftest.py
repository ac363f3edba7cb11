"""The packages that the tests of shims import."""

import sys

import pytest


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Each test imports the package anew."""
    monkeypatch.delenv("WSC_SHIMS", raising=False)
    ours = ["wsc", "old_wsc"]
    for name in [name for name in sys.modules if name.partition(".")[0] in ours]:
        del sys.modules[name]


@pytest.fixture
def chain(tmp_path, monkeypatch):
    """A package whose names went to a legacy path of this one, with a runtime of its own."""
    import wsc._moved

    with open(wsc._moved.__file__) as file:
        runtime = file.read().replace("WSC_SHIMS", "FIRST_SHIMS")
    package = tmp_path / "first"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "_moved.py").write_text(runtime)
    text = "from first._moved import install\ninstall(globals(), 'first.%s', %s)\n"
    (package / "names.py").write_text(text % ("names", "names={'X': 'wsc.names:Old'}"))
    (package / "whole.py").write_text(text % ("whole", "target='wsc.unified'"))
    (package / "live.py").write_text(
        "KEPT = 1\nfrom first._moved import moved_names\n"
        "__getattr__ = moved_names('first.live', names={'X': 'wsc.live:Gone'})\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "first"]:
        del sys.modules[name]
