"""Signing in: second factors, passkeys, sessions, codes that are used once."""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute

revision = "0009"
down_revision = "0008"

_TABELAS = """
"""


def upgrade() -> None:
    execute(_TABELAS)
