"""Signing keys, revocations, machines; when periodic tasks were last done.

What is asked before anybody is known holds ids and sealed keys only, and is the Auth Service's.
"""

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

CREATE TABLE auth.revogacoes (
    tipo text NOT NULL,
    id text NOT NULL,
    em timestamptz NOT NULL,
    CONSTRAINT revogacoes_pk PRIMARY KEY (tipo, id)
);
CREATE INDEX revogacoes_em ON auth.revogacoes (em);
CREATE INDEX organizacoes_epoca_em ON auth.organizacoes (epoca_em);

CREATE TABLE auth.periodicas (
    nome text NOT NULL,
    em timestamptz NOT NULL,
    CONSTRAINT periodicas_pk PRIMARY KEY (nome)
);
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE
    ON auth.chaves_de_assinatura, auth.revogacoes, auth.periodicas TO fiscalxml_auth;
"""


def upgrade() -> None:
    execute(_TABELAS)
    execute(_GRANTS)
