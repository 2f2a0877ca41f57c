"""One document: judged, stored, found again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from starlette.responses import Response

from fiscalxml.xml import Limits
from fiscalxml_server.api.documentos import repository
from fiscalxml_server.api.documentos.intake import Lido, concerns, read, to_write
from fiscalxml_server.api.documentos.schemas import Gravado, Novo
from fiscalxml_server.api.documentos.views import validation_view
from fiscalxml_server.api.documentos.writing import write
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.compression import decompress
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import touched
from fiscalxml_server.kit.http.body import several_documents
from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor
from fiscalxml_server.kit.http.problems import problem_response
from fiscalxml_server.kit.http.stores import reaching_store
from fiscalxml_server.kit.http.work import run_sized
from fiscalxml_server.kit.idempotency import JaAtendido, remember, request_under, served_once
from fiscalxml_server.kit.quotas.counting import spend
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.storage import Local
from fiscalxml_server.kit.telemetry import count_document, count_finding

_OPERACAO = "guardarDocumento"
_CHAVE = re.compile(r"[0-9A-Z]{44}(?:[0-9A-Z]{6})?")


class DocumentoIlegivel(Problema):
    status, codigo, titulo = 422, "documento_ilegivel", "Não é um documento fiscal legível"
    explicacao = (
        "O corpo não pôde ser lido como um documento fiscal, e por isso não foi guardado. O membro "
        "relatorio diz o que há de errado com ele."
    )


class DocumentoEmConflito(Problema):
    status, codigo, titulo = 409, "conflito", "Já há outro conteúdo com esta identidade"
    explicacao = (
        "Um documento com a mesma chave e outro conteúdo já estava guardado e continua valendo. O "
        "que veio agora foi guardado ao lado dele: documento é o seu id, relatorio o seu relatório."
    )


class DocumentoDeOutraEmpresa(Problema):
    status, codigo, titulo = 403, "documento_de_outra_empresa", "O documento é de outra empresa"
    explicacao = (
        "A credencial só alcança certas empresas, e nenhuma delas é emitente nem destinatário do "
        "documento. Nada foi guardado. Uma credencial sem limite, ou com esta empresa, pode "
        "guardá-lo."
    )


class SemResumoGuardado(Problema):
    status, codigo, titulo = 404, "sem_resumo_guardado", "Este documento não tem resumo"
    explicacao = "Mensagens de serviço são guardadas e validadas, mas não têm o que resumir."


async def store(
    recursos: Recursos, sujeito: Sujeito, data: bytes, idempotency_key: str | None
) -> Response:
    """Judge and store the one document in `data`.

    Raises `MaisDeUmDocumento`, `DocumentoIlegivel`, `DocumentoDeOutraEmpresa`, `ChaveReutilizada`,
    `CotaEsgotada`, `Indisponivel`.
    """
    organizacao = sujeito.organizacao
    pedido = request_under(sujeito, idempotency_key, _OPERACAO, data)
    lido = await run_sized(len(data), partial(_read, data, recursos.settings.max_document_bytes))
    report = msgspec.Raw(lido.report.to_json())
    if lido.identidade is None:
        raise DocumentoIlegivel("O corpo não é um documento fiscal.", relatorio=report)
    if not concerns(lido.identidade, sujeito.empresas):
        raise DocumentoDeOutraEmpresa("Nenhuma das partes é uma empresa desta credencial.")
    novo = await _keep(recursos, organizacao, data, lido)
    try:
        async with (
            recursos.kept_with_its_row(novo.objeto),
            served_once(recursos.banco, organizacao, pedido) as conn,
        ):
            (gravado,) = await write(conn, organizacao, [novo])
            if gravado.desfecho != "duplicado":
                await spend(conn, recursos.settings, sujeito)
            response = answer(gravado, report)
            await remember(conn, pedido, response)
            await record(conn, organizacao, _received(sujeito, novo, gravado))
    except JaAtendido as answered:
        return answered.response
    if not gravado.usa_copia:
        await recursos.objetos.discard([novo.objeto])
    count_document(novo.tipo, novo.veredito, gravado.desfecho)
    for achado in lido.report.achados:
        count_finding(achado.codigo)
    return response


def _received(sujeito: Sujeito, novo: Novo, gravado: Gravado) -> Registro:
    details = {"chave": novo.chave or novo.evento_chave, "desfecho": gravado.desfecho}
    alvo = f"documento:{gravado.documento}"
    return Registro(sujeito.ator, Acao.DOCUMENTO_RECEBIDO, alvo, details)


async def find(recursos: Recursos, organizacao: UUID, chave: str) -> RowMapping:
    """The document of a chave, or of an id. Raises `NaoEncontrado`."""
    row = None
    if is_chave(chave):
        async with recursos.banco.leitura(organizacao) as conn:
            row = await repository.find_by_key(conn, organizacao, chave)
    elif ident := _uuid(chave):
        async with recursos.banco.leitura(organizacao) as conn:
            row = await repository.find(conn, organizacao, ident)
    if row is None:
        raise NaoEncontrado("Não há documento guardado com esta chave ou este id.")
    touched(f"documento:{row['id']}")
    return row


def is_chave(text: str) -> bool:
    """Whether a text has the form of a chave."""
    return _CHAVE.fullmatch(text) is not None


async def read_copy(recursos: Recursos, organizacao: UUID, chave: str) -> tuple[RowMapping, bytes]:
    """The document and its bytes. Raises `NaoEncontrado`."""
    row = await find(recursos, organizacao, chave)
    local = Local(row["objeto"], row["inicio"], row["comprimento"])
    with reaching_store():
        return row, await recursos.objetos.read(organizacao, local, row["sha256"])


async def read_report(
    recursos: Recursos, organizacao: UUID, chave: str, validacao: UUID | None = None
) -> tuple[RowMapping, bytes]:
    """The document and its report as JSON; that of another validation of it, where one is named.

    Raises `NaoEncontrado`.
    """
    row = await find(recursos, organizacao, chave)
    wanted = validacao or row["validacao"]
    async with recursos.banco.leitura(organizacao) as conn:
        report = await repository.report(conn, organizacao, row["id"], wanted)
    if report is None:
        raise NaoEncontrado("Este documento não tem uma validação com este id.")
    return row, decompress(report)


async def list_validations(
    recursos: Recursos, organizacao: UUID, chave: str, cursor: str | None, limite: int
) -> dict[str, Any]:
    """Validations of a document, newest first. Raises `NaoEncontrado`."""
    row = await find(recursos, organizacao, chave)
    before = None if cursor is None else read_cursor(cursor, UUID)
    async with recursos.banco.leitura(organizacao) as conn:
        found = await repository.page_validations(conn, organizacao, row["id"], before, limite + 1)
    more = write_cursor(found[limite - 1]["id"]) if len(found) > limite else None
    itens = [validation_view(each, row["validacao"]) for each in found[:limite]]
    return {"itens": itens, "proximo": more}


async def read_summary(
    recursos: Recursos, organizacao: UUID, chave: str
) -> tuple[RowMapping, bytes]:
    """The document and its resumo as JSON. Raises `NaoEncontrado`, `SemResumoGuardado`."""
    row = await find(recursos, organizacao, chave)
    if row["resumo"] is None:
        raise SemResumoGuardado("Este documento não tem resumo.")
    return row, decompress(row["resumo"])


def _read(data: bytes, max_bytes: int) -> Lido:
    found = list(islice(read(data, limits=Limits(max_bytes=max_bytes)), 2))
    if len(found) > 1:
        raise several_documents()
    return found[0]


async def _keep(recursos: Recursos, organizacao: UUID, data: bytes, lido: Lido) -> Novo:
    """The document's copy in the store, and the row that will speak of it.

    What came inside something else (a SOAP envelope) is kept by itself, as in a lote.
    """
    assert lido.identidade is not None  # noqa: S101 - checked by the caller
    own = data if lido.conteudo is None else lido.conteudo
    with reaching_store():
        local = await recursos.objetos.put(organizacao, f"documentos/{new_id()}", own)
        pseudonimos = await recursos.objetos.pseudonimos(organizacao)
    return to_write(lido, lido.identidade, local, own, None, datetime.now(UTC), pseudonimos)


def answer(gravado: Gravado, report: msgspec.Raw) -> Response:
    """What the caller is told of a document that was written: 201, 200 or 409."""
    if gravado.desfecho == "conflito":
        return problem_response(
            DocumentoEmConflito(
                "Outro conteúdo já tem esta identidade; o que veio foi guardado ao lado.",
                documento=gravado.documento,
                relatorio=report,
            )
        )
    known = gravado.desfecho == "duplicado"
    response = json_response(
        {
            "id": gravado.documento,
            "desfecho": gravado.desfecho,
            "protocolo_anexado": gravado.protocolo_anexado,
            "relatorio": report,
        },
        200 if known else 201,
    )
    response.headers["Location"] = f"/v1/documentos/{gravado.documento}"
    return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
