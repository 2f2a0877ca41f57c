"""Signing keys, machines and the services that may ask."""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute

revision = "0010"
down_revision = "0009"

_TABELAS = """
CREATE TABLE auth.chaves_de_assinatura (
    kid text NOT NULL,
    publica bytea NOT NULL,
    privada bytea NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    assina_de timestamptz NOT NULL,
    assina_ate timestamptz NOT NULL,
    CONSTRAINT chaves_de_assinatura_pk PRIMARY KEY (kid)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.chaves_de_assinatura TO fiscalxml_auth;
"""


def upgrade() -> None:
    execute(_TABELAS)
