"""Holds, requests of subjects, incidents, certificates of erasure."""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute

revision = "0014"
down_revision = "0013"

_TABELAS = """
"""


def upgrade() -> None:
    execute(_TABELAS)
