"""API keys."""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute

revision = "0011"
down_revision = "0010"

_TABELAS = """
"""


def upgrade() -> None:
    execute(_TABELAS)
