"""How Alembic connects: by the URL it is given, one at a time.

Afterwards partitions are made up to date, and versions are told from those of another cluster.
"""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from fiscalxml_server.kit.connections import async_url
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.tls import of_database

_LOCK = 0x66697363  # any number that nobody else locks: "fisc"


def _run(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def _connect() -> None:
    url, verified = of_database(settings(), async_url(context.config.attributes["url"]))
    engine = create_async_engine(url, connect_args=verified, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
        await connection.commit()
        await connection.run_sync(_run)
        # After weeks of standing still there is no partition for today, and lotes may come before
        # the relay has made one.
        await connection.execute(text("SELECT manter_particoes()"))
        if await connection.scalar(text("SELECT to_regproc('versao_conferir') IS NOT NULL")):
            await connection.execute(text("SELECT versao_conferir()"))
        await connection.commit()
    await engine.dispose()


asyncio.run(_connect())
