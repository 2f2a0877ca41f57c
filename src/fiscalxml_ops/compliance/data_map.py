"""The tables of the services, and what personal data each holds: read from the models."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Table

import fiscalxml_server
from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Titular, Tratamento, tratamento_of

_MODULES: Final = (
    "fiscalxml_server.kit.custody",
    "fiscalxml_server.kit.jobs",
    "fiscalxml_server.kit.idempotency",
)
"""those with tables beside the domains' `models`"""


def tables() -> list[Table]:
    """Every table of the services, by name."""
    for module in _model_modules():
        importlib.import_module(module)
    return sorted(metadata.tables.values(), key=lambda table: table.fullname)


def described() -> Iterator[tuple[Table, Tratamento]]:
    """Every table that says what it holds; a test of its own wants all of them to."""
    for table in tables():
        if tratamento := tratamento_of(table):
            yield table, tratamento


def personal() -> Iterator[tuple[Table, Tratamento]]:
    """Those that hold something of a person."""
    yield from ((t, each) for t, each in described() if each.titular != Titular.NINGUEM)


def _model_modules() -> Iterator[str]:
    yield from _MODULES
    for found in pkgutil.walk_packages(fiscalxml_server.__path__, "fiscalxml_server."):
        if found.name.rpartition(".")[2] == "models":
            yield found.name
