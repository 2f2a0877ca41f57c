"""What a caller limited to some companies sees of documents."""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute

revision = "0013"
down_revision = "0012"

_TABELAS = """
"""


def upgrade() -> None:
    execute(_TABELAS)
