"""Runs as `python -m wsc.net`."""

print("the package ran as", __name__)
