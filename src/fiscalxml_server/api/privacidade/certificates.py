"""What a certificate of erasure says. The Auth Service signs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec

from fiscalxml_server.api.privacidade.repository import Apagado

Motivo = Literal["custodia", "pedido_de_titular", "encerramento"]


class Certificado(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That these documents were erased: their rows, terms, validations, copies; at the end of an
    organisation, the other rows, too.
    """

    versao: int = 1
    id: UUID
    organizacao: UUID
    motivo: Motivo
    pedido: UUID | None = None
    """of a person, where it was asked for"""
    por: str
    em: datetime
    documentos: int
    copias: int
    validacoes: int
    de: datetime | None = None
    ate: datetime | None = None
    """dates of the documents"""
    impressao: str
    """SHA-256 of the documents' SHA-256 one after the other, in their order"""
    registros: dict[str, int] = {}
    """rows of other tables: how many of which"""
    chaves_apagadas_em: datetime | None = None
    """of the organisation: from then on nothing sealed with them can be read, in backups neither"""
    sem_copia_de_seguranca_em: datetime
    """from when on no backup has any of it"""


def certify(
    ident: UUID,
    organizacao: UUID,
    motivo: Motivo,
    apagados: Sequence[Apagado],
    *,
    por: str,
    backup_days: int,
    pedido: UUID | None = None,
) -> Certificado:
    """The certificate of what was erased by one transaction."""
    now = datetime.now(UTC)
    return Certificado(
        id=ident,
        organizacao=organizacao,
        motivo=motivo,
        pedido=pedido,
        por=por,
        em=now,
        documentos=len(apagados),
        copias=sum(each.copias for each in apagados),
        validacoes=sum(each.validacoes for each in apagados),
        de=min((each.data for each in apagados), default=None),
        ate=max((each.data for each in apagados), default=None),
        impressao=sha256(b"".join(sorted(each.sha256 for each in apagados))).hexdigest(),
        sem_copia_de_seguranca_em=now + timedelta(days=backup_days),
    )
