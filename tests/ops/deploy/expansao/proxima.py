"""What a next version might add: nothing that the one before it could stumble over."""

from __future__ import annotations

from fiscalxml_ops.deploy.phases import scripts
from fiscalxml_server.migrations.statements import execute, isolate

revision = "proxima"
down_revision = scripts().get_current_head()

_TABELAS = """
ALTER TABLE documentos ADD COLUMN etiqueta text;
ALTER TABLE lotes ADD COLUMN prioridade integer NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN prioridade integer NOT NULL DEFAULT 0;
CREATE TABLE etiquetas (organizacao uuid NOT NULL, nome text NOT NULL,
    PRIMARY KEY (organizacao, nome));
GRANT SELECT, INSERT ON etiquetas TO fiscalxml_api
"""


def upgrade() -> None:
    execute("SET LOCAL lock_timeout = '5s'")
    execute(_TABELAS)
    isolate("etiquetas")
