"""Names on dashboards.  They outlive the code that they were named after."""

import logging
from typing import Literal

Label = Literal["UnifiedWebSocketManager", "ManagerFactory"]

TITLES: dict[Label, str] = {
    "UnifiedWebSocketManager": "Open connections",
    "ManagerFactory": "Users online",
}

log = logging.getLogger("netra_backend.app.websocket_core.unified_manager")


def title(label: Label) -> str:
    # Same name as in netra_backend.app.websocket_core.unified_manager, by tradition.
    return TITLES[label]
