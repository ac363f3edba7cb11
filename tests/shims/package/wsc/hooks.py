"""A plugin of pytest."""

# mypy: ignore-errors
# pyright: basic, reportMissingImports=false

import typing

import pytest


def pytest_configure(config: typing.Any) -> None:
    """A hook that is known by its name."""
    config.wsc_configured = True


@pytest.hookimpl(trylast=True)
def pytest_report_header() -> str:
    """A hook that is marked."""
    return "wsc is plugged in"


@pytest.fixture
def depot() -> str:
    """What tests ask for."""
    return "depot"
