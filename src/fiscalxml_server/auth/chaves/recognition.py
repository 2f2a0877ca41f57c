"""Whose a key is that somebody brings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import RowMapping

from fiscalxml_server.auth.chaves import repository
from fiscalxml_server.auth.chaves.secrets import matches
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.api_keys import parse

_NOBODY_S: Final = bytes(36)


async def recognise(recursos: Recursos, texto: str) -> RowMapping | None:
    """The secret and its key, in whatever state; None where nobody was ever given this text.

    The same is done for a text that was never given and for a wrong one of a key that is known.
    """
    partes = parse(texto)
    if partes is None:
        return None
    async with recursos.banco.transacao() as conn:
        row = await repository.find_secret(conn, partes.consulta)
    same = matches(recursos.segredos, texto, _NOBODY_S if row is None else row["impressao"])
    return row if same else None


def works(row: RowMapping) -> bool:
    """Whether who brings it is let in."""
    return (
        row["revogada_em"] is None
        and row["situacao"] == "ativa"
        and bool(row["expira_em"] > datetime.now(UTC))
    )
