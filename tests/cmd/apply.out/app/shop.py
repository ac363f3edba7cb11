"""Orders, sent by app.legacy.OldClient in the end."""
from app.client import Client


def client() -> Client:
    return Client()
