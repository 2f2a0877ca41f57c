"""The keys that sign tokens: made when missing, sealed at rest, known to all processes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.secrets import Segredos
from fiscalxml_server.auth.tokens.models import chaves_de_assinatura as tabela
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.tokens import ALGORITHM, SECONDS

SIGNS_FOR: Final = timedelta(days=30)
AHEAD: Final = timedelta(hours=1)
"""that a key is published before it signs, so that whoever caches keys knows it by then"""
_CACHED_SECONDS: Final = 30.0
_USE: Final = b"chave de assinatura"
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext('auth.chaves_de_assinatura'))")


class Chave(msgspec.Struct, frozen=True):
    """A signing key and when it signs."""

    key: ECKey
    assina_de: datetime
    assina_ate: datetime


class Chaveiro:
    """The signing keys, read now and then; `load` before anything else."""

    def __init__(self, banco: Banco, segredos: Segredos) -> None:
        self._banco = banco
        self._segredos = segredos
        self._chaves: list[Chave] = []
        self._publicas = KeySet([])
        self._until = 0.0

    async def load(self) -> None:
        """Read the keys, unless that was done a moment ago; make one where none signs now."""
        if time.monotonic() < self._until:
            return
        async with self._banco.transacao() as conn:
            chaves = await self._read(conn)
            if not any(_signs(chave) for chave in chaves):
                await conn.execute(_LOCK)
                chaves = await self._read(conn)
                if not any(_signs(chave) for chave in chaves):
                    await self._make(conn, datetime.now(UTC))
                    chaves = await self._read(conn)
        self._chaves = chaves
        self._publicas = KeySet([chave.key for chave in chaves])
        self._until = time.monotonic() + _CACHED_SECONDS

    def signing(self) -> ECKey:
        """The key that signs now: of those that may, the newest."""
        return max(filter(_signs, self._chaves), key=lambda chave: chave.assina_de).key

    def public(self) -> KeySet:
        """All keys whose tokens may still live, and those that will sign."""
        return self._publicas

    async def _read(self, conn: AsyncConnection) -> list[Chave]:
        alive = tabela.c.assina_ate > func.now() - timedelta(seconds=2 * SECONDS)
        rows = await conn.execute(select(tabela).where(alive))
        return [
            Chave(
                ECKey.import_key(
                    msgspec.json.decode(
                        self._segredos.open(_USE, row.kid.encode(), row.privada), type=dict
                    )
                ),
                row.assina_de,
                row.assina_ate,
            )
            for row in rows
        ]

    async def _make(self, conn: AsyncConnection, assina_de: datetime) -> None:
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        private = msgspec.json.encode(key.as_dict(private=True))
        await conn.execute(
            tabela.insert().values(
                kid=key.kid,
                publica=msgspec.json.encode(key.as_dict(private=False)),
                privada=self._segredos.seal(_USE, str(key.kid).encode(), private),
                assina_de=assina_de,
                assina_ate=assina_de + SIGNS_FOR,
            )
        )


def _signs(chave: Chave) -> bool:
    return chave.assina_de <= datetime.now(UTC) < chave.assina_ate
