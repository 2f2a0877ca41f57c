"""Signing keys, revocations, machines; when periodic tasks were last done.

What is asked before anybody is known holds ids, hashes and sealed keys only, and is the Auth
Service's. A machine says its organisation with its name, and is read in a transaction of it.
"""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute, isolate

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

CREATE TABLE auth.maquinas (
    organizacao uuid NOT NULL REFERENCES auth.organizacoes,
    id uuid NOT NULL,
    nome text NOT NULL,
    escopos text[] NOT NULL,
    empresas text[],
    teste boolean NOT NULL,
    segredo bytea,
    chave bytea,
    criada_por text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    usada_em timestamptz,
    CONSTRAINT maquinas_pk PRIMARY KEY (organizacao, id),
    CONSTRAINT maquinas_prova CHECK ((segredo IS NULL) <> (chave IS NULL))
);

CREATE TABLE auth.assercoes (
    impressao bytea NOT NULL,
    expira_em timestamptz NOT NULL,
    CONSTRAINT assercoes_pk PRIMARY KEY (impressao)
);
CREATE INDEX assercoes_expira_em ON auth.assercoes (expira_em);
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE
    ON auth.chaves_de_assinatura, auth.revogacoes, auth.periodicas, auth.maquinas, auth.assercoes
    TO fiscalxml_auth;
"""


def upgrade() -> None:
    execute(_TABELAS)
    isolate("auth.maquinas")
    execute(_GRANTS)
