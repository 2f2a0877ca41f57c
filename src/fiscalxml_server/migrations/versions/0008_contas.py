"""Accounts: organisations, their companies, people, who belongs where, and invitations.

The Auth Service's own schema: no other service has any right in it. Rows of an organisation are
seen in a transaction of that organisation; a person's own memberships are read in one of that
person (`fiscalxml.pessoa`). `organizacoes`, `pessoas` and what is looked up before anybody is known
have no policy, and belong to the service alone.
"""

from __future__ import annotations

from fiscalxml_server.migrations.statements import execute, isolate

revision = "0008"
down_revision = "0007"

_TABELAS = """
CREATE SCHEMA auth;

CREATE TABLE auth.organizacoes (
    id uuid NOT NULL,
    teste uuid NOT NULL,
    nome text NOT NULL,
    situacao text NOT NULL DEFAULT 'ativa',
    exige_segundo_fator boolean NOT NULL DEFAULT false,
    epoca integer NOT NULL DEFAULT 0,
    epoca_em timestamptz NOT NULL DEFAULT now(),
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organizacoes_pk PRIMARY KEY (id),
    CONSTRAINT organizacoes_teste UNIQUE (teste)
);

CREATE TABLE auth.pessoas (
    id uuid NOT NULL,
    email text NOT NULL,
    nome text NOT NULL,
    senha text,
    situacao text NOT NULL DEFAULT 'ativa',
    confirmado_em timestamptz,
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pessoas_pk PRIMARY KEY (id),
    CONSTRAINT pessoas_email UNIQUE (email)
);

CREATE TABLE auth.cadastros (
    codigo bytea NOT NULL,
    email bytea NOT NULL,
    dados bytea NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    expira_em timestamptz NOT NULL,
    CONSTRAINT cadastros_pk PRIMARY KEY (codigo)
);
CREATE INDEX cadastros_email ON auth.cadastros (email);
CREATE INDEX cadastros_expira_em ON auth.cadastros (expira_em);

CREATE TABLE auth.empresas (
    organizacao uuid NOT NULL REFERENCES auth.organizacoes,
    inscricao text NOT NULL,
    nome text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT empresas_pk PRIMARY KEY (organizacao, inscricao)
);

CREATE TABLE auth.membros (
    organizacao uuid NOT NULL REFERENCES auth.organizacoes,
    pessoa uuid NOT NULL REFERENCES auth.pessoas,
    papel text NOT NULL,
    empresas text[],
    sessoes_desde timestamptz,
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT membros_pk PRIMARY KEY (organizacao, pessoa)
);
CREATE INDEX membros_pessoa ON auth.membros (pessoa);

CREATE TABLE auth.convites (
    organizacao uuid NOT NULL REFERENCES auth.organizacoes,
    id uuid NOT NULL,
    email text NOT NULL,
    papel text NOT NULL,
    empresas text[],
    codigo bytea NOT NULL,
    por uuid,
    criado_em timestamptz NOT NULL DEFAULT now(),
    expira_em timestamptz NOT NULL,
    aceito_em timestamptz,
    CONSTRAINT convites_pk PRIMARY KEY (organizacao, id),
    CONSTRAINT convites_codigo UNIQUE (codigo)
);
CREATE UNIQUE INDEX convites_email ON auth.convites (organizacao, email) WHERE aceito_em IS NULL;

CREATE TABLE auth.emails (
    id uuid NOT NULL,
    carta bytea,
    tentativas integer NOT NULL DEFAULT 0,
    proxima_em timestamptz NOT NULL DEFAULT now(),
    situacao text NOT NULL DEFAULT 'espera',
    criado_em timestamptz NOT NULL DEFAULT now(),
    terminado_em timestamptz,
    CONSTRAINT emails_pk PRIMARY KEY (id)
);
CREATE INDEX emails_espera ON auth.emails (proxima_em) WHERE situacao = 'espera';
CREATE INDEX emails_terminado_em ON auth.emails (terminado_em);
"""

_GRANTS = """
GRANT USAGE ON SCHEMA auth TO fiscalxml_auth;
GRANT SELECT, INSERT, UPDATE ON auth.organizacoes, auth.pessoas TO fiscalxml_auth;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON auth.cadastros, auth.empresas, auth.membros, auth.convites, auth.emails TO fiscalxml_auth;
CREATE POLICY pessoa ON auth.membros FOR SELECT USING (pessoa =
    (SELECT nullif(current_setting('fiscalxml.pessoa', true), '')::uuid));
"""


def upgrade() -> None:
    execute(_TABELAS)
    isolate("auth.empresas", "auth.membros", "auth.convites")
    execute(_GRANTS)
