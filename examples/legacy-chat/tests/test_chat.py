"""Messages reach whom they are meant for, and nobody else."""

import unittest
from unittest.mock import patch

from netra_backend.app.handlers.lifecycle import closed, opened
from netra_backend.app.routes import chat
from netra_backend.app.routes.admin import describe
from netra_backend.app.routes.chat import inbox, post_message, preview_message
from netra_backend.app.routes.presence import announce, greet, invisible
from netra_backend.app.routes.rooms import Room
from netra_backend.app.services.gateway import Gateway
from netra_backend.app.websocket_core import ManagerFactory, MemorySocket
from netra_backend.app.websocket_core.unified_manager import (
    ConnectionState,
    UnifiedWebSocketManager,
)


class Chat(unittest.IsolatedAsyncioTestCase):
    async def test_a_message_reaches_one_user(self) -> None:
        factory, ada, grace = ManagerFactory(), MemorySocket(), MemorySocket()
        await factory.for_user("ada").connect(ada)
        await factory.for_user("grace").connect(grace)
        self.assertEqual(await post_message(factory, "ada", "grace", "hello"), 1)
        self.assertEqual((len(ada.sent), len(grace.sent)), (0, 1))

    async def test_a_room_reaches_its_members(self) -> None:
        room, socket = Room("lobby"), MemorySocket()
        manager: UnifiedWebSocketManager = UnifiedWebSocketManager("ada")
        await manager.connect(socket)
        room.join(manager)
        self.assertEqual(await room.say("welcome"), 1)
        self.assertEqual(len(room.open_connections()), 1)

    async def test_connections_open_and_close(self) -> None:
        manager = UnifiedWebSocketManager("ada")
        connection = await opened(manager, MemorySocket())
        self.assertIs(connection.state, ConnectionState.OPEN)
        await closed(manager, connection)
        self.assertIs(connection.state, ConnectionState.CLOSED)

    async def test_presence(self) -> None:
        self.assertEqual(await announce(invisible("ada"), ["grace"]), 0)
        self.assertIsInstance(await greet("ada"), UnifiedWebSocketManager)

    def test_an_inbox_holds_the_one_kind_of_manager(self) -> None:
        factory = ManagerFactory()
        self.assertIsInstance(inbox(factory, "ada"), UnifiedWebSocketManager)
        with patch.object(ManagerFactory, "for_user", return_value="no manager"):
            with self.assertRaises(TypeError):
                inbox(factory, "ada")

    def test_operators_see_a_gateway(self) -> None:
        self.assertEqual(describe(Gateway("ada")), "ada: 0")


class Patched(unittest.IsolatedAsyncioTestCase):
    """The manager replaced where it is looked up."""

    @patch("netra_backend.app.routes.chat.UnifiedWebSocketManager")
    async def test_the_name_of_a_route(self, manager) -> None:
        manager.return_value.send.side_effect = self.seven
        self.assertEqual(await preview_message("ada", "hello"), 7)

    @patch("netra_backend.app.services.gateway.UnifiedWebSocketManager")
    def test_a_name_that_others_import(self, manager) -> None:
        self.assertIs(Gateway("ada").manager, manager.return_value)

    @patch("netra_backend.app.websocket_core.unified_manager.UnifiedWebSocketManager.send")
    async def test_a_method_of_the_class_itself(self, send) -> None:
        send.side_effect = self.seven
        self.assertEqual(await preview_message("ada", "hello"), 7)

    async def test_a_name_of_a_module_at_hand(self) -> None:
        with patch.object(chat, "inbox") as box:
            box.return_value.send.side_effect = self.seven
            self.assertEqual(await post_message(ManagerFactory(), "ada", "grace", "hello"), 7)

    async def seven(self, *_: object, **__: object) -> int:
        return 7
