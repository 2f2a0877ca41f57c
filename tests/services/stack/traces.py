"""What `programa.py` leaves in its folder and its database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import asyncpg


def settings_of_roles(dados: Path) -> dict[str, str]:
    settings: dict[str, str] = json.loads((dados / "ambiente.json").read_text())
    return settings


def starts(dados: Path) -> int:
    """How many starts the database remembers; -1 when it does not answer."""

    async def count() -> int:
        connection = await asyncpg.connect(settings_of_roles(dados)["FISCALXML_DATABASE_URL"])
        try:
            return int(await connection.fetchval("SELECT count(*) FROM partidas"))
        finally:
            await connection.close()

    try:
        return asyncio.run(count())
    except (OSError, asyncpg.PostgresError):
        return -1
