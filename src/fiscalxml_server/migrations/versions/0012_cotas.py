"""Limits agreed with an organisation or set for a key, and the documents counted each month.

A schema of its own: the Auth Service writes limits and the others read them, so that what counts a
document knows them in the same statement. Months are those of Brasília.
"""

from __future__ import annotations

from alembic import op

from fiscalxml_server.migrations.statements import execute, isolate

revision = "0012"
down_revision = "0011"

_TABELAS = """
CREATE SCHEMA cotas;

CREATE TABLE cotas.limites (
    organizacao uuid NOT NULL,
    credencial text NOT NULL,
    validar integer,
    ler integer,
    enviar integer,
    documentos bigint,
    alterado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT limites_pk PRIMARY KEY (organizacao, credencial)
);
CREATE INDEX limites_alterado_em ON cotas.limites (alterado_em);

CREATE TABLE cotas.uso (
    organizacao uuid NOT NULL,
    mes date NOT NULL,
    credencial text NOT NULL,
    documentos bigint NOT NULL,
    CONSTRAINT uso_pk PRIMARY KEY (organizacao, mes, credencial)
);
"""

_MES = """
CREATE FUNCTION cotas.mes() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT date_trunc('month', now() AT TIME ZONE 'America/Sao_Paulo')::date
$$
"""

# Rows of the month are locked in one order, whoever counts; the organisation's own has no
# credential.
_CONTAR = """
CREATE FUNCTION cotas.contar(de uuid[], por text[], quantos integer[])
RETURNS TABLE (organizacao uuid, credencial text, documentos bigint, limite bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cotas, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH vindos AS (
        SELECT o, c, sum(n) AS n
        FROM (
            SELECT * FROM unnest(de, por, quantos) AS cada (o, c, n)
            UNION ALL
            SELECT o, '', n FROM unnest(de, por, quantos) AS cada (o, c, n)
        ) AS todos
        GROUP BY o, c
    ), somados AS (
        INSERT INTO cotas.uso AS uso (organizacao, mes, credencial, documentos)
        SELECT o, cotas.mes(), c, n FROM vindos ORDER BY o, c
        ON CONFLICT ON CONSTRAINT uso_pk
        DO UPDATE SET documentos = uso.documentos + EXCLUDED.documentos
        RETURNING uso.organizacao, uso.credencial, uso.documentos
    )
    SELECT somados.organizacao, somados.credencial, somados.documentos, limites.documentos
    FROM somados LEFT JOIN cotas.limites USING (organizacao, credencial);
END $$
"""

_GRANTS = """
REVOKE ALL ON FUNCTION cotas.contar FROM PUBLIC;
CREATE POLICY dono ON cotas.limites TO CURRENT_USER USING (true);
CREATE POLICY dono ON cotas.uso TO CURRENT_USER USING (true);
CREATE POLICY todas ON cotas.limites FOR SELECT TO fiscalxml_api USING (true);
GRANT USAGE ON SCHEMA cotas TO fiscalxml_api, fiscalxml_worker, fiscalxml_auth;
GRANT EXECUTE ON FUNCTION cotas.contar TO fiscalxml_api, fiscalxml_worker;
GRANT SELECT ON cotas.limites, cotas.uso TO fiscalxml_api;
GRANT SELECT, INSERT, UPDATE ON cotas.limites TO fiscalxml_auth;
GRANT SELECT ON cotas.uso TO fiscalxml_auth;
"""


def upgrade() -> None:
    execute(_TABELAS)
    op.get_bind().exec_driver_sql(_MES)
    op.get_bind().exec_driver_sql(_CONTAR)
    isolate("cotas.limites", "cotas.uso")
    execute(_GRANTS)
