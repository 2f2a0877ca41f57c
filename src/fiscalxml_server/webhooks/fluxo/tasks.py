"""For those who deliver, now and then."""

from __future__ import annotations

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.webhooks.fluxo import repository


async def close_idle(banco: Banco) -> None:
    """Close what nobody reads any more. In a role that sees all organisations."""
    async with banco.transacao() as conn:
        await repository.close_idle(conn)
