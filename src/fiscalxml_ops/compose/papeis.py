"""The roles of PostgreSQL, as its image makes them at a first start.

The same as `fiscalxml up` makes, except that each service has a login of its own: whoever has one
service's password can become no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from fiscalxml_server.stack.database import DATABASE, LIMITED, OWNER, SERVICES

REPLICATOR: Final = "replicador"
LOGINS: Final = (OWNER, *SERVICES, REPLICATOR)
"""those that have a password"""
FOLDER: Final = "/run/secrets"
_READERS: Final = ("fiscalxml_api", "fiscalxml_worker")
SQL: Final = "infra/compose/postgres/10-papeis.sql"


def password_file(login: str) -> str:
    """Name of the file that has its password."""
    return f"senha-{login.replace('_', '-')}"


def artefacts() -> Mapping[str, str]:
    """path from the project's root -> content"""
    return {SQL: "\n".join(_lines()) + "\n"}


def _lines() -> Iterator[str]:
    yield "-- Made by `make operacao` from fiscalxml_ops.compose.papeis."
    for login in LOGINS:
        attribute = " REPLICATION" if login == REPLICATOR else ""
        yield f"\\set senha `cat {FOLDER}/{password_file(login)}`"
        yield f"CREATE ROLE {login} LOGIN NOSUPERUSER NOBYPASSRLS{attribute} PASSWORD :'senha';"
    yield f"CREATE ROLE {LIMITED} NOLOGIN NOSUPERUSER NOBYPASSRLS;"
    yield f"GRANT {LIMITED} TO {', '.join(_READERS)} WITH INHERIT FALSE, SET TRUE;"
    yield f"CREATE DATABASE {DATABASE} OWNER {OWNER};"
    yield f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;"
    yield f"GRANT CONNECT ON DATABASE {DATABASE} TO {', '.join(SERVICES)};"
