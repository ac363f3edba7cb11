"""The legacy path still works, and says so to whoever uses it."""

import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "netra_backend.app.websocket_core"


def run(code: str, *options: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *options, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


class Deprecation(unittest.TestCase):
    def test_the_legacy_path_warns_and_names_the_canonical_one(self) -> None:
        done = run(f"from {PACKAGE}.unified_manager import UnifiedWebSocketManager", "-Wdefault")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("<string>:1: DeprecationWarning", done.stderr)
        self.assertIn(f"use {PACKAGE}.websocket_manager.WebSocketManager", done.stderr)

    def test_warnings_can_be_errors(self) -> None:
        code = f"import {PACKAGE}.unified_manager as old; old.UnifiedWebSocketManager"
        self.assertNotEqual(run(code, "-Werror::DeprecationWarning").returncode, 0)

    def test_the_canonical_path_is_silent(self) -> None:
        code = f"from {PACKAGE}.websocket_manager import WebSocketManager; WebSocketManager('ada')"
        done = run(code, "-Werror::DeprecationWarning")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_both_paths_give_one_class(self) -> None:
        code = (
            f"from {PACKAGE} import unified_manager, websocket_manager\n"
            "assert unified_manager.UnifiedWebSocketManager is websocket_manager.WebSocketManager"
        )
        self.assertEqual(run(code, "-Wignore").returncode, 0)


if __name__ == "__main__":
    unittest.main()
