"""What a database says of itself: tables, policies, roles, rows. Read as the tables' owner.

The owner sees the rows of an organisation, or of a person, only in a transaction of theirs; so what
is counted, is counted for each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

import fiscalxml_server.migrations
from fiscalxml_server.kit.db import Banco

_TABLES: Final = text("""
SELECT c.relnamespace::regnamespace::text AS esquema, c.relname::text AS tabela,
       c.relrowsecurity AS protegida, c.relforcerowsecurity AS forcada,
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive
               AND pg_get_expr(p.polqual, p.polrelid) ~ 'fiscalxml[.](organizacao|pessoa)')
           AS separada,
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND c.relowner = ANY (p.polroles)
               AND pg_get_expr(p.polqual, p.polrelid) = 'true') AS do_dono,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organizacao')
           AS de_organizacao
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relowner = current_user::regrole
ORDER BY 1, 2
""")
# What a restored database must have to the letter. Partitions come and go by the day; their parents
# do not.
_SHAPE: Final = text("""
SELECT 'tabela ' || c.oid::regclass || ' rls=' || c.relrowsecurity || ' forcada='
       || c.relforcerowsecurity || ' dono=' || c.relowner::regrole || ' direitos='
       || coalesce((SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(c.relacl) a), '')
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
UNION ALL
SELECT 'politica ' || p.polrelid::regclass || ' ' || p.polname || ' ' || p.polcmd::text || ' '
       || p.polpermissive || ' ' || array_to_string(p.polroles::regrole[], ',') || ' '
       || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' '
       || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE NOT c.relispartition
UNION ALL
SELECT 'papel ' || rolname || ' entra=' || rolcanlogin || ' superusuario=' || rolsuper
       || ' ignora_rls=' || rolbypassrls
FROM pg_roles WHERE rolname LIKE 'fiscalxml%'
UNION ALL
SELECT 'pode ser ' || roleid::regrole || ': ' || member::regrole || ' herda=' || inherit_option
FROM pg_auth_members WHERE roleid::regrole::text LIKE 'fiscalxml%'
UNION ALL
SELECT 'funcao ' || oid::regprocedure || ' ' || md5(prosrc)
FROM pg_proc WHERE pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
ORDER BY 1
""")
_STATE: Final = text("""
SELECT (SELECT version_num FROM alembic_version) AS migracao, now() AS agora,
       pg_is_in_recovery() AS replica,
       coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0)::float8 AS atraso,
       (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS ve_tudo
""")
# Those by day need today's; those by hash, as many as their bounds say.
_WITHOUT_PARTITION: Final = text("""
SELECT p.partrelid::regclass::text AS tabela, p.partstrat = 'r' AS por_dia
FROM pg_partitioned_table p
WHERE CASE p.partstrat
    WHEN 'r' THEN NOT EXISTS (
        SELECT FROM pg_inherits i WHERE i.inhparent = p.partrelid
        AND right(i.inhrelid::regclass::text, 8) = to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD'))
    WHEN 'h' THEN (
        SELECT count(*) < coalesce(max(substring(
            pg_get_expr(c.relpartbound, c.oid) FROM 'modulus ([0-9]+)')::integer), 1)
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = p.partrelid)
    END
ORDER BY 1
""")
# Each should have a chain; where those are lost, the others tell whom they were of.
_ORGANISATIONS: Final = text("""
SELECT organizacao FROM auditoria.cadeias UNION SELECT organizacao FROM cotas.uso
UNION SELECT id FROM auth.organizacoes UNION SELECT teste FROM auth.organizacoes
""")
_WITHOUT_CHAIN: Final = text("""
SELECT organizacao FROM cotas.uso EXCEPT SELECT organizacao FROM auditoria.cadeias ORDER BY 1
""")
_PEOPLE: Final = text("SELECT id FROM auth.pessoas ORDER BY 1")
_HEADS: Final = text("SELECT organizacao, numero, elo FROM auditoria.cadeias")

_LINK: Final = text(
    "SELECT elo FROM auditoria.registros WHERE organizacao = :organizacao AND numero = :numero"
)


class Tabela(NamedTuple):
    """A table, or the parent of partitions."""

    esquema: str
    tabela: str
    protegida: bool
    """by row-level security"""
    forcada: bool
    """for its owner, too"""
    separada: bool
    """one of its policies shows rows in transactions of their organisation, or person"""
    do_dono: bool
    """one of its policies shows all rows to its owner"""
    de_organizacao: bool

    @property
    def nome(self) -> str:
        """As people write it."""
        return self.tabela if self.esquema == "public" else f"{self.esquema}.{self.tabela}"


class Estado(NamedTuple):
    """Of the server, now."""

    migracao: str
    replica: bool
    atraso: float
    """seconds since what a replica applied last"""
    ve_tudo: bool
    """whoever asks is held by no policy"""


async def tables(conn: AsyncConnection) -> list[Tabela]:
    """Every table of the service, by name."""
    return [Tabela(*row) for row in await conn.execute(_TABLES)]


async def shape(conn: AsyncConnection) -> list[str]:
    """Tables, policies, rights, roles and functions, a line each, in order."""
    return list((await conn.execute(_SHAPE)).scalars())


async def state(conn: AsyncConnection) -> Estado:
    """Of the server that is connected to."""
    row = (await conn.execute(_STATE)).one()
    return Estado(row.migracao, row.replica, row.atraso, row.ve_tudo)


async def without_partition(conn: AsyncConnection) -> list[tuple[str, bool]]:
    """Tables that lack a partition; whether it is a day's, which `migrate` makes."""
    return [(row.tabela, row.por_dia) for row in await conn.execute(_WITHOUT_PARTITION)]


async def organisations(banco: Banco) -> list[UUID]:
    """All that there are, and all that ever did anything."""
    async with banco.transacao() as conn:
        found = (await conn.execute(_ORGANISATIONS)).scalars()
        return sorted(each for each in found if each is not None)


async def without_chain(banco: Banco) -> list[UUID]:
    """Those that used the service, of which the audit log says nothing."""
    async with banco.transacao() as conn:
        return list((await conn.execute(_WITHOUT_CHAIN)).scalars())


async def heads(banco: Banco) -> dict[UUID, tuple[int, bytes]]:
    """Number and link of the last entry of each chain."""
    async with banco.transacao() as conn:
        return {row.organizacao: (row.numero, row.elo) for row in await conn.execute(_HEADS)}


async def links(banco: Banco, numbers: Mapping[UUID, int]) -> dict[UUID, bytes]:
    """The link of one entry of each chain, where there is such an entry."""
    found = {}
    async with banco.transacao() as conn:
        for organizacao, numero in numbers.items():
            asked = {"organizacao": organizacao, "numero": numero}
            elo = (await conn.execute(_LINK, asked)).scalar_one_or_none()
            if elo is not None:
                found[organizacao] = elo
    return found


async def count(banco: Banco) -> dict[str, int]:
    """Rows of each table, of all organisations and people."""
    async with banco.transacao() as conn:
        known = await tables(conn)
        people = list((await conn.execute(_PEOPLE)).scalars())
    whole = [each for each in known if not each.protegida or each.do_dono]
    parts = [each for each in known if each not in whole]
    of_organisations = [each for each in parts if each.de_organizacao]
    of_people = [each for each in parts if not each.de_organizacao]
    found: Counter[str] = Counter({each.nome: 0 for each in known})
    async with banco.transacao() as conn:
        await _add(conn, whole, found)
    for organizacao in await organisations(banco):
        async with banco.transacao(organizacao) as conn:
            await _add(conn, of_organisations, found)
    for pessoa in people:
        async with banco.transacao(pessoa=pessoa) as conn:
            await _add(conn, of_people, found)
    return dict(sorted(found.items()))


def newest_migration() -> str:
    """Of this version of the program."""
    config = Config()
    config.set_main_option("script_location", fiscalxml_server.migrations.__path__[0])
    return str(ScriptDirectory.from_config(config).get_current_head())


async def _add(conn: AsyncConnection, known: Sequence[Tabela], found: Counter[str]) -> None:
    counts = [
        select(func.count()).select_from(table(each.tabela, schema=each.esquema)).scalar_subquery()
        for each in known
    ]
    row = (await conn.execute(select(*counts))).one()
    found.update({each.nome: number for each, number in zip(known, row, strict=True)})
