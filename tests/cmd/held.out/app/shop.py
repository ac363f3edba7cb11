from app.legacy import OldClient

OldClient()
