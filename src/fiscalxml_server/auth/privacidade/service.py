"""Requests of persons and legal holds.

The organisation is the controller of its documents: a request comes to it, from whoever a document
names, and it is entered here. A worker finds the documents and answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping, Table

from fiscalxml_server.auth.privacidade import repository
from fiscalxml_server.auth.privacidade.checking import (
    check_instants,
    checked_inscricao,
    checked_texts,
)
from fiscalxml_server.auth.privacidade.schemas import (
    DocumentoDeTitular,
    NovaRetencao,
    NovoPedidoDeTitular,
    PaginaDeDocumentosDeTitular,
    PedidoDeTitular,
    Retencao,
)
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit import custody
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.custody import pedidos, retencoes
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor
from fiscalxml_server.kit.listing import newest_first

_DIAS: Final = 15
"""to answer a person (LGPD, art. 19, II)"""
_USE: Final = b"titular de dados"
_KEPT: Final = (
    "Documentos fiscais são guardados por 132 meses da autorização, por obrigação legal "
    "(Ajuste SINIEF 2/2025; LGPD, art. 16, I). Depois, são eliminados, se nenhuma retenção legal o "
    "impede. Até lá, não são usados para outro fim."
)
_ALL_GONE: Final = "Nenhum documento que cite o titular continua guardado."
_NOT_YET: Final = "A busca ainda não terminou."


class EliminacaoEmCurso(Problema):
    status, codigo, titulo = 409, "eliminacao_em_curso", "A organização está sendo eliminada"
    explicacao = "O prazo para desistir terminou, e tudo da organização está sendo eliminado."


async def ask(recursos: Recursos, sujeito: Sujeito, novo: NovoPedidoDeTitular) -> PedidoDeTitular:
    """Enter a request. Raises `ParametrosInvalidos`."""
    inscricao, pedido = checked_inscricao(novo.inscricao), new_id()
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        row = await repository.add(
            conn,
            pedidos,
            organizacao=organizacao,
            id=pedido,
            tipo=novo.tipo,
            inscricao=inscricao,
            titular=recursos.segredos.digest(_USE, organizacao.bytes + inscricao.encode()),
            por=sujeito.ator,
            prazo=datetime.now(UTC).date() + timedelta(days=_DIAS),
        )
        await custody.ask_for_job(conn, organizacao, custody.TITULAR, pedido)
        details = {"tipo": novo.tipo, "inscricao": inscricao}
        entry = Registro(sujeito.ator, Acao.PEDIDO_DE_TITULAR_RECEBIDO, f"pedido:{pedido}", details)
        await record(conn, organizacao, entry)
    return pedido_view(row)


async def read(recursos: Recursos, sujeito: Sujeito, pedido: UUID) -> PedidoDeTitular:
    """Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await repository.find(conn, pedidos, sujeito.organizacao, pedido)
    if row is None:
        raise NaoEncontrado("Não há pedido com este id.")
    return pedido_view(row)


async def read_documents(
    recursos: Recursos, sujeito: Sujeito, pedido: UUID, cursor: str | None, limite: int
) -> PaginaDeDocumentosDeTitular:
    """Documents that name the person. Raises `NaoEncontrado`."""
    after = None if cursor is None else read_cursor(cursor, UUID)
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        if await repository.find(conn, pedidos, organizacao, pedido) is None:
            raise NaoEncontrado("Não há pedido com este id.")
        rows = await repository.documents_of(conn, organizacao, pedido, after, limite + 1)
        entry = Registro(sujeito.ator, Acao.PEDIDO_DE_TITULAR_LIDO, f"pedido:{pedido}")
        await record(conn, organizacao, entry)
    more = write_cursor(rows[limite - 1]["documento"]) if len(rows) > limite else None
    return PaginaDeDocumentosDeTitular([_document_view(row) for row in rows[:limite]], more)


async def list_rows(
    recursos: Recursos, sujeito: Sujeito, table: Table, cursor: str | None, limite: int
) -> tuple[Sequence[RowMapping], str | None]:
    """A page of one of the tables, and the cursor of the next."""
    async with recursos.banco.leitura(sujeito.organizacao) as conn:
        return await newest_first(conn, table, sujeito.organizacao, cursor, limite)


async def hold(recursos: Recursos, sujeito: Sujeito, nova: NovaRetencao) -> Retencao:
    """Hold documents from now on. Raises `ParametrosInvalidos`, `EliminacaoEmCurso`."""
    organizacao, retencao = sujeito.organizacao, new_id()
    check_instants(desde=nova.desde, ate=nova.ate)
    values = {
        "motivo": checked_texts(motivo=nova.motivo)["motivo"],
        "inscricao": None if nova.inscricao is None else checked_inscricao(nova.inscricao),
        "desde": nova.desde,
        "ate": nova.ate,
    }
    async with recursos.banco.transacao(organizacao) as conn:
        await custody.lock_holds(conn, organizacao, alone=True)
        closing = await repository.find_closing(conn, organizacao)
        if closing is not None and closing["chegou"]:
            raise EliminacaoEmCurso("Não há mais o que reter.")
        row = await repository.add(
            conn, retencoes, organizacao=organizacao, id=retencao, por=sujeito.ator, **values
        )
        entry = Registro(sujeito.ator, Acao.RETENCAO_CRIADA, f"retencao:{retencao}", values)
        await record(conn, organizacao, entry)
    return retencao_view(row)


async def release(recursos: Recursos, sujeito: Sujeito, retencao: UUID) -> Retencao:
    """End a hold; one that has ended stays as it is. Raises `NaoEncontrado`."""
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        row = await repository.change(
            conn,
            retencoes,
            organizacao,
            retencao,
            retencoes.c.encerrado_em.is_(None),
            encerrado_em=datetime.now(UTC),
            encerrado_por=sujeito.ator,
        )
        if row is None:
            found = await repository.find(conn, retencoes, organizacao, retencao)
            if found is None:
                raise NaoEncontrado("Não há retenção com este id.")
            return retencao_view(found)
        entry = Registro(sujeito.ator, Acao.RETENCAO_ENCERRADA, f"retencao:{retencao}")
        await record(conn, organizacao, entry)
    return retencao_view(row)


def pedido_view(row: RowMapping) -> PedidoDeTitular:
    """A request as it is told."""
    if row["situacao"] != "respondido":
        explicacao = _NOT_YET
    else:
        explicacao = _KEPT if row["retidos"] else _ALL_GONE
    return PedidoDeTitular(explicacao=explicacao, **_taken(row, PedidoDeTitular, "explicacao"))


def retencao_view(row: RowMapping) -> Retencao:
    """A hold as it is told."""
    return Retencao(**_taken(row, Retencao))


def _document_view(row: RowMapping) -> DocumentoDeTitular:
    gone = row["situacao"] == "eliminado"
    xml = None if gone else f"/v1/documentos/{row['documento']}/xml"
    return DocumentoDeTitular(xml=xml, **_taken(row, DocumentoDeTitular, "xml"))


def _taken(row: RowMapping, kind: type[msgspec.Struct], *others: str) -> dict[str, Any]:
    return {name: row[name] for name in kind.__struct_fields__ if name not in others}
