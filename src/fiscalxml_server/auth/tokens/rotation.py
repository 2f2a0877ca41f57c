"""The succession of signing keys.

A key is published ahead of its first signature, so that whoever caches keys knows it by then, and
stays published until its last token is dead. A compromised one is gone at once, and its tokens too.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.tokens import keys
from fiscalxml_server.auth.tokens.keys import Chave
from fiscalxml_server.auth.tokens.models import chaves_de_assinatura as tabela
from fiscalxml_server.kit.audit import INSTALACAO, SISTEMA, Acao, Registro, record
from fiscalxml_server.kit.secrets import Segredos

AHEAD: Final = timedelta(hours=1)
"""between its publication and its first signature"""
PERIOD: Final = timedelta(minutes=10)
"""between two looks whether a successor is due"""
_KEPT: Final = timedelta(days=1)
"""that a dead key is kept, for whoever looks into an incident"""


async def begin(conn: AsyncConnection, segredos: Segredos) -> list[Chave]:
    """Make a key that signs at once, unless somebody else just did; gives all."""
    await keys.lock(conn)
    found = await keys.read(conn, segredos)
    if not any(chave.signs() for chave in found):
        await _made(conn, await keys.make(conn, segredos, datetime.now(UTC)))
        found = await keys.read(conn, segredos)
    return found


# Medida: troca-de-chaves
async def rotate(conn: AsyncConnection, segredos: Segredos) -> tuple[str, datetime]:
    """Publish a successor; the others sign until it does. Gives its name and when that is."""
    await keys.lock(conn)
    signs_from = datetime.now(UTC) + AHEAD
    await conn.execute(
        tabela.update().where(tabela.c.assina_ate > func.now()).values(assina_ate=signs_from)
    )
    kid = await keys.make(conn, segredos, signs_from)
    await _made(conn, kid)
    return kid, signs_from


async def replace(conn: AsyncConnection, segredos: Segredos) -> tuple[str, list[str]]:
    """Remove all keys, whose tokens are refused in seconds; a new one signs at once.

    For keys that somebody else may have. Gives the new one's name and those of the old.
    """
    await keys.lock(conn)
    removed = await conn.execute(tabela.delete().returning(tabela.c.kid))
    old = list(removed.scalars())
    kid = await keys.make(conn, segredos, datetime.now(UTC))
    await _made(conn, kid, removed=old)
    return kid, old


async def keep_up(conn: AsyncConnection, segredos: Segredos) -> None:
    """Have a successor published where the newest key soon signs no more; forget dead ones."""
    await conn.execute(tabela.delete().where(tabela.c.assina_ate < func.now() - _KEPT))
    found = await keys.read(conn, segredos)
    soon = datetime.now(UTC) + AHEAD + 2 * PERIOD
    if found and max(chave.assina_ate for chave in found) < soon:
        await rotate(conn, segredos)


async def _made(conn: AsyncConnection, kid: str, removed: list[str] | None = None) -> None:
    entries = [
        Registro(SISTEMA, Acao.CHAVE_DE_ASSINATURA_REMOVIDA, _alvo(k)) for k in removed or ()
    ]
    entries.append(Registro(SISTEMA, Acao.CHAVE_DE_ASSINATURA_CRIADA, _alvo(kid)))
    await record(conn, INSTALACAO, *entries)


def _alvo(kid: str) -> str:
    return f"chave_de_assinatura:{kid}"
