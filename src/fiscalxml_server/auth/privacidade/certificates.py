"""Certificates of erasure, signed: whoever has the public key sees that they are ours.

A worker writes what it erased; the keys that sign are the Auth Service's, apart from those of
tokens, and stay published for good.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import RowMapping, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.privacidade import repository
from fiscalxml_server.auth.privacidade.models import chaves_de_certificados as chaves
from fiscalxml_server.auth.privacidade.schemas import (
    CertificadoDeEliminacao,
    PaginaDeCertificados,
)
from fiscalxml_server.auth.privacidade.service import list_rows
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.secrets import Segredos
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.custody import certificados
from fiscalxml_server.kit.errors import NaoEncontrado

TYPE: Final = "fiscalxml-certificado"
ALGORITHM: Final = "ES256"
USE: Final = b"chave de certificados"
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext('auth.chaves_de_certificados'))")
_AT_ONCE: Final = 100


async def list_page(
    recursos: Recursos, sujeito: Sujeito, cursor: str | None, limite: int
) -> PaginaDeCertificados:
    """Certificates, newest first."""
    await sign_new(recursos, sujeito.organizacao)
    rows, more = await list_rows(recursos, sujeito, certificados, cursor, limite)
    return PaginaDeCertificados([_view(row) for row in rows], more)


async def read(recursos: Recursos, sujeito: Sujeito, certificado: UUID) -> CertificadoDeEliminacao:
    """Raises `NaoEncontrado`."""
    await sign_new(recursos, sujeito.organizacao)
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await repository.find(conn, certificados, sujeito.organizacao, certificado)
    if row is None:
        raise NaoEncontrado("Não há certificado com este id.")
    return _view(row)


async def sign_new(recursos: Recursos, organizacao: UUID) -> None:
    """Sign those that workers have written since."""
    async with recursos.banco.transacao(organizacao) as conn:
        rows = await conn.execute(
            select(certificados)
            .where(certificados.c.organizacao == organizacao, certificados.c.assinado.is_(None))
            .limit(_AT_ONCE)
        )
        found = rows.mappings().all()
        if not found:
            return
        key = await _signing_key(conn, recursos.segredos)
        for row in found:
            header = {"alg": ALGORITHM, "kid": key.kid, "typ": TYPE}
            signed = jws.serialize_compact(header, row["conteudo"], key, algorithms=[ALGORITHM])
            await conn.execute(
                update(certificados)
                .where(
                    certificados.c.organizacao == organizacao,
                    certificados.c.id == row["id"],
                )
                .values(assinado=signed)
            )


async def public_keys(recursos: Recursos) -> dict[str, Any]:
    """A JWKS of all keys that have ever signed."""
    async with recursos.banco.transacao() as conn:
        await _signing_key(conn, recursos.segredos)
        rows = await conn.execute(select(chaves.c.publica).order_by(chaves.c.criado_em))
        return {"keys": [msgspec.json.decode(row.publica) for row in rows]}


async def _signing_key(conn: AsyncConnection, segredos: Segredos) -> ECKey:
    newest = select(chaves).order_by(chaves.c.criado_em.desc()).limit(1)
    row = (await conn.execute(newest)).mappings().one_or_none()
    if row is None:
        await conn.execute(_LOCK)
        row = (await conn.execute(newest)).mappings().one_or_none()
    if row is None:
        row = await _make(conn, segredos)
    private = segredos.open(USE, row["kid"].encode(), row["privada"])
    return ECKey.import_key(msgspec.json.decode(private))


async def _make(conn: AsyncConnection, segredos: Segredos) -> RowMapping:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    kid = str(key.kid)
    made = insert(chaves).values(
        kid=kid,
        publica=msgspec.json.encode(key.as_dict(private=False)),
        privada=segredos.seal(USE, kid.encode(), msgspec.json.encode(key.as_dict(private=True))),
    )
    row: RowMapping = (await conn.execute(made.returning(chaves))).mappings().one()
    return row


def _view(row: RowMapping) -> CertificadoDeEliminacao:
    return CertificadoDeEliminacao(
        id=row["id"],
        criado_em=row["criado_em"],
        conteudo=msgspec.Raw(row["conteudo"]),
        assinado=row["assinado"],
    )
