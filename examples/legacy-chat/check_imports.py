#!/usr/bin/env python3
"""Every module can be imported first, and every route to the manager leads to one class.

Exits with 1 and says which module or route is at fault otherwise.
"""

import importlib
import subprocess
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent
CORE = "netra_backend.app.websocket_core"
OLD = "UnifiedWebSocketManager"
ROUTES = [
    (CORE, OLD),
    (f"{CORE}.manager", OLD),
    (f"{CORE}.canonical_imports", OLD),
    (f"{CORE}.canonical_imports", "ConnectionManager"),
    (f"{CORE}.unified_manager", OLD),
]


def modules() -> list[str]:
    """The dotted names of all modules of the package."""
    names = []
    for path in sorted((ROOT / "netra_backend").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def main() -> int:
    faults = []
    for name in modules():
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", f"import {name}"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )
        if done.returncode != 0:
            faults.append(f"{name} cannot be imported first: {done.stderr.strip().splitlines()[-1]}")
    sys.path.insert(0, str(ROOT))
    warnings.simplefilter("ignore")
    canonical = importlib.import_module(f"{CORE}.websocket_manager").WebSocketManager
    for module, name in ROUTES:
        if getattr(importlib.import_module(module), name) is not canonical:
            faults.append(f"{module}.{name} is another object")
    print("\n".join(faults) or f"{len(modules())} modules and {len(ROUTES)} routes are in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
