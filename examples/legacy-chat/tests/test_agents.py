"""Agents and handlers, one by one."""

import json
import unittest
from typing import TYPE_CHECKING
from unittest import mock

from netra_backend.app.agents import summary
from netra_backend.app.agents.base import AgentChannel
from netra_backend.app.agents.echo import echo
from netra_backend.app.agents.supervisor import Supervisor
from netra_backend.app.handlers import console, hooks
from netra_backend.app.handlers.dispatch import addressee
from netra_backend.app.handlers.errors import report
from netra_backend.app.handlers.typing_indicator import typing_started
from netra_backend.app.websocket_core import MemorySocket
from netra_backend.app.websocket_core.canonical_imports import ConnectionManager
from netra_backend.app.websocket_core.manager import UnifiedWebSocketManager as Manager

if TYPE_CHECKING:
    from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager


class Agents(unittest.IsolatedAsyncioTestCase):
    async def test_an_agent_signs_its_events(self) -> None:
        channel, socket = AgentChannel("ada", "librarian"), MemorySocket()
        await channel.connect(socket)
        await channel.send("found", title="moth")
        self.assertEqual(json.loads(socket.sent[0])["agent"], "librarian")

    async def test_agents_without_listeners_reach_nobody(self) -> None:
        self.assertEqual(await echo("ada", "hello"), 0)
        self.assertEqual(await typing_started("ada"), 0)
        self.assertTrue(summary.live())
        self.assertEqual(await summary.summarize("ada", ["hello"]), 0)

    async def test_a_summary_without_live_connections(self) -> None:
        with mock.patch("netra_backend.app.agents.summary.UnifiedWebSocketManager", None):
            self.assertFalse(summary.live())
            self.assertEqual(await summary.summarize("ada", ["hello"]), 0)

    async def test_a_supervisor_hands_over(self) -> None:
        manager: "UnifiedWebSocketManager" = Manager("ada")
        self.assertIs(await Supervisor(manager).hand_over("librarian"), manager)


class Handlers(unittest.IsolatedAsyncioTestCase):
    def test_somebody_is_addressed(self) -> None:
        for target in (Manager("ada"), " Ada ", [Manager("ada"), "grace"]):
            with self.subTest(target):
                self.assertEqual(addressee(target), "ada")
        self.assertRaises(TypeError, addressee, 7)

    def test_the_console_knows_a_manager(self) -> None:
        self.assertEqual(console.whoami(Manager("ada")), "ada")
        self.assertEqual(console.whoami("ada"), "stranger")

    def test_hooks_remember(self) -> None:
        hooks.forget()
        self.assertIsInstance(hooks.last_seen, ConnectionManager)

    async def test_errors_are_told(self) -> None:
        self.assertEqual(await report(ValueError("no"), Manager("ada")), 0)
        self.assertEqual(await report(ValueError("no")), 0)
