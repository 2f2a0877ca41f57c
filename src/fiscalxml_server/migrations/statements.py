"""What migrations share: blocks of statements, and the policy of a tenant table."""

from __future__ import annotations

from alembic import op

_POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY organizacao ON {table} USING (organizacao =
    (SELECT nullif(current_setting('fiscalxml.organizacao', true), '')::uuid));
"""


def execute(block: str) -> None:
    """One statement at a time, as the driver wants; none has `;` at the end of an inner line."""
    for statement in filter(str.strip, block.split(";\n")):
        op.get_bind().exec_driver_sql(statement)


def isolate(*tables: str) -> None:
    """Rows are seen in transactions of their organisation only."""
    for table in tables:
        execute(_POLICY.format(table=table))
