from importlib import import_module

OldClient = getattr(import_module("app.legacy"), "OldClient")
