"""The audit log: what was done, by whom, to what, in the transaction in which it is done.

Each organisation has a chain: an entry's hash (`elo`) covers the one before, so that nothing can be
edited, removed, put elsewhere or cut off at the end without being found. What a person wrote, or
what names one, goes into `detalhes`: the chain covers its salted hash, so that it can be erased
and the chain still holds. `ator` and `alvo` are ids.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd, sem_dados

INSTALACAO: Final = UUID(int=0)
"""the chain of what belongs to no organisation"""
SISTEMA: Final = "sistema"
"""`ator` of what nobody asked for: schedules, expiry"""
_SALT_BYTES: Final = 16


cadeias = Table(
    "cadeias",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("numero", BigInteger, nullable=False),
    Column("quando", DateTime(timezone=True), nullable=False),
    Column("elo", LargeBinary, nullable=False),
    schema="auditoria",
    info=sem_dados(
        "Fim da corrente de auditoria de cada organização",
        "enquanto houver auditoria",
        "organizacao numero quando elo",
    ),
)
"""the last entry of each chain"""

registros = Table(
    "registros",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("numero", BigInteger, primary_key=True),
    Column("quando", DateTime(timezone=True), nullable=False),
    Column("ator", Text, nullable=False),
    Column("acao", Text, nullable=False),
    Column("alvo", Text, nullable=False),
    Column("detalhes", LargeBinary),
    Column("impressao", LargeBinary, nullable=False),
    Column("elo", LargeBinary, nullable=False),
    schema="auditoria",
    info=lgpd(
        Titular.CONTA,
        Base.INTERESSE,
        "Provar quem fez o quê, e quando",
        "o registro, sempre; os detalhes, 5 anos",
        identificacao="detalhes",
        tecnico="organizacao quando ator alvo impressao",
        nenhum="numero acao elo",
    ),
)


class Acao(StrEnum):
    """What can be written into the log; `docs/auditoria.md` is made from it."""

    CONTA_APAGADA = "conta.apagada"
    CONTA_LIDA = "conta.lida"
    DOCUMENTOS_ELIMINADOS = "documentos.eliminados"
    INCIDENTE_COMUNICADO = "incidente.comunicado"
    INCIDENTE_REGISTRADO = "incidente.registrado"
    ORGANIZACAO_CRIADA = "organizacao.criada"
    ORGANIZACAO_ELIMINACAO_CANCELADA = "organizacao.eliminacao_cancelada"
    ORGANIZACAO_ELIMINACAO_PEDIDA = "organizacao.eliminacao_pedida"
    ORGANIZACAO_ELIMINADA = "organizacao.eliminada"
    PEDIDO_DE_TITULAR_LIDO = "pedido_de_titular.lido"
    PEDIDO_DE_TITULAR_RECEBIDO = "pedido_de_titular.recebido"
    PEDIDO_DE_TITULAR_RESPONDIDO = "pedido_de_titular.respondido"
    RETENCAO_CRIADA = "retencao.criada"
    RETENCAO_ENCERRADA = "retencao.encerrada"


class Registro(msgspec.Struct, frozen=True):
    """An entry to be. `alvo`: `<kind>:<id>`, such as `documento:<uuid>`; empty for none."""

    ator: str
    acao: Acao
    alvo: str = ""
    detalhes: Mapping[str, object] | None = None


async def record(conn: AsyncConnection, organizacao: UUID, *registros: Registro) -> int:
    """Append to the organisation's chain; they are there if the transaction commits.

    Call it last: the chain waits from here to the commit. Gives the number of the last one.
    """
    details = [_details(each.detalhes) for each in registros]
    done = await conn.execute(
        _REGISTRAR,
        {
            "de": organizacao,
            "atores": [each.ator for each in registros],
            "acoes": [each.acao.value for each in registros],
            "alvos": [each.alvo for each in registros],
            "textos": details,
            "impressoes": [hashlib.sha256(each or b"").digest() for each in details],
        },
    )
    return int(done.scalar_one())


def link(
    before: bytes, organizacao: UUID, numero: int, micros: int, texts: Sequence[str], details: bytes
) -> bytes:
    """The hash of an entry as the database computes it.

    `micros`: microseconds since 1970; `texts`: ator, acao, alvo; `details`: SHA-256 of the details.
    """
    parts = [before, organizacao.bytes, numero.to_bytes(8, "big"), micros.to_bytes(8, "big")]
    for each in texts:
        data = each.encode()
        parts += [len(data).to_bytes(4, "big"), data]
    return hashlib.sha256(b"".join([*parts, details])).digest()


def _details(detalhes: Mapping[str, object] | None) -> bytes | None:
    """Behind random bytes, so that what was erased cannot be guessed from its hash."""
    if detalhes is None:
        return None
    return os.urandom(_SALT_BYTES) + msgspec.json.encode(detalhes)


_REGISTRAR = text("SELECT auditoria.registrar(:de, :atores, :acoes, :alvos, :textos, :impressoes)")
