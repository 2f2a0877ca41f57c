"""Sums of centavos in whole numbers: as `sum` of bigint, numeric, they cost as much as the rows."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

_SOMA = """
CREATE AGGREGATE soma(bigint) (
    SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE
)
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(_SOMA)
