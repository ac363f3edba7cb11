"""Services: what runs beside the conversations."""

import importlib
import unittest
import warnings
from pathlib import Path
from unittest import mock

import netra_backend.app.websocket_core.unified_manager as um
from netra_backend.app.services.audit_log import AuditLog
from netra_backend.app.services.broadcast import broadcast
from netra_backend.app.services.labels import title
from netra_backend.app.services.listeners import default_listener
from netra_backend.app.services.metrics import idle, open_count
from netra_backend.app.services.notifications import notify
from netra_backend.app.services.onboarding import welcome
from netra_backend.app.services.registry import COMPONENTS, load
from netra_backend.app.services.sessions import Session
from netra_backend.app.services.settings import manager_class
from netra_backend.app.websocket_core import ManagerFactory, MemorySocket

CONFIG = Path(__file__).resolve().parent.parent / "config"


class Services(unittest.IsolatedAsyncioTestCase):
    async def test_the_audit_log_counts_who_was_reached(self) -> None:
        log = AuditLog(ManagerFactory())
        await log.send("ada", "login")
        self.assertEqual(log.lines, ["ada login 0"])

    async def test_events_for_many_and_for_one(self) -> None:
        self.assertEqual(await broadcast(["ada", "grace"], "news"), 0)
        manager = um.UnifiedWebSocketManager("ada")
        self.assertFalse(await notify(manager, "hello"))
        await manager.connect(MemorySocket())
        self.assertTrue(await notify(manager, "hello"))
        self.assertEqual((open_count(manager), idle()), (1, 0))

    async def test_a_new_user_gets_the_tour(self) -> None:
        self.assertEqual(await welcome("ada", MemorySocket()), 2)

    async def test_a_session_ends(self) -> None:
        session = Session("ada")
        await session.manager.connect(MemorySocket())
        await session.logout()
        self.assertEqual(session.manager.connections, ())

    def test_ports_are_not_connections(self) -> None:
        listener = default_listener()
        self.assertEqual(listener.ports, (8000, 8443))
        self.assertIsInstance(listener.health, um.UnifiedWebSocketManager)

    def test_labels_outlive_the_code(self) -> None:
        self.assertEqual(title("UnifiedWebSocketManager"), "Open connections")

    def test_settings_name_the_class(self) -> None:
        for file in (CONFIG / "chat.ini", CONFIG / "missing.ini"):
            with self.subTest(file):
                self.assertIs(manager_class(file), um.UnifiedWebSocketManager)

    def test_components_are_imported_when_they_are_asked_for(self) -> None:
        self.assertIs(load("factory"), ManagerFactory)
        with warnings.catch_warnings():
            # The registry goes by the legacy path until somebody changes its table.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.assertIs(load("manager"), um.UnifiedWebSocketManager)

    def test_components_can_be_replaced(self) -> None:
        fake = {"factory": ("netra_backend.app.websocket_core.sockets", "MemorySocket")}
        with mock.patch.dict("netra_backend.app.services.registry.COMPONENTS", fake):
            self.assertIs(load("factory"), MemorySocket)
        self.assertIn("state", COMPONENTS)

    def test_modules_by_name(self) -> None:
        module = importlib.import_module("netra_backend.app.websocket_core.canonical_imports")
        self.assertIs(module.ConnectionManager, um.UnifiedWebSocketManager)
