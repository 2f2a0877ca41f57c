"""`python -m fiscalxml_ops.deploy.migrating expandir|contrair`: one phase of what is pending.

Run by the version that comes, as the owner of the tables (`FISCALXML_DATABASE_URL`).
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.phases import Pendentes, pending, scripts
from fiscalxml_server.kit.connections import async_url
from fiscalxml_server.kit.migrate import migrate
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.tls import of_database

FASES: Final = ("expandir", "contrair")


def main(fase: str) -> None:
    """Raises NaoFoi, and what the database says."""
    url = settings().database_url.get_secret_value()
    found = pending(asyncio.run(current(url)), scripts())
    wanted = found.expandem if fase == "expandir" else _contraction(found)
    if wanted:
        migrate(url, wanted[-1])


def _contraction(found: Pendentes) -> tuple[str, ...]:
    if found.expandem:
        raise NaoFoi(f"a revisão {found.expandem[0]} ainda não foi aplicada: troque a versão antes")
    return found.contraem


async def current(url: str) -> str | None:
    """The revision of a database; None of an empty one."""
    address, verified = of_database(settings(), async_url(url))
    engine = create_async_engine(address, connect_args=verified)
    try:
        async with engine.connect() as connection:
            there = await connection.scalar(text("SELECT to_regclass('alembic_version')::text"))
            if there is None:
                return None
            revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            return None if revision is None else str(revision)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    try:
        main(FASES[FASES.index(sys.argv[1])])
    except NaoFoi as refused:
        sys.exit(str(refused))
