"""Signing in: second factors, passkeys, sessions, other e-mails, challenges that are used once.

What is a person's is seen in transactions of that person (`fiscalxml.pessoa`) only. What
ended long ago (`auth.privacidade.retention`) is seen by any, so that it can be removed.
"""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute

revision = "0009"
down_revision = "0008"

_TABELAS = """
CREATE TABLE auth.sessoes (
    pessoa uuid NOT NULL REFERENCES auth.pessoas,
    id uuid NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    autenticado_em timestamptz NOT NULL DEFAULT now(),
    usado_em timestamptz NOT NULL DEFAULT now(),
    expira_em timestamptz NOT NULL,
    encerrado_em timestamptz,
    numero integer NOT NULL DEFAULT 0,
    renovado_em timestamptz NOT NULL DEFAULT now(),
    amr text[] NOT NULL,
    organizacao uuid,
    aparelho text NOT NULL,
    endereco text NOT NULL,
    CONSTRAINT sessoes_pk PRIMARY KEY (pessoa, id)
);
CREATE INDEX sessoes_fim ON auth.sessoes (least(encerrado_em, expira_em));

CREATE TABLE auth.totps (
    pessoa uuid NOT NULL REFERENCES auth.pessoas,
    segredo bytea NOT NULL,
    passo bigint NOT NULL DEFAULT 0,
    criado_em timestamptz NOT NULL DEFAULT now(),
    confirmado_em timestamptz,
    CONSTRAINT totps_pk PRIMARY KEY (pessoa)
);

CREATE TABLE auth.codigos_de_recuperacao (
    pessoa uuid NOT NULL REFERENCES auth.pessoas,
    codigo bytea NOT NULL,
    usado_em timestamptz,
    CONSTRAINT codigos_de_recuperacao_pk PRIMARY KEY (pessoa, codigo)
);

CREATE TABLE auth.passkeys (
    pessoa uuid NOT NULL REFERENCES auth.pessoas,
    id uuid NOT NULL,
    credencial bytea NOT NULL,
    publica bytea NOT NULL,
    contador bigint NOT NULL,
    nome text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    usado_em timestamptz,
    CONSTRAINT passkeys_pk PRIMARY KEY (pessoa, id),
    CONSTRAINT passkeys_credencial UNIQUE (credencial)
);

CREATE TABLE auth.trocas_de_email (
    pessoa uuid NOT NULL REFERENCES auth.pessoas,
    id uuid NOT NULL,
    de text NOT NULL,
    para text NOT NULL,
    sessao uuid NOT NULL,
    codigo bytea,
    volta bytea NOT NULL,
    confirma_ate timestamptz NOT NULL,
    volta_ate timestamptz NOT NULL,
    CONSTRAINT trocas_de_email_pk PRIMARY KEY (pessoa, id)
);
CREATE INDEX trocas_de_email_volta_ate ON auth.trocas_de_email (volta_ate);

CREATE TABLE auth.desafios_usados (
    impressao bytea NOT NULL,
    expira_em timestamptz NOT NULL,
    CONSTRAINT desafios_usados_pk PRIMARY KEY (impressao)
);
CREATE INDEX desafios_usados_expira_em ON auth.desafios_usados (expira_em);
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE
    ON auth.sessoes, auth.totps, auth.codigos_de_recuperacao, auth.passkeys, auth.trocas_de_email,
        auth.desafios_usados
    TO fiscalxml_auth;
CREATE POLICY antigas ON auth.sessoes USING (
    least(encerrado_em, expira_em) < now() - interval '30 days');
CREATE POLICY antigos ON auth.codigos_de_recuperacao USING (usado_em < now() - interval '30 days');
CREATE POLICY antigos ON auth.totps USING (
    confirmado_em IS NULL AND criado_em < now() - interval '1 day');
CREATE POLICY antigas ON auth.trocas_de_email USING (volta_ate < now());
"""

_PESSOAL = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY pessoa ON {table} USING (pessoa =
    (SELECT nullif(current_setting('fiscalxml.pessoa', true), '')::uuid));
"""


def upgrade() -> None:
    execute(_TABELAS)
    for table in ("sessoes", "totps", "codigos_de_recuperacao", "passkeys", "trocas_de_email"):
        execute(_PESSOAL.format(table=f"auth.{table}"))
    execute(_GRANTS)
