"""Rows of documents. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, RowMapping, Text, any_, bindparam, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.indexing import TRIBUTOS
from fiscalxml_server.api.documentos.models import copias, documentos, validacoes
from fiscalxml_server.api.documentos.schemas import Novo, Validacao, Versao
from fiscalxml_server.kit.db import bulk_insert

_COPIA: Final = ("sha256", "tamanho", "objeto", "inicio", "comprimento")
_LATER: Final = ("versao", "alvo_emitente", "alvo_destinatario")
"""columns that the database sets, or `links`"""
_DOCUMENTO: Final = tuple(c.name for c in documentos.c if c.name not in _LATER)
_VALIDACAO: Final = tuple(c.name for c in validacoes.c if c.name != "revalidacao")
_HISTORICO: Final = tuple(c.name for c in validacoes.c)
_RESUMIDA: Final = tuple(
    c for c in validacoes.c if c.name not in ("organizacao", "documento", "relatorio")
)
_JULGADO: Final = (
    "situacao", "situacao_propria", "protocolo", "registrado_em", "evento_alvo", "veredito",
    "intacta", "assinada", "com_protocolo", "resumo", "validacao", *TRIBUTOS,
)  # fmt: skip


async def insert_first(conn: AsyncConnection, organizacao: UUID, novos: Sequence[Novo]) -> set[str]:
    """Write those whose identity nobody holds yet; returns the identities written.

    At most one of each identity. Sorted, so that two transactions that bring the same ones wait
    for each other instead of locking each other out.
    """
    rows = [
        _row(organizacao, novo, vigente=True)
        for novo in sorted(novos, key=lambda novo: novo.identidade)
    ]
    written = await bulk_insert(
        conn,
        documentos,
        _DOCUMENTO,
        rows,
        # Of any index: another transaction may be between its entries of the one and the other.
        "ON CONFLICT DO NOTHING RETURNING identidade",
    )
    return set(written)


async def insert_version(
    conn: AsyncConnection, organizacao: UUID, novo: Novo, *, vigente: bool
) -> None:
    """Write one more version of an identity."""
    values = dict(zip(_DOCUMENTO, _row(organizacao, novo, vigente=vigente), strict=True))
    await conn.execute(insert(documentos).values(values))


async def insert_validations(
    conn: AsyncConnection, organizacao: UUID, novos: Sequence[tuple[Novo, UUID]]
) -> None:
    """Write the validation of each, under the document that it speaks of."""
    rows = [
        (
            organizacao,
            novo.validacao,
            documento,
            novo.veredito,
            novo.perfil,
            novo.referencia,
            novo.regras,
            novo.schemas,
            novo.relatorio,
            novo.recebido_em,
        )
        for novo, documento in novos
    ]
    await bulk_insert(conn, validacoes, _VALIDACAO, rows)


async def insert_history(
    conn: AsyncConnection,
    organizacao: UUID,
    revalidacao: UUID,
    feitas: Sequence[Validacao],
) -> None:
    """Write validations beside those that stand, as a re-validation has made them."""
    fixed = {"organizacao": organizacao, "revalidacao": revalidacao}
    rows = [
        tuple((fixed | msgspec.structs.asdict(each))[name] for name in _HISTORICO)
        for each in feitas
    ]
    if rows:
        await bulk_insert(conn, validacoes, _HISTORICO, rows)


async def lock_versions(
    conn: AsyncConnection, organizacao: UUID, identidades: Collection[str]
) -> dict[str, list[Versao]]:
    """All versions of these identities, locked until the transaction ends.

    Whoever adds a version holds the lock of those before it. So they are read again once all are
    locked: a version that was added while this transaction waited is not among the locked rows.
    """
    names = Versao.__struct_fields__
    which = (documentos.c.organizacao == organizacao) & (
        documentos.c.identidade == any_(bindparam("identidades", type_=ARRAY(Text)))
    )
    order = documentos.c.identidade, documentos.c.id
    values = {"identidades": sorted(identidades)}
    await conn.execute(
        select(documentos.c.id).where(which).order_by(*order).with_for_update(), values
    )
    rows = await conn.execute(
        select(documentos.c.identidade, *(documentos.c[name] for name in names))
        .where(which)
        .order_by(*order),
        values,
    )
    found: dict[str, list[Versao]] = {}
    for row in rows.mappings():
        found.setdefault(row["identidade"], []).append(
            Versao(**{name: row[name] for name in names})
        )
    return found


async def pass_identity(
    conn: AsyncConnection, organizacao: UUID, holder: UUID, heir: UUID | None
) -> None:
    """`holder` is kept as a conflict; `heir`, or what is written next, holds the identity."""
    for documento, vigente in ((holder, False), (heir, True)):
        await conn.execute(
            update(documentos)
            .where(documentos.c.organizacao == organizacao, documentos.c.id == documento)
            .values(vigente=vigente, versao=_NEXT)
        )


async def attach(conn: AsyncConnection, organizacao: UUID, documento: UUID, novo: Novo) -> None:
    """Another copy of the same content, with its protocol, becomes the document's own.

    The former copy is kept beside it.
    """
    own = (documentos.c.organizacao == organizacao) & (documentos.c.id == documento)
    former = [documentos.c.organizacao, documentos.c.id, *(documentos.c[c] for c in _COPIA)]
    await conn.execute(
        insert(copias).from_select(
            ["organizacao", "documento", *_COPIA], select(*former).where(own)
        )
    )
    values = {name: getattr(novo, name) for name in (*_COPIA, *_JULGADO)}
    await conn.execute(update(documentos).where(own).values(**values, versao=_NEXT))


async def find(conn: AsyncConnection, organizacao: UUID, documento: UUID) -> RowMapping | None:
    """A document by its id, whether it holds its identity or not."""
    rows = await conn.execute(
        select(documentos).where(
            documentos.c.organizacao == organizacao, documentos.c.id == documento
        )
    )
    return rows.mappings().one_or_none()


async def holder(conn: AsyncConnection, organizacao: UUID, identidade: str) -> UUID | None:
    """The document that holds an identity."""
    rows = await conn.execute(
        select(documentos.c.id).where(
            documentos.c.organizacao == organizacao,
            documentos.c.identidade == identidade,
            documentos.c.vigente,
        )
    )
    return rows.scalar_one_or_none()


async def find_by_key(conn: AsyncConnection, organizacao: UUID, chave: str) -> RowMapping | None:
    """The document that holds a chave. Events and messages speak of a chave, they hold none."""
    rows = await conn.execute(
        select(documentos)
        .where(
            documentos.c.organizacao == organizacao,
            documentos.c.chave == chave,
            documentos.c.vigente,
            documentos.c.tipo.not_in(("evento", "inutilizacao", "mensagem")),
        )
        .limit(1)
    )
    return rows.mappings().one_or_none()


async def report(
    conn: AsyncConnection, organizacao: UUID, documento: UUID, validacao: UUID
) -> bytes | None:
    """The report of a validation of a document, as it was stored; None where it has none such."""
    rows = await conn.execute(
        select(validacoes.c.relatorio).where(
            validacoes.c.organizacao == organizacao,
            validacoes.c.id == validacao,
            validacoes.c.documento == documento,
        )
    )
    return rows.scalar_one_or_none()


async def page_validations(
    conn: AsyncConnection, organizacao: UUID, documento: UUID, before: UUID | None, limit: int
) -> Sequence[RowMapping]:
    """Validations of a document, without their reports: from the newest on, those older than
    `before`."""
    query = select(*_RESUMIDA).where(
        validacoes.c.organizacao == organizacao, validacoes.c.documento == documento
    )
    if before is not None:
        query = query.where(validacoes.c.id < before)
    rows = await conn.execute(query.order_by(validacoes.c.id.desc()).limit(limit))
    return rows.mappings().all()


_NEXT: Final = text("versao_atual()")


def _row(organizacao: UUID, novo: Novo, *, vigente: bool) -> tuple[Any, ...]:
    values = msgspec.structs.asdict(novo)
    values["organizacao"] = organizacao
    values["vigente"] = vigente
    return tuple(values[name] for name in _DOCUMENTO)
