"""Archives that nobody will open any more.

An archive is deleted when its lote has been opened. One stays when its request died before the
lote was written, when it was put at a direct address and never sent, when its lote failed, or when
the opening died just before the deletion. The day in its name tells when it can be none of ours to
come.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from fiscalxml_server.api.lotes import repository
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.resources import Recursos

_FOLDERS: Final = ("envios", "direto")
_AFTER: Final = timedelta(days=3)
"""longer than a direct upload may be sent"""


async def sweep(recursos: Recursos, organizacao: UUID) -> None:
    """Delete the organisation's archives that were left."""
    for folder in _FOLDERS:
        async for page in recursos.objetos.pages(organizacao, folder):
            old = {lote: objeto for objeto in page if (lote := _old(objeto))}
            if not old:
                continue
            async with recursos.banco.transacao(organizacao) as conn:
                kept = await repository.still_open(conn, organizacao, old.keys())
            for lote in old.keys() - kept:
                await recursos.objetos.delete(old[lote])


def _old(objeto: str) -> UUID | None:
    """The lote of an archive from long ago."""
    try:
        lote = UUID(objeto.rpartition("/")[2])
    except ValueError:
        return None
    return lote if jobs.dia(lote) < datetime.now(UTC).date() - _AFTER else None
