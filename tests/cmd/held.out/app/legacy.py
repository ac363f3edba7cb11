class OldClient:
    pass
