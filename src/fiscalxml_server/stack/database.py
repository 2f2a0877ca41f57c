"""The roles and the database that the services expect, made by an administrator of PostgreSQL."""

from __future__ import annotations

from typing import Final

import asyncpg

DATABASE: Final = "fiscalxml"
OWNER: Final = "fiscalxml_dono"
# Medida: menor-privilegio
SERVICES: Final = (
    "fiscalxml_api",
    "fiscalxml_worker",
    "fiscalxml_relay",
    "fiscalxml_auth",
    "fiscalxml_webhooks",
    "fiscalxml_entregador",
)
"""what the services work as: none owns a table, so row-level security holds for all of them"""
LIMITED: Final = "fiscalxml_limitado"
"""what the API and the workers read as for who sees only some companies"""


async def prepare(admin_url: str, database: str = DATABASE) -> None:
    """Make what is missing of the roles and `database`, which the owner's role owns.

    Idempotent. Raises asyncpg.PostgresError, OSError.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        existing = {row[0] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        if OWNER not in existing:
            await connection.execute(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS")
        for role in (*SERVICES, LIMITED):
            if role not in existing:
                await connection.execute(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS")
            # The owner's login may become a service, and has none of its rights by itself.
            await connection.execute(f"GRANT {role} TO {OWNER} WITH INHERIT FALSE, SET TRUE")
        await connection.execute(
            f"GRANT {LIMITED} TO fiscalxml_api, fiscalxml_worker WITH INHERIT FALSE, SET TRUE"
        )
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await connection.execute(f'CREATE DATABASE "{database}" OWNER {OWNER}')
            await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
    finally:
        await connection.close()
