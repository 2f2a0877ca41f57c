"""Certificates of erasure, signed: whoever has the public key sees that they are ours.

A worker writes what it erased; the keys that sign are the Auth Service's, apart from those of
tokens, and stay published for good.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec
from joserfc import jws
from sqlalchemy import RowMapping, select, update

from fiscalxml_server.auth.assinatura import Assinatura
from fiscalxml_server.auth.privacidade import repository
from fiscalxml_server.auth.privacidade.models import chaves_de_certificados as chaves
from fiscalxml_server.auth.privacidade.schemas import (
    CertificadoDeEliminacao,
    PaginaDeCertificados,
)
from fiscalxml_server.auth.privacidade.service import list_rows
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.custody import certificados
from fiscalxml_server.kit.errors import NaoEncontrado

TYPE: Final = "fiscalxml-certificado"
ALGORITHM: Final = "ES256"
USE: Final = b"chave de certificados"
_KEYS: Final = Assinatura(chaves, USE)
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
        key = await _KEYS.key(conn, recursos.segredos)
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
        await _KEYS.key(conn, recursos.segredos)
        return {"keys": await _KEYS.public(conn)}


def _view(row: RowMapping) -> CertificadoDeEliminacao:
    return CertificadoDeEliminacao(
        id=row["id"],
        criado_em=row["criado_em"],
        conteudo=msgspec.Raw(row["conteudo"]),
        assinado=row["assinado"],
    )
