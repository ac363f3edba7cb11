from app.legacy import OldClient
