"""Connections that the server ended are replaced before a request gets one."""

from __future__ import annotations

import asyncio

from pydantic import SecretStr
from sqlalchemy import text

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.settings import Settings
from services.servico import Servico

_END = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'fiscalxml_api' AND datname = current_database()
"""


async def _end_connections(url: str) -> int:
    """Those of the API, as an operator or a restart would; gives how many there were."""
    owner = Banco.open(Settings(database_url=SecretStr(url), database_role=""))
    async with owner.transacao() as conn:
        ended = (await conn.execute(text(_END))).scalars().all()
    await owner.close()
    return len(ended)


async def _use_at_once(servico: Servico, connections: int) -> None:
    async def hold() -> None:
        async with servico.api.banco.leitura() as conn:
            await conn.execute(text("SELECT pg_sleep(0.2)"))

    await asyncio.gather(*(hold() for _ in range(connections)))


def test_requests_after_all_connections_were_ended_get_their_answers(
    servico: Servico, banco: str
) -> None:
    for _ in range(2):
        servico.run(_use_at_once(servico, 3))
        # One more where what was read is being written into the audit log.
        assert servico.run(_end_connections(banco)) in (3, 4)
        servico.run(asyncio.sleep(0.2))  # the service is idle, and hears of it
        servico.run(_use_at_once(servico, 3))
        assert servico.request("GET", "/v1/lotes").status_code == 200
