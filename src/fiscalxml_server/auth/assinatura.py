"""Keys that sign what stays good for ever: apart from those of tokens, and never removed."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec
from joserfc.jwk import ECKey
from sqlalchemy import Row, Select, Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.kit.tokens import ALGORITHM

_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext(:table))")


class Assinatura(NamedTuple):
    """`tabela` has `kid`, `publica`, `privada`, `criado_em`; private keys are sealed for `uso`."""

    tabela: Table
    uso: bytes

    async def key(self, conn: AsyncConnection, segredos: Segredos) -> ECKey:
        """The newest key; the first one is made here."""
        row = (await conn.execute(self._newest())).one_or_none()
        if row is None:
            await conn.execute(_LOCK, {"table": self.tabela.fullname})
            row = (await conn.execute(self._newest())).one_or_none()
        if row is None:
            return await self._made(conn, segredos)
        return self._opened(segredos, row)

    async def opens(self, conn: AsyncConnection, segredos: Segredos) -> bool:
        """Whether the secrets are those under which the newest key was sealed, if there is one."""
        row = (await conn.execute(self._newest())).one_or_none()
        try:
            return row is None or bool(self._opened(segredos, row))
        except ValueError:
            return False

    async def replace(self, conn: AsyncConnection, segredos: Segredos) -> str:
        """Another key signs from now on; its name.

        Of those before only the public part stays: nobody can sign by them any more, and what they
        signed is verified as before.
        """
        await conn.execute(_LOCK, {"table": self.tabela.fullname})
        await conn.execute(self.tabela.update().values(privada=None))
        return str((await self._made(conn, segredos)).kid)

    async def public(self, conn: AsyncConnection) -> list[dict[str, Any]]:
        """All keys that ever signed, as JWKs."""
        columns = self.tabela.c
        rows = await conn.execute(select(columns.publica).order_by(columns.criado_em))
        return [msgspec.json.decode(each) for each in rows.scalars()]

    def _newest(self) -> Select[Any]:
        return select(self.tabela).order_by(self.tabela.c.criado_em.desc()).limit(1)

    def _opened(self, segredos: Segredos, row: Row[Any]) -> ECKey:
        private = segredos.open(self.uso, row.kid.encode(), row.privada)
        return ECKey.import_key(msgspec.json.decode(private, type=dict[str, Any]))

    async def _made(self, conn: AsyncConnection, segredos: Segredos) -> ECKey:
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        kid = str(key.kid)
        private = msgspec.json.encode(key.as_dict(private=True))
        await conn.execute(
            self.tabela.insert().values(
                kid=kid,
                publica=msgspec.json.encode(key.as_dict(private=False)),
                privada=segredos.seal(self.uso, kid.encode(), private),
            )
        )
        return key
