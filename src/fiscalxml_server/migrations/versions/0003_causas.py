"""Causes of a lote: what each block counted, merged when it is asked for."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

_TABELA = """
CREATE TABLE lote_causas (
    organizacao uuid NOT NULL,
    lote uuid NOT NULL,
    bloco integer NOT NULL,
    inicio integer NOT NULL,
    estado bytea NOT NULL,
    CONSTRAINT lote_causas_pk PRIMARY KEY (organizacao, lote, bloco, inicio)
);
ALTER TABLE lote_causas ALTER COLUMN estado SET STORAGE EXTERNAL;
ALTER TABLE lote_causas ENABLE ROW LEVEL SECURITY;
ALTER TABLE lote_causas FORCE ROW LEVEL SECURITY;
CREATE POLICY organizacao ON lote_causas USING (organizacao =
    (SELECT nullif(current_setting('fiscalxml.organizacao', true), '')::uuid));
GRANT SELECT ON lote_causas TO fiscalxml_api;
GRANT INSERT ON lote_causas TO fiscalxml_worker;
"""


def upgrade() -> None:
    for statement in filter(str.strip, _TABELA.split(";\n")):
        op.get_bind().exec_driver_sql(statement)
