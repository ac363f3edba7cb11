"""Orders, sent by app.legacy.OldClient in the end."""
from app.legacy import OldClient


def client() -> OldClient:
    return OldClient()
