"""The servers themselves: whether they answer, encrypted, to a role that may do no more than it
should, with the tables that this version knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from obstore.exceptions import BaseError as StoreError
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.db import Banco, metadata
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.profile.faults import Falha, is_local
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Objetos
from fiscalxml_server.kit.tls import authority_end, redis_url

_SECONDS = 5.0
_ENDING = timedelta(days=60)
"""before the authority ends that signs the servers' certificates, which end with it"""
_WHO = text("""
    SELECT rolsuper OR rolbypassrls AS above,
           EXISTS (SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
                   WHERE relowner = pg_roles.oid AND relkind IN ('r', 'p')
                     AND nspname IN ('public', 'auth', 'auditoria', 'cotas', 'privacidade',
                                     'webhooks')) AS owner,
           (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS encrypted
    FROM pg_roles WHERE rolname = current_user
""")
_COLUMNS = text("""
    SELECT n.nspname, c.relname, a.attname
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
""")


async def examine_servers(settings: Settings, *, production: bool) -> list[Falha]:
    """What is wrong with those that the settings name. Nothing is changed there."""
    found = list(authority_ending(settings))
    if settings.database_url.get_secret_value():
        found += await _database(settings, production=production)
    for variavel, url in (("BROKER_URL", settings.broker_url), ("LIMITS_URL", settings.limits_url)):
        if url is not None and not await _answers(redis_url(settings, url)):
            found.append(Falha(variavel, "o Redis não respondeu, ou recusou a senha."))
    if settings.objects_url:
        found += await _objects(settings)
    return found


def authority_ending(settings: Settings) -> Iterator[Falha]:
    """Whose end is near."""
    try:
        seconds = authority_end(settings)
    except OSError:
        return  # which the profile says
    if seconds is None:
        return
    if (end := datetime.fromtimestamp(seconds, UTC)) < datetime.now(UTC) + _ENDING:
        yield Falha(
            "CA_FILE",
            f"a autoridade dos certificados de dentro vence em {end:%Y-%m-%d}; renove-os.",
        )


async def _database(settings: Settings, *, production: bool) -> list[Falha]:
    banco = Banco.open(settings)
    try:
        async with banco.leitura() as conn:
            await conn.execute(text("SELECT 1"))
        async with banco.transacao() as conn:
            found = await _role(conn, settings) if production else []
            if not await _has_tables(conn):
                found.append(
                    Falha("DATABASE_URL", "o banco não tem as tabelas desta versão; migre-o.")
                )
            return found
    except (Indisponivel, SQLAlchemyError, OSError, TypeError):
        return [Falha("DATABASE_URL", "o banco não respondeu, ou recusou o usuário ou o papel.")]
    finally:
        await banco.close()


async def _role(conn: AsyncConnection, settings: Settings) -> list[Falha]:
    found = []
    who = (await conn.execute(_WHO)).one()
    if who.above or who.owner:
        found.append(
            Falha("DATABASE_ROLE", "trabalha como dono das tabelas, ou acima das políticas delas.")
        )
    host = make_url(settings.database_url.get_secret_value()).host
    if not who.encrypted and not is_local(host):
        found.append(Falha("DATABASE_URL", "a conexão com o banco não é cifrada."))
    return found


async def _has_tables(conn: AsyncConnection) -> bool:
    """Whether every column of the models is there; the models are those that were imported."""
    rows = await conn.execute(_COLUMNS)
    there = {(row.nspname, row.relname, row.attname) for row in rows}
    return all(
        (table.schema or "public", table.name, column.name) in there
        for table in metadata.tables.values()
        for column in table.columns
    )


async def _answers(url: str) -> bool:
    if not urlsplit(url).scheme:
        return False
    try:
        client = Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)
        try:
            return bool(await client.ping())
        finally:
            await client.aclose()
    except (RedisError, OSError, ValueError):
        return False


async def _objects(settings: Settings) -> list[Falha]:
    try:
        await Objetos.open(settings).check()
    except (StoreError, OSError, ValueError, Indisponivel):
        return [Falha("OBJECTS_URL", "o armazenamento não respondeu, ou recusou a credencial.")]
    return []
