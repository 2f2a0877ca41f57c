"""Files of exports that have expired, of all organisations: for the relay, which sees no others."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import case, delete, func, select, update

from fiscalxml_server.api.exportacoes.models import exportacoes
from fiscalxml_server.api.exportacoes.schemas import folder
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.storage import Objetos

_AT_ONCE: Final = 500
_TOLD: Final = timedelta(days=30)
"""how long an export that has expired is still told of"""


async def sweep(banco: Banco, objetos: Objetos) -> int:
    """Delete the files that have expired, and rows of long ago; of how many exports.

    Of those that failed, too: an attempt may have died between its object and its row.
    """
    swept = 0
    while True:
        async with banco.transacao() as conn:
            rows = await conn.execute(
                select(exportacoes.c.organizacao, exportacoes.c.id)
                .where(exportacoes.c.expira_em < func.now(), ~exportacoes.c.limpa)
                .limit(_AT_ONCE)
            )
            expired = rows.all()
        for organizacao, exportacao in expired:
            await objetos.delete_prefix(organizacao, folder(exportacao))
            async with banco.transacao() as conn:
                await conn.execute(
                    update(exportacoes)
                    .where(exportacoes.c.organizacao == organizacao, exportacoes.c.id == exportacao)
                    .values(
                        objeto=None,
                        limpa=True,
                        situacao=case(
                            (exportacoes.c.situacao == "pronta", "expirada"),
                            else_=exportacoes.c.situacao,
                        ),
                    )
                )
            swept += 1
        if len(expired) < _AT_ONCE:
            break
    async with banco.transacao() as conn:
        await conn.execute(delete(exportacoes).where(exportacoes.c.expira_em < func.now() - _TOLD))
    return swept
