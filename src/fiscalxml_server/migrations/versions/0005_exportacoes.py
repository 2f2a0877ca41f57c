"""Exports: what was asked for, how far it is, and where its file is until it expires."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

_TABELA = """
CREATE TABLE exportacoes (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    pedido text NOT NULL,
    credencial text NOT NULL,
    situacao text NOT NULL DEFAULT 'recebida',
    motivo text,
    total integer,
    documentos integer NOT NULL DEFAULT 0,
    contagens jsonb NOT NULL DEFAULT '{}',
    bytes bigint NOT NULL DEFAULT 0,
    sha256 bytea,
    objeto text,
    limpa boolean NOT NULL DEFAULT false,
    criado_em timestamptz NOT NULL DEFAULT now(),
    concluido_em timestamptz,
    expira_em timestamptz,
    CONSTRAINT exportacoes_pk PRIMARY KEY (organizacao, id)
);
CREATE INDEX exportacoes_abertas ON exportacoes (organizacao)
    WHERE situacao IN ('recebida', 'processando');
CREATE INDEX exportacoes_expira_em ON exportacoes (expira_em) WHERE NOT limpa;
ALTER TABLE exportacoes ENABLE ROW LEVEL SECURITY;
ALTER TABLE exportacoes FORCE ROW LEVEL SECURITY;
CREATE POLICY organizacao ON exportacoes USING (organizacao =
    (SELECT nullif(current_setting('fiscalxml.organizacao', true), '')::uuid));
CREATE POLICY vencidas ON exportacoes TO fiscalxml_relay USING (expira_em < now());
GRANT SELECT, INSERT, UPDATE ON exportacoes TO fiscalxml_api;
GRANT SELECT, UPDATE ON exportacoes TO fiscalxml_worker;
GRANT SELECT, UPDATE, DELETE ON exportacoes TO fiscalxml_relay;
"""


def upgrade() -> None:
    for statement in filter(str.strip, _TABELA.split(";\n")):
        op.get_bind().exec_driver_sql(statement)
