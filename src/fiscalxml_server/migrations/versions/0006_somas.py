"""Sums of centavos in whole numbers: as `sum` of bigint, numeric, they cost as much as the rows.

How many months there are is known to the planner, so that each process sums its own rows: without,
it expects as many groups as rows, and one process sums them all. Of a table in partitions only the
services can see to that; autovacuum never does.
"""

from __future__ import annotations

from alembic import op

from fiscalxml_server.migrations.statements import execute

revision = "0006"
down_revision = "0005"

_SOMA = """
CREATE AGGREGATE soma(bigint) (
    SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE
)
"""

_ESTATISTICAS = """
CREATE STATISTICS documentos_mes ON (date_trunc('month', timezone(interval '-03:00', data)))
    FROM documentos;
CREATE STATISTICS documentos_dia
    ON (date_bin(interval '1 day', data, timestamptz '2000-01-01 00:00-03:00')) FROM documentos;
CREATE STATISTICS documentos_mes_situacao (ndistinct)
    ON (date_trunc('month', timezone(interval '-03:00', data))), situacao FROM documentos;
"""

# The owner's right, lent to the relay.
_MANTER = """
CREATE FUNCTION manter_estatisticas() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE ONLY documentos;
END $$
"""

_GRANTS = """
REVOKE ALL ON FUNCTION manter_estatisticas FROM PUBLIC;
GRANT EXECUTE ON FUNCTION manter_estatisticas TO fiscalxml_relay;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(_SOMA)
    execute(_ESTATISTICAS)
    op.get_bind().exec_driver_sql(_MANTER)
    execute(_GRANTS)
