"""The connections of a process to one PostgreSQL: an engine, and the pool that tells of itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.pools import Pool
from fiscalxml_server.kit.tls import of_database

_LOCK_SECONDS: Final = 10
_STATEMENT_SECONDS: Final = 60
_GRACE_SECONDS: Final = 5


class Conexoes:
    """`engine` connects when first used. `nome`: of the pool, in metrics."""

    def __init__(self, url: str, settings: Settings, nome: str) -> None:
        self.engine = _engine(url, settings)
        self._pool = Pool(nome, settings.database_pool)

    @asynccontextmanager
    async def conexao(self, engine: AsyncEngine | None = None) -> AsyncIterator[AsyncConnection]:
        """One for the block. `engine`: this one with other options."""
        async with AsyncExitStack() as stack:
            with self._pool.waiting():
                conn = await stack.enter_async_context((engine or self.engine).connect())
            stack.callback(self._pool.give_back)
            yield conn


def async_url(url: str) -> URL:
    """`postgresql://…` for the driver in use."""
    return make_url(url).set(drivername="postgresql+asyncpg")


def _engine(url: str, settings: Settings) -> AsyncEngine:
    server = {
        "application_name": settings.database_role or "fiscalxml",
        "timezone": "UTC",
        # A process that was stopped in a transaction must not hold its locks for long, and who
        # waits for them gives up before it is taken for dead itself.
        "lock_timeout": f"{_LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{_STATEMENT_SECONDS}s",
        "statement_timeout": f"{_STATEMENT_SECONDS}s",
    }
    if settings.database_role:
        server["role"] = settings.database_role
    address, verified = of_database(settings, async_url(url))
    engine = create_async_engine(
        address,
        pool_size=settings.database_pool,
        max_overflow=0,
        pool_timeout=10,
        connect_args={
            **verified,
            "server_settings": server,
            "timeout": 10,
            # Where not even the statement's timeout comes back, the server is gone.
            "command_timeout": _STATEMENT_SECONDS + _GRACE_SECONDS,
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, *_: object) -> None:
    """Let the pool open another connection in place of one that the server has ended.

    The event loop has heard of it by then; `pool_pre_ping` asks the server, in three round trips.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
