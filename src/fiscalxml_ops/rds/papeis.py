"""`python -P -m fiscalxml_ops.rds.papeis`: the roles and the database of a new RDS.

A task that runs once, before the first migration. FISCALXML_SECRETS_DIR has `administrador` and a
file for each role (`fiscalxml_dono`, `fiscalxml_api`, …), each a secret of Secrets Manager as its
rotation keeps it (JSON); FISCALXML_CA_FILE vouches for the server. What is there already is left
as it is: a role's password is its rotation's.

The administrator of RDS may make roles and databases, and is above nobody: to give a database to
the owner, and to say who enters it, it has to become the owner.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg

from fiscalxml_ops.rds.scram import verifier
from fiscalxml_server.stack.database import DATABASE, LIMITED, OWNER, SERVICES

LOGINS: Final = (OWNER, *SERVICES)
ADMINISTRATOR: Final = "administrador"
"""names of files; the administrator's is that of its secret, too"""
_READERS: Final = "fiscalxml_api, fiscalxml_worker"


class Login(NamedTuple):
    """What a secret of Secrets Manager says of one, and where it logs in."""

    username: str
    password: str
    host: str
    port: int


def read(folder: Path, name: str) -> Login:
    """Raises OSError, ValueError, KeyError."""
    found = json.loads((folder / name).read_text())
    return Login(
        found["username"], found["password"], found.get("host", ""), int(found.get("port", 5432))
    )


async def prepare(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> list[str]:
    """Makes what is missing; gives what it made. `passwords`: of each of `LOGINS`.

    Raises asyncpg.PostgresError; ValueError for a password that was not drawn.
    """
    rows = await connection.fetch("SELECT rolname FROM pg_roles")
    missing = [name for name in (*LOGINS, LIMITED) if name not in {row[0] for row in rows}]
    for name in missing:
        how = "NOLOGIN" if name == LIMITED else f"LOGIN PASSWORD '{verifier(passwords[name])}'"
        await connection.execute(f"CREATE ROLE {name} {how}")
    await connection.execute(f"GRANT {LIMITED} TO {_READERS} WITH INHERIT FALSE, SET TRUE")
    await connection.execute(f"GRANT {OWNER} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
        # As compose.yaml's initdb has it: an order that no library of the system changes.
        await connection.execute(
            f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8' "
            "LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        )
        missing.append(DATABASE)
    await connection.execute(f"SET ROLE {OWNER}")
    await connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
    await connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {', '.join(SERVICES)}")
    await connection.execute("RESET ROLE")
    return missing


async def _main(environ: Mapping[str, str]) -> list[str]:
    folder = Path(environ["FISCALXML_SECRETS_DIR"])
    who = read(folder, ADMINISTRATOR)
    passwords = {name: read(folder, name).password for name in LOGINS}
    connection = await asyncpg.connect(
        host=who.host,
        port=who.port,
        user=who.username,
        password=who.password,
        database="postgres",
        ssl=ssl.create_default_context(cafile=environ["FISCALXML_CA_FILE"]),
    )
    try:
        return await prepare(connection, passwords)
    finally:
        await connection.close()


if __name__ == "__main__":
    try:
        made = asyncio.run(_main(os.environ))
    except (KeyError, ValueError, OSError, asyncpg.PostgresError) as error:
        # Neither asyncpg nor the secrets' reader quotes a password.
        sys.exit(f"✖ Os papéis não foram feitos: {type(error).__name__}: {error}")
    print(f"✔ Feitos: {', '.join(made)}." if made else "✔ Nada faltava.")
