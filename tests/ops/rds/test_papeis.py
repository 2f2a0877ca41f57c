"""On a real PostgreSQL 18, by an administrator like that of RDS: one who is no superuser."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg
import pytest

from fiscalxml_ops.rds.papeis import LOGINS, prepare
from fiscalxml_ops.rds.scram import verifier
from fiscalxml_server.kit.migrate import migrate
from fiscalxml_server.stack.database import DATABASE, LIMITED, OWNER, SERVICES
from fiscalxml_server.stack.postgres import ADMIN, Postgres
from services.servers.postgres import SETTINGS
from services.servers.running import running, server_folder

PASSWORDS = {name: secrets.token_hex(24) for name in LOGINS}


@dataclass(frozen=True)
class Rds:
    """`made`: what the first run of the task made."""

    postgres: Postgres
    made: list[str]

    def url(self, role: str, database: str = DATABASE) -> str:
        return self.postgres.url(role, database)


@pytest.fixture(scope="module")
def rds() -> Iterator[Rds]:
    with server_folder() as folder:
        postgres = Postgres(folder / "postgres", SETTINGS)
        postgres.install(sync=False)
        access = folder / "postgres" / "pg_hba.conf"
        rules = "".join(f"local all {name} scram-sha-256\n" for name in LOGINS)
        access.write_text(rules + access.read_text())
        try:
            with running(postgres.papel(), folder / "postgres.log", postgres.accepts):
                made = asyncio.run(_first(postgres))
                yield Rds(postgres, made)
        finally:
            postgres.clean()


async def _first(postgres: Postgres) -> list[str]:
    connection = await asyncpg.connect(postgres.url(ADMIN, "postgres"))
    await connection.execute("CREATE ROLE administrador LOGIN CREATEROLE CREATEDB")
    await connection.close()
    return await _prepare(postgres)


async def _prepare(postgres: Postgres) -> list[str]:
    connection = await asyncpg.connect(postgres.url("administrador", "postgres"))
    try:
        return await prepare(connection, PASSWORDS)
    finally:
        await connection.close()


async def _ask(url: str, question: str, password: str | None = None) -> object:
    connection = await asyncpg.connect(url, password=password)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def test_makes_each_role_and_the_database_once(rds: Rds) -> None:
    assert rds.made == [*LOGINS, LIMITED, DATABASE]
    assert asyncio.run(_prepare(rds.postgres)) == []


@pytest.mark.parametrize("role", LOGINS)
def test_a_role_enters_with_its_own_password_only(rds: Rds, role: str) -> None:
    question = "SELECT current_user::text"
    assert asyncio.run(_ask(rds.url(role), question, PASSWORDS[role])) == role
    other = next(each for each in LOGINS if each != role)
    with pytest.raises(asyncpg.InvalidPasswordError):
        asyncio.run(_ask(rds.url(role), question, PASSWORDS[other]))


def test_nobody_else_enters_and_none_is_above_the_policies(rds: Rds) -> None:
    admin = rds.url(ADMIN, "postgres")
    above = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'fiscalxml%' AND (rolsuper OR "
    assert asyncio.run(_ask(admin, f"{above} rolbypassrls OR rolcreaterole)")) == 0
    enters = f"SELECT has_database_privilege('public', '{DATABASE}', 'CONNECT')"
    assert asyncio.run(_ask(admin, enters)) is False
    become = f"SELECT pg_has_role('{SERVICES[0]}', '{SERVICES[1]}', 'SET')"
    assert asyncio.run(_ask(admin, become)) is False


def test_a_rotated_login_works_as_its_role(rds: Rds) -> None:
    """AWS's rotation for two logins makes `x_clone`, a member of `x`: services say which role they
    work as, so it does not matter which of the two they logged in with."""
    clone = f"{SERVICES[0]}_clone"
    password = secrets.token_hex(24)

    async def rotate() -> object:
        connection = await asyncpg.connect(rds.url("administrador", "postgres"))
        await connection.execute(f"CREATE ROLE {clone} WITH LOGIN PASSWORD '{verifier(password)}'")
        await connection.execute(f"GRANT {SERVICES[0]} TO {clone}")
        await connection.close()
        connection = await asyncpg.connect(rds.url(clone), password=password)
        await connection.execute(f"SET ROLE {SERVICES[0]}")
        return await connection.fetchval("SELECT current_user::text")

    assert asyncio.run(rotate()) == SERVICES[0]


def test_the_owner_brings_the_tables(rds: Rds) -> None:
    migrate(rds.url(OWNER).replace(f"{OWNER}@", f"{OWNER}:{PASSWORDS[OWNER]}@"))
    owner = "SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE relname = 'documentos'"
    assert asyncio.run(_ask(rds.url(OWNER), owner, PASSWORDS[OWNER])) == OWNER


def test_sorts_as_everywhere_else(rds: Rds) -> None:
    locale = (
        "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = $$fiscalxml$$"
    )
    assert asyncio.run(_ask(rds.url(ADMIN, "postgres"), locale)) == "bC.UTF-8"


def test_a_password_that_was_not_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        verifier("com'aspas-e-mais-de-24-caracteres")
