"""Signing keys at rest: public as they are, private ones sealed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from joserfc.jwk import ECKey
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.tokens.models import chaves_de_assinatura as tabela
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.kit.tokens import ALGORITHM, LEEWAY, SECONDS

Jwk = dict[str, str | list[str]]
SIGNS_FOR: Final = timedelta(days=30)
_LASTS: Final = timedelta(seconds=SECONDS + 2 * LEEWAY)
"""after its last signature: until then a token of the key may live"""
USE: Final = b"chave de assinatura"
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext('auth.chaves_de_assinatura'))")


class Chave(msgspec.Struct, frozen=True):
    """A signing key and when it signs."""

    key: ECKey
    assina_de: datetime
    assina_ate: datetime

    @property
    def kid(self) -> str:
        return str(self.key.kid)

    def signs(self) -> bool:
        """Whether it may sign now."""
        return self.assina_de <= datetime.now(UTC) < self.assina_ate


async def lock(conn: AsyncConnection) -> None:
    """Until the end of the transaction nobody else makes or removes keys."""
    await conn.execute(_LOCK)


async def read(conn: AsyncConnection, segredos: Segredos) -> list[Chave]:
    """Those that sign, will sign, or whose tokens may live; from the oldest to the newest.

    Raises ValueError where they were sealed by another secret.
    """
    rows = await conn.execute(select(tabela).where(_ALIVE).order_by(tabela.c.assina_de))
    return [Chave(_opened(segredos, row), row.assina_de, row.assina_ate) for row in rows]


async def public(conn: AsyncConnection) -> list[Jwk]:
    """The public keys (JWK) of the same."""
    found = await conn.execute(select(tabela.c.publica).where(_ALIVE))
    return [msgspec.json.decode(each, type=Jwk) for each in found.scalars()]


async def make(conn: AsyncConnection, segredos: Segredos, assina_de: datetime) -> str:
    """Write a new key and give its name."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    kid = str(key.kid)
    private = msgspec.json.encode(key.as_dict(private=True))
    await conn.execute(
        tabela.insert().values(
            kid=kid,
            publica=msgspec.json.encode(key.as_dict(private=False)),
            privada=segredos.seal(USE, kid.encode(), private),
            assina_de=assina_de,
            assina_ate=assina_de + SIGNS_FOR,
        )
    )
    return kid


_ALIVE: Final = tabela.c.assina_ate > func.now() - _LASTS


def _opened(segredos: Segredos, row: object) -> ECKey:
    private = segredos.open(USE, row.kid.encode(), row.privada)  # type: ignore[attr-defined]
    return ECKey.import_key(msgspec.json.decode(private, type=Jwk))
