"""Re-validations: asked for, followed, read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from starlette.responses import Response

from fiscalxml_server.api.documentos import parties
from fiscalxml_server.api.relatorios.merging import merged_causes
from fiscalxml_server.api.relatorios.service import ranked
from fiscalxml_server.api.revalidacoes import repository
from fiscalxml_server.api.revalidacoes.repository import Parte
from fiscalxml_server.api.revalidacoes.request import encode_filter
from fiscalxml_server.api.revalidacoes.schemas import ABERTAS, PLANEJAR, Mudanca, Papel, Pedido
from fiscalxml_server.api.revalidacoes.views import (
    item_view,
    party_view,
    report_address,
    revalidation_view,
)
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.admission import admit
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor
from fiscalxml_server.kit.http.events import Andamento, Row
from fiscalxml_server.kit.idempotency import JaAtendido, remember, request_under, served_once
from fiscalxml_server.kit.jobs import Trabalho
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.telemetry import current_traceparent

_OPERACAO: Final = "revalidarDocumentos"
_CODES: Final = 10
"""of a party, those that came with most of its documents"""
_Count = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
_Inscricao = Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{1,14}$")]


async def create(
    recursos: Recursos, sujeito: Sujeito, pedido: Pedido, idempotency_key: str | None
) -> Response:
    """Note a re-validation and the job that plans it, together: 202.

    Raises `FilaCheia`, `ChaveReutilizada`, `Indisponivel`.
    """
    org, ident = sujeito.organizacao, new_id()
    await admit(recursos, org)
    content = msgspec.json.encode(pedido, order="sorted")
    request = request_under(sujeito, idempotency_key, _OPERACAO, content)
    planning = Trabalho(organizacao=org, tipo=PLANEJAR, lote=ident)
    values = msgspec.structs.asdict(pedido) | {"filtro": encode_filter(pedido.filtro)}
    try:
        async with served_once(recursos.banco, org, request) as conn:
            await repository.insert_revalidation(
                conn,
                org,
                ident,
                credencial=sujeito.credencial,
                empresas=sujeito.limite,
                **values,
            )
            await jobs.add(conn, [planning], current_traceparent())
            row = await repository.find(conn, org, ident)
            assert row is not None  # noqa: S101 - written above
            response = json_response(revalidation_view(row), 202)
            response.headers["Location"] = f"/v1/revalidacoes/{ident}"
            await remember(conn, request, response)
            asked = Registro(
                sujeito.ator,
                Acao.REVALIDACAO_PEDIDA,
                f"revalidacao:{ident}",
                {"pedido": msgspec.Raw(content)},
            )
            await record(conn, org, asked)
            return response
    except JaAtendido as answered:
        return answered.response


async def find(recursos: Recursos, organizacao: UUID, revalidacao: UUID) -> RowMapping:
    """Its row. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(organizacao) as conn:
        row = await repository.find(conn, organizacao, revalidacao)
    if row is None:
        raise NaoEncontrado("Não há revalidação com este id.")
    return row


async def cancel(recursos: Recursos, sujeito: Sujeito, revalidacao: UUID) -> RowMapping:
    """Begin nothing more of it; its row. One that has ended stays as it is.

    Raises `NaoEncontrado`.
    """
    organizacao = sujeito.organizacao
    await find(recursos, organizacao, revalidacao)
    async with recursos.banco.whole.transacao(organizacao) as conn:
        await repository.cancel(conn, organizacao, revalidacao)
        cancelled = Registro(sujeito.ator, Acao.REVALIDACAO_CANCELADA, f"revalidacao:{revalidacao}")
        await record(conn, organizacao, cancelled)
    return await find(recursos, organizacao, revalidacao)


async def list_page(
    recursos: Recursos, organizacao: UUID, cursor: str | None, limite: int
) -> dict[str, Any]:
    """Newest first."""
    before = None if cursor is None else read_cursor(cursor, UUID)
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await repository.page(conn, organizacao, before, limite + 1)
    more = write_cursor(rows[limite - 1]["id"]) if len(rows) > limite else None
    return {"itens": [revalidation_view(row) for row in rows[:limite]], "proximo": more}


async def list_items(
    recursos: Recursos,
    organizacao: UUID,
    revalidacao: UUID,
    *,
    mudanca: Mudanca | None,
    emitente: str | None,
    destinatario: str | None,
    codigo: str | None,
    cursor: str | None,
    limite: int,
) -> dict[str, Any]:
    """What changed, in the plan's order. Raises `NaoEncontrado`."""
    await find(recursos, organizacao, revalidacao)
    after = None if cursor is None else read_cursor(cursor, _Count)
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await repository.page_items(
            conn,
            organizacao,
            revalidacao,
            after=after,
            limit=limite + 1,
            mudanca=mudanca,
            emitente=emitente,
            destinatario=destinatario,
            vieram=codigo,
        )
    more = write_cursor(rows[limite - 1]["indice"]) if len(rows) > limite else None
    return {"itens": [item_view(row) for row in rows[:limite]], "proximo": more}


async def causes(
    recursos: Recursos, organizacao: UUID, revalidacao: UUID, limite: int
) -> dict[str, Any]:
    """The causes of what came, as far as it has been judged. Raises `NaoEncontrado`."""
    row = await find(recursos, organizacao, revalidacao)
    read = partial(repository.page_causes, organizacao=organizacao, revalidacao=revalidacao)
    causas = await merged_causes(recursos, organizacao, read)
    view = await ranked(causas, limite)
    await _point_to_reports(recursos, organizacao, revalidacao, view["causas"])
    return {"parcial": row["situacao"] in ABERTAS, "sem_relatorio": row["falha"], **view}


async def _point_to_reports(
    recursos: Recursos, organizacao: UUID, revalidacao: UUID, causas: Sequence[dict[str, Any]]
) -> None:
    """The examples show what came; the report that stands does not have it."""
    exemplos = [exemplo for causa in causas for exemplo in causa["exemplos"]]
    ids = {UUID(exemplo["documento"]) for exemplo in exemplos}
    async with recursos.banco.leitura(organizacao) as conn:
        made = await repository.validations_of(conn, organizacao, revalidacao, ids)
    for exemplo in exemplos:
        documento = UUID(exemplo["documento"])
        exemplo["relatorio"] = report_address(documento, made[documento])


async def list_parties(
    recursos: Recursos,
    organizacao: UUID,
    revalidacao: UUID,
    *,
    papel: Papel,
    cursor: str | None,
    limite: int,
) -> dict[str, Any]:
    """Parties of what changed, those with most that became invalid first.

    Raises `NaoEncontrado`.
    """
    await find(recursos, organizacao, revalidacao)
    after: Parte | None = None
    if cursor is not None:
        after = read_cursor(cursor, tuple[_Count, _Count, _Inscricao])
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await repository.page_parties(
            conn, organizacao, revalidacao, papel, after, limite + 1
        )
        shown = rows[:limite]
        who = [row["inscricao"] for row in shown]
        names = await parties.names(conn, organizacao, who)
        codes: dict[str, list[Row]] = {inscricao: [] for inscricao in who}
        if who:
            for row in await repository.codes_of_parties(
                conn, organizacao, revalidacao, papel, who
            ):
                codes[row["inscricao"]].append(row)
    more = None
    if len(rows) > limite:
        last = shown[-1]
        more = write_cursor((last["para_invalido"], last["documentos"], last["inscricao"]))
    return {
        "itens": [
            party_view(row, names.get(row["inscricao"]), codes[row["inscricao"]][:_CODES])
            for row in shown
        ],
        "proximo": more,
    }


def progress(recursos: Recursos, organizacao: UUID, revalidacao: UUID) -> Andamento:
    """How it is followed; reading it raises `NaoEncontrado`."""
    return Andamento(lambda: find(recursos, organizacao, revalidacao), revalidation_view, _ended)


def _ended(row: Row) -> bool:
    """Of one whose plan failed, what had been planned is still judged."""
    if row["situacao"] == "falhou":
        return bool(row["prontos"] >= row["total"])
    return row["situacao"] not in ABERTAS
