"""Where in a trace a notificação was caused: its deliveries go on with it.

One more column that may be null: who writes without it, during a deploy, writes as before.
"""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    execute("ALTER TABLE webhooks.notificacoes ADD COLUMN traceparent text")
