"""API keys, and what an organisation wants done with one that leaked.

A key comes in before its organisation is known. It is found by a function that works as the tables'
owner and gives one row for one look-up id; another gives the ids of keys whose end is near.
"""

from __future__ import annotations

from alembic import op

from fiscalxml_server.migrations.statements import execute, isolate

revision = "0011"
down_revision = "0010"

_TABELAS = """
CREATE TABLE auth.chaves_api (
    organizacao uuid NOT NULL REFERENCES auth.organizacoes,
    id uuid NOT NULL,
    nome text NOT NULL,
    escopos text[] NOT NULL,
    empresas text[],
    teste boolean NOT NULL,
    criada_por text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    expira_em timestamptz NOT NULL,
    avisar_em timestamptz,
    vazada_em timestamptz,
    revogada_em timestamptz,
    CONSTRAINT chaves_api_pk PRIMARY KEY (organizacao, id)
);
CREATE INDEX chaves_api_avisar_em ON auth.chaves_api (avisar_em) WHERE revogada_em IS NULL;

CREATE TABLE auth.segredos_de_chaves (
    organizacao uuid NOT NULL,
    chave uuid NOT NULL,
    consulta text NOT NULL,
    impressao bytea NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT clock_timestamp(),
    expira_em timestamptz NOT NULL,
    usado_em timestamptz,
    CONSTRAINT segredos_de_chaves_pk PRIMARY KEY (consulta),
    CONSTRAINT segredos_de_chaves_chave FOREIGN KEY (organizacao, chave)
        REFERENCES auth.chaves_api ON DELETE CASCADE
);
CREATE INDEX segredos_de_chaves_chave ON auth.segredos_de_chaves (organizacao, chave);

CREATE TABLE auth.politicas_de_chaves (
    organizacao uuid NOT NULL REFERENCES auth.organizacoes,
    ao_vazar text NOT NULL,
    CONSTRAINT politicas_de_chaves_pk PRIMARY KEY (organizacao)
);
"""

_PROCURAR = """
CREATE FUNCTION auth.procurar_segredo(procurada text) RETURNS TABLE (
    organizacao uuid, organizacao_de_teste uuid, situacao text, chave uuid, escopos text[],
    empresas text[], teste boolean, revogada_em timestamptz, impressao bytea,
    expira_em timestamptz, usado_em timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = auth, pg_temp AS $$
    SELECT c.organizacao, o.teste, o.situacao, c.id, c.escopos, c.empresas, c.teste,
           c.revogada_em, s.impressao, s.expira_em, s.usado_em
    FROM segredos_de_chaves s
    JOIN chaves_api c ON c.organizacao = s.organizacao AND c.id = s.chave
    JOIN organizacoes o ON o.id = s.organizacao
    WHERE s.consulta = procurada
$$
"""

_A_VENCER = """
CREATE FUNCTION auth.chaves_a_vencer(quantas integer) RETURNS TABLE (organizacao uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = auth, pg_temp AS $$
    SELECT organizacao, id FROM chaves_api
    WHERE revogada_em IS NULL AND avisar_em <= now() ORDER BY avisar_em LIMIT quantas
$$
"""

_GRANTS = """
CREATE POLICY dono ON auth.chaves_api TO CURRENT_USER USING (true);
CREATE POLICY dono ON auth.segredos_de_chaves TO CURRENT_USER USING (true);
REVOKE ALL ON FUNCTION auth.procurar_segredo, auth.chaves_a_vencer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.procurar_segredo, auth.chaves_a_vencer TO fiscalxml_auth;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON auth.chaves_api, auth.segredos_de_chaves, auth.politicas_de_chaves TO fiscalxml_auth;
"""


def upgrade() -> None:
    execute(_TABELAS)
    op.get_bind().exec_driver_sql(_PROCURAR)
    op.get_bind().exec_driver_sql(_A_VENCER)
    isolate("auth.chaves_api", "auth.segredos_de_chaves", "auth.politicas_de_chaves")
    execute(_GRANTS)
