"""Settings, read from an INI file."""

import pkgutil
from configparser import ConfigParser
from pathlib import Path

DEFAULT_MANAGER = "netra_backend.app.websocket_core.unified_manager.UnifiedWebSocketManager"


def manager_class(path: Path) -> type:
    """The class that the file names, or the default one."""
    parser = ConfigParser()
    parser.read(path, encoding="utf-8")
    return pkgutil.resolve_name(parser.get("websocket", "manager", fallback=DEFAULT_MANAGER))
