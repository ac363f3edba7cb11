from app.legacy import OldClient
def (
