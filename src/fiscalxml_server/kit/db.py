"""PostgreSQL: one engine a process, a transaction an organisation.

Tenant tables have row-level security: a transaction sees the rows of the organisation it was
opened for, and none where it was opened without (`jobs` alone has no policy: ids only). One that is
limited to companies (`Banco.limited_to`) sees what is theirs, and writes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import UUID

import asyncpg
import uuid_utils.compat
from sqlalchemy import MetaData, Select, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fiscalxml_server.kit.connections import Conexoes
from fiscalxml_server.kit.errors import Indisponivel, Problema
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.pools import BANCO, REPLICA

metadata = MetaData(
    naming_convention={"ix": "%(table_name)s_%(column_0_N_name)s", "pk": "%(table_name)s_pk"}
)
"""of every table of the services; the domains' `models` fill it"""

# SQLSTATEs by their beginnings: connection, a transaction that stood still, rolled back (deadlock),
# resources, a lock waited for too long, operator (shutdown, statement timeout).
_TRANSIENT = ("08", "25P03", "40", "53", "55P03", "57")
_TOO_LONG = "57014"
_IN_THE_WAY = ("40P01", "55P03")
_OVERFLOW = "22003"
_VARIABLES = text(
    "SELECT set_config('fiscalxml.organizacao', :organizacao, true),"
    " set_config('fiscalxml.pessoa', :pessoa, true)"
)
_LIMITED = text(
    "SELECT set_config('fiscalxml.organizacao', :organizacao, true),"
    " set_config('fiscalxml.empresas', CAST(:empresas AS text[])::text, true),"
    " set_config('role', 'fiscalxml_limitado', true)"
)


class GravacaoIncerta(Indisponivel):
    """The connection was lost during the commit: it may have happened, or not."""


class ConsultaDemorada(Indisponivel):
    """A statement took longer than any may: the server is slow, or too much was asked of it."""


# Medida: isolamento, transacoes
class Banco:
    """The primary, and the replica for reads that may lag."""

    def __init__(
        self, primary: Conexoes, replica: Conexoes, empresas: frozenset[str] | None = None
    ) -> None:
        self._primary = primary
        self._replica = replica
        self.empresas = empresas
        """whose documents its transactions see; None for all of the organisation's"""

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connects when first used."""
        primary = Conexoes(settings.database_url.get_secret_value(), settings, BANCO)
        replica = settings.database_replica_url
        return cls(
            primary,
            primary if replica is None else Conexoes(replica.get_secret_value(), settings, REPLICA),
        )

    def limited_to(self, empresas: Collection[str] | None) -> Banco:
        """The same, for who sees only what is of these companies; None: all."""
        return Banco(
            self._primary, self._replica, None if empresas is None else frozenset(empresas)
        )

    @property
    def whole(self) -> Banco:
        """The same without a limit: for what is written, and counted, for the organisation."""
        return self.limited_to(None)

    @property
    def tem_replica(self) -> bool:
        """Whether reads that may lag go to another server."""
        return self._replica is not self._primary

    @asynccontextmanager
    async def transacao(
        self, organizacao: UUID | None = None, *, pessoa: UUID | None = None
    ) -> AsyncIterator[AsyncConnection]:
        """Committed at the end of the block, rolled back by an exception.

        Sees the rows of the organisation, and what is the person's own. Raises `Indisponivel` when
        the server cannot be reached; `GravacaoIncerta` where only the end of the transaction is
        not known.
        """
        async with _begin(self._primary, organizacao, self.empresas, pessoa) as conn:
            yield conn

    @asynccontextmanager
    async def leitura(self, organizacao: UUID | None = None) -> AsyncIterator[AsyncConnection]:
        """For reads that may lag a moment behind. Raises as `transacao`."""
        async with _begin(self._replica, organizacao, self.empresas) as conn:
            yield conn

    @asynccontextmanager
    async def fotografia(self, organizacao: UUID) -> AsyncIterator[AsyncConnection]:
        """Reads that all see one moment of the primary. Short: what is seen cannot be cleaned up.

        Raises as `transacao`.
        """
        engine = self._primary.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        async with _begin(self._primary, organizacao, self.empresas, engine=engine) as conn:
            yield conn

    @asynccontextmanager
    async def ouvir(
        self, channel: str, heard: Callable[[], object]
    ) -> AsyncIterator[asyncio.Future[None]]:
        """Call `heard` at each notification; the future is done when the connection is lost."""
        lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def ended(_: object) -> None:
            if not lost.done():
                lost.set_result(None)

        try:
            async with self._primary.conexao() as conn:
                driver = await _driver(conn)
                driver.add_termination_listener(ended)
                await driver.add_listener(channel, lambda *_: heard())
                try:
                    yield lost
                finally:
                    await conn.invalidate()  # it must not go back to the pool still listening
        except Exception as error:
            if is_transient(error):
                raise Indisponivel("O banco de dados não respondeu.") from error
            raise

    @asynccontextmanager
    async def sessao(self) -> AsyncIterator[AsyncConnection]:
        """A connection for the block alone, which begins its own transactions on it.

        For locks that are held as long as it lasts: at the end of the block it is closed. Raises as
        `transacao`.
        """
        try:
            async with self._primary.conexao() as conn:
                try:
                    yield conn
                finally:
                    await conn.invalidate()
        except Exception as error:
            if is_transient(error):
                raise Indisponivel("O banco de dados não respondeu.") from error
            raise

    async def check(self) -> None:
        """Raises `Indisponivel` unless both answer."""
        for begin in (self.transacao, self.leitura):
            async with begin() as conn:
                await conn.execute(text("SELECT 1"))

    async def close(self) -> None:
        """End all connections."""
        await self._primary.engine.dispose()
        if self.tem_replica:
            await self._replica.engine.dispose()


def new_id() -> UUID:
    """UUIDv7: ids made later sort later."""
    return uuid_utils.compat.uuid7()


async def bulk_insert(
    conn: AsyncConnection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    ending: str = "",
) -> list[Any]:
    """COPY into a temporary table, then INSERT from it: row-level security refuses COPY.

    Once for each table in a transaction, at whose end the temporary table is emptied; again only
    with ON CONFLICT DO NOTHING, as it brings the rows of before once more.

    `ending`: what follows the SELECT, such as ON CONFLICT. Gives the first column of RETURNING.
    """
    names = ", ".join(columns)
    staging = f"tmp_{table.name}"
    await conn.execute(
        text(
            # All columns: another statement of this connection may name others.
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {staging} ON COMMIT DELETE ROWS"  # noqa: S608
            f" AS SELECT * FROM {table.name} WITH NO DATA"
        )
    )
    driver = await _driver(conn)
    await driver.copy_records_to_table(staging, records=rows, columns=columns)
    # Names of a table of ours and its columns; the values went into `staging`.
    # nosemgrep: sql-com-valores
    done = await conn.execute(
        text(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {staging} {ending}")  # noqa: S608
    )
    return list(done.scalars()) if done.returns_rows else []


async def fetch(
    conn: AsyncConnection, statement: Select[Any, Any], values: Mapping[str, Any]
) -> list[asyncpg.Record]:
    """Rows as the driver gives them, in the transaction of `conn`: for reads of very many.

    SQLAlchemy's own rows take twice the time. `values` are those that the statement has not.
    """
    compiled = statement.compile(dialect=conn.dialect)
    given = {**compiled.params, **values}
    arguments = [given[name] for name in compiled.positiontup or ()]
    driver = await _driver(conn)
    rows: list[asyncpg.Record] = await driver.fetch(str(compiled), *arguments)
    return rows


def is_transient(error: BaseException) -> bool:
    """Whether the server or its load, not the statement, is at fault: trying again is right."""
    if isinstance(_cause(error), OSError | TimeoutError | PoolTimeout) or _is_of_the_driver(error):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return _sqlstate(error).startswith(_TRANSIENT)


def is_in_the_way(error: BaseException) -> bool:
    """Whether another transaction had a lock, or both had: done again, it may well succeed."""
    return _sqlstate(error) in _IN_THE_WAY


def is_overflow(error: BaseException) -> bool:
    """Whether a number left the range of its type."""
    return _sqlstate(error) == _OVERFLOW


def _is_of_the_driver(error: BaseException) -> bool:
    """Whether its connection is closed, or it is still at what broke off."""
    return isinstance(_cause(error), asyncpg.InterfaceError)


def _sqlstate(error: BaseException) -> str:
    """What the server said; empty when the driver failed by itself."""
    return str(getattr(_cause(error), "sqlstate", None) or "")


def _cause(error: BaseException) -> BaseException:
    """What the driver raised; SQLAlchemy tells it in words of its own."""
    return error.driver_exception if isinstance(error, DBAPIError) else error


async def _is_gone(conn: AsyncConnection) -> bool:
    """Whether the server has ended the connection, or it is known to be broken."""
    return conn.invalidated or (await _driver(conn)).is_closed()


async def _driver(conn: AsyncConnection) -> asyncpg.Connection:
    raw = await conn.get_raw_connection()
    return raw.driver_connection


@asynccontextmanager
async def _undone(conn: AsyncConnection) -> AsyncIterator[None]:
    """Closes a connection whose driver could not undo: the next one would be in its transaction."""
    try:
        yield
    except Exception as error:
        if _is_of_the_driver(error):
            await conn.invalidate(error)
        raise


@asynccontextmanager
async def _begin(
    conexoes: Conexoes,
    organizacao: UUID | None,
    empresas: frozenset[str] | None,
    pessoa: UUID | None = None,
    engine: AsyncEngine | None = None,
) -> AsyncIterator[AsyncConnection]:
    committing = gone = False
    try:
        async with conexoes.conexao(engine) as conn, _undone(conn), conn.begin():
            if empresas is not None:
                which = {"organizacao": str(organizacao or ""), "empresas": sorted(empresas)}
                await conn.execute(_LIMITED, which)
            elif organizacao is not None or pessoa is not None:
                await conn.execute(
                    _VARIABLES,
                    {"organizacao": str(organizacao or ""), "pessoa": str(pessoa or "")},
                )
            try:
                yield conn
            except Exception:
                gone = await _is_gone(conn)
                raise
            committing = True
    except Problema:
        raise
    except Exception as error:
        # A driver whose connection breaks off may fail without a SQLSTATE; in the middle of a
        # commit it does not know its end either.
        if gone or is_transient(error) or (committing and not _sqlstate(error)):
            problema = ConsultaDemorada if _sqlstate(error) == _TOO_LONG else Indisponivel
            raise (GravacaoIncerta if committing else problema)(
                "O banco de dados não respondeu; tente de novo em instantes.",
                headers={"Retry-After": "2"},
            ) from error
        raise
