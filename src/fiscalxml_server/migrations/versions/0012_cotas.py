"""Quotas of organisations and keys."""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute

revision = "0012"
down_revision = "0011"

_TABELAS = """
"""


def upgrade() -> None:
    execute(_TABELAS)
