"""Something to be told."""

from __future__ import annotations

from uuid import uuid4

from fiscalxml_server.kit.notifying import Notificacao, Tipo
from fiscalxml_server.kit.notifying.types import Lote


def lote_concluido() -> Notificacao:
    """A lote that came to its end."""
    lote = uuid4()
    return Notificacao(
        tipo=Tipo.LOTE_CONCLUIDO,
        alvo=f"lote:{lote}",
        dados=Lote(lote=lote, situacao="concluido", link=f"/v1/lotes/{lote}"),
    )
