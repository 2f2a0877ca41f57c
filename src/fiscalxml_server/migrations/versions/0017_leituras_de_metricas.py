"""What the relay reads for metrics alone: who uses most, by ids, and the size of the database.

The tables and the database stay closed to it.
"""

from __future__ import annotations

from alembic import op

from fiscalxml_server.migrations.statements import execute

revision = "0017"
down_revision = "0016"

# The organisation's own row has no credential. All that come after are one row without an id.
_MAIORES = """
CREATE FUNCTION cotas.maiores_usos(quantas integer)
RETURNS TABLE (organizacao uuid, documentos bigint, organizacoes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cotas, pg_temp AS $$
    SELECT CASE WHEN lugar <= quantas THEN cada.organizacao END,
        CAST(sum(cada.documentos) AS bigint), count(*)
    FROM (
        SELECT uso.organizacao, uso.documentos,
            row_number() OVER (ORDER BY uso.documentos DESC, uso.organizacao) AS lugar
        FROM cotas.uso WHERE uso.mes = cotas.mes() AND uso.credencial = ''
    ) AS cada
    GROUP BY 1
$$
"""
_TAMANHO = """
CREATE FUNCTION tamanho_do_banco() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_database_size(current_database())
$$
"""
_GRANTS = """
REVOKE ALL ON FUNCTION cotas.maiores_usos, tamanho_do_banco FROM PUBLIC;
GRANT USAGE ON SCHEMA cotas TO fiscalxml_relay;
GRANT EXECUTE ON FUNCTION cotas.maiores_usos, tamanho_do_banco TO fiscalxml_relay;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(_MAIORES)
    op.get_bind().exec_driver_sql(_TAMANHO)
    execute(_GRANTS)
