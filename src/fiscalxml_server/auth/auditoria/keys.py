"""The key that signs checkpoints: apart from those of tokens, sealed at rest, known for ever.

Of one whose place another has taken only the public part stays: nobody can sign by it any more,
and what it signed is verified as before.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from joserfc.jwk import ECKey
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.auditoria.models import chaves
from fiscalxml_server.kit.audit import INSTALACAO, SISTEMA, Acao, Registro, record
from fiscalxml_server.kit.secrets import Segredos

_USE: Final = b"chave de auditoria"
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext('auditoria.chaves'))")
_NEWEST: Final = select(chaves).order_by(chaves.c.criado_em.desc()).limit(1)


async def signing_key(conn: AsyncConnection, segredos: Segredos) -> ECKey:
    """The newest key; the first one is made here."""
    row = (await conn.execute(_NEWEST)).one_or_none()
    if row is None:
        await conn.execute(_LOCK)
        row = (await conn.execute(_NEWEST)).one_or_none()
    if row is None:
        return await _make(conn, segredos)
    private = segredos.open(_USE, row.kid.encode(), row.privada)
    return ECKey.import_key(msgspec.json.decode(private, type=dict[str, Any]))


async def rotate(conn: AsyncConnection, segredos: Segredos) -> str:
    """Another key signs from now on, and the private part of those before is gone; its name."""
    await conn.execute(_LOCK)
    await conn.execute(chaves.update().values(privada=None))
    kid = str((await _make(conn, segredos)).kid)
    alvo = f"chave_de_auditoria:{kid}"
    await record(conn, INSTALACAO, Registro(SISTEMA, Acao.CHAVE_DE_AUDITORIA_CRIADA, alvo))
    return kid


async def public_keys(conn: AsyncConnection) -> list[dict[str, Any]]:
    """All keys that ever signed, as JWKs."""
    rows = await conn.execute(select(chaves.c.publica).order_by(chaves.c.criado_em))
    return [msgspec.json.decode(each) for each in rows.scalars()]


async def _make(conn: AsyncConnection, segredos: Segredos) -> ECKey:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    kid = str(key.kid)
    private = msgspec.json.encode(key.as_dict(private=True))
    await conn.execute(
        chaves.insert().values(
            kid=kid,
            publica=msgspec.json.encode(key.as_dict(private=False)),
            privada=segredos.seal(_USE, kid.encode(), private),
        )
    )
    return key
