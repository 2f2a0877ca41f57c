"""`PYTHONPATH=tests python -m benchmarks.telling`: what webhooks add to a document of a lote.

Blocks of 200 notes, judged before, are written by turns: nothing is told at all (the floor), nobody
subscribes, one who wants other things, one who wants everything, and ten of those.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any, Final
from unittest import mock
from uuid import UUID, uuid4

import msgspec
from pydantic import SecretStr

from benchmarks.notes import draw
from benchmarks.search_plans import PROCESS, on_cpu
from fiscalxml_server.api.documentos import writing
from fiscalxml_server.api.documentos.intake import read, to_write
from fiscalxml_server.api.documentos.schemas import Novo
from fiscalxml_server.kit.db import Banco, new_id
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Local
from services.servers.postgres import migrate, new_database, start_postgres
from services.servers.running import server_folder
from services.webhooks.subscribed import Escuta

_BLOCK: Final = 200
_TURNS: Final = 40
_FLOOR: Final = "nothing is told (floor)"
_CASES: Final[dict[str, list[dict[str, Any]]]] = {
    _FLOOR: [],
    "nobody subscribes": [],
    "one subscription, of lotes": [{"tipos": ["lote.concluido"]}],
    "one subscription, of everything": [{}],
    "ten subscriptions, of everything": [{}] * 10,
}


def main() -> None:
    """Medians, printed."""
    with (
        server_folder() as folder,
        start_postgres(folder) as server,
        new_database(server, migrate(server, dict(os.environ))) as url,
    ):
        found = asyncio.run(_costs(url))
    floor = sum(map(statistics.median, found[_FLOOR]))
    print(f"{'µs of processor a document':36}{'ours':>8}{'server':>8}{'more':>8}")
    for name, (ours, theirs) in found.items():
        own, server_s = statistics.median(ours), statistics.median(theirs)
        print(f"{name:36}{own:8.0f}{server_s:8.0f}{own + server_s - floor:8.1f}")


async def _costs(url: str) -> dict[str, tuple[list[float], list[float]]]:
    banco = Banco.open(
        Settings(database_url=SecretStr(url), database_role="fiscalxml_worker", database_pool=1)
    )
    escuta = Escuta(url)
    places = {name: uuid4() for name in _CASES}
    for name, wanted in _CASES.items():
        for filtro in wanted:
            await escuta.subscribe(places[name], **filtro)
    found: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    notes = _judged()
    for turn in range(_TURNS):
        for name, organizacao in places.items():
            cost = await _write(banco, organizacao, _fresh(notes), tells=name != _FLOOR)
            if turn > 1:  # the first ones prepare statements
                for times, seconds in zip(found[name], cost, strict=True):
                    times.append(seconds * 1e6 / _BLOCK)
    await escuta.close()
    await banco.close()
    return found


async def _write(
    banco: Banco, organizacao: UUID, block: list[Novo], *, tells: bool
) -> tuple[float, float]:
    """Seconds of processor: ours, the server's."""
    quiet = mock.patch.object(writing, "tell", mock.AsyncMock())
    async with banco.transacao(organizacao) as conn:
        process = (await conn.execute(PROCESS)).scalar_one()
        before, server = time.process_time(), on_cpu(process)
        if tells:
            await writing.write(conn, organizacao, block)
        else:
            with quiet:
                await writing.write(conn, organizacao, block)
        return time.process_time() - before, on_cpu(process) - server


def _judged() -> list[Novo]:
    now = datetime.now(UTC)
    found = []
    for _, data in draw(_BLOCK, 0, _BLOCK):
        lido = next(read(data))
        if lido.identidade is not None:
            found.append(to_write(lido, lido.identidade, Local("o", 0, 2500), data, None, now))
    return found


def _fresh(notes: list[Novo]) -> list[Novo]:
    """The same things under identities of their own."""
    return [
        msgspec.structs.replace(
            novo, id=new_id(), validacao=new_id(), identidade=str(uuid4()), conteudo=uuid4().bytes
        )
        for novo in notes
    ]


if __name__ == "__main__":
    main()
