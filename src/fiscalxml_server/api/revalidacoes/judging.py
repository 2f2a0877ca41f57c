"""Judging a block again: what became of each document, beside the validation that stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.causes import Causas, compare
from fiscalxml.documents.facts import BRASILIA
from fiscalxml.judgement import Opcoes
from fiscalxml.report import Report, read_report
from fiscalxml.validate import Julgado, judge_all
from fiscalxml.xml import Limits
from fiscalxml_server.api.documentos import repository as documentos
from fiscalxml_server.api.documentos.copies import Copia, read_copies
from fiscalxml_server.api.documentos.schemas import Validacao
from fiscalxml_server.api.revalidacoes import repository
from fiscalxml_server.api.revalidacoes.planning import BLOCK_DOCUMENTS
from fiscalxml_server.api.revalidacoes.schemas import ABERTAS, Item, count
from fiscalxml_server.api.revalidacoes.telling import tell_end
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.compression import compress, decompress
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.jobs import Job
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.storage import CopiaAusente
from fiscalxml_server.kit.telemetry import span

_OF_DOCUMENT: Final = ("tipo", "chave", "emissao", "emitente", "destinatario")
_AUSENTE: Final = "A cópia do documento não está mais no armazenamento."
_ALTERADA: Final = "A cópia do documento foi alterada no armazenamento: não é a que foi guardada."


class _Block:
    """What is written of a block."""

    def __init__(self) -> None:
        self.validacoes: list[Validacao] = []
        self.itens: list[Item] = []
        self.causas = Causas()

    def add_failed(self, indice: int, row: RowMapping, codigo: str, mensagem: str) -> None:
        self.itens.append(failed_item(indice, row, codigo, mensagem))

    def add(self, indice: int, row: RowMapping, antes: Report, julgado: Julgado) -> None:
        depois = julgado.report
        validacao = _validation(row, depois)
        self.validacoes.append(validacao)
        mudanca = compare(antes, depois)
        came = [depois.achados[position] for position in mudanca.vieram]
        self.causas.add(
            msgspec.structs.replace(depois, achados=came),
            itens=julgado.itens,
            documento=str(row["id"]),
        )
        if mudanca.transicao != "igual":
            self.itens.append(
                Item(
                    indice=indice,
                    documento=row["id"],
                    mudanca=mudanca.transicao,
                    antes=antes.veredito,
                    depois=depois.veredito,
                    validacao=validacao.id,
                    vieram=mudanca.codigos_que_vieram,
                    foram=mudanca.codigos_que_foram,
                    **{name: row[name] for name in _OF_DOCUMENT},
                )
            )


async def revalidate_block(recursos: Recursos, job: Job) -> None:
    """Judge the documents that a job names, and write what changed. Raises `LeasePerdido`."""
    while not await _revalidate(recursos, job):
        pass


async def _revalidate(recursos: Recursos, job: Job) -> bool:
    """False: one of them was erased meanwhile, and nothing may be written of it."""
    trabalho = job.trabalho
    org, revalidacao = trabalho.organizacao, trabalho.lote
    async with recursos.banco.transacao(org) as conn:
        row = await repository.find(conn, org, revalidacao)
        assert row is not None  # noqa: S101 - written before its jobs
        if row["situacao"] not in ABERTAS and row["situacao"] != "falhou":
            await jobs.finish(conn, job)
            return True
        rows = await block_documents(conn, job)
    copies = await read_copies(recursos, org, list(rows.values()))
    with span("julgar bloco"):
        opcoes = Opcoes(
            em=row["em"] and row["em"].astimezone(BRASILIA),
            perfil=row["perfil"],
            so_regras=True,
            limits=Limits(max_bytes=recursos.settings.max_document_bytes),
        )
        block = _judge(rows, copies, opcoes)
    with span("gravar bloco"):
        async with recursos.banco.transacao(org) as conn:
            if not await repository.keep(conn, org, [each["id"] for each in rows.values()]):
                return False
            await jobs.finish(conn, job)
            await documentos.insert_history(conn, org, revalidacao, block.validacoes)
            estado = block.causas.state()
            await repository.insert_causes(
                conn, org, revalidacao, trabalho.bloco, trabalho.inicio, estado
            )
            await write_done(conn, job, len(rows), block.itens)
    return True


async def block_documents(conn: AsyncConnection, job: Job) -> dict[int, RowMapping]:
    """The documents that a job names, by their places among all of the re-validation."""
    trabalho = job.trabalho
    first = trabalho.bloco * BLOCK_DOCUMENTS
    found = await repository.block_documents(
        *(conn, trabalho.organizacao, trabalho.lote),
        *(trabalho.bloco, trabalho.inicio, trabalho.fim),
    )
    return {first + place: row for place, row in found.items()}


async def write_done(
    conn: AsyncConnection, job: Job, documentos: int, itens: Sequence[Item]
) -> None:
    """So many of the documents that a job names are done with; the others were erased."""
    trabalho = job.trabalho
    org, revalidacao = trabalho.organizacao, trabalho.lote
    await repository.insert_items(conn, org, revalidacao, itens)
    gone = trabalho.fim - trabalho.inicio - documentos
    ended = await repository.add_done(conn, org, revalidacao, count(documentos, itens), gone)
    await tell_end(conn, org, ended)


def failed_item(indice: int, row: RowMapping, codigo: str, mensagem: str) -> Item:
    """Of a document that could not be judged again."""
    return Item(
        indice=indice,
        documento=row["id"],
        mudanca="falha",
        antes=row["veredito"],
        codigo=codigo,
        mensagem=mensagem,
        **{name: row[name] for name in _OF_DOCUMENT},
    )


def _judge(rows: Mapping[int, RowMapping], copies: Sequence[Copia], opcoes: Opcoes) -> _Block:
    block = _Block()
    for (indice, row), copy in zip(rows.items(), copies, strict=True):
        if isinstance(copy, bytes):
            antes = read_report(decompress(row["relatorio"]))
            named = Opcoes(**{**opcoes, "arquivo": antes.arquivo})
            block.add(indice, row, antes, next(judge_all(copy, **named)))
        elif isinstance(copy, CopiaAusente):
            block.add_failed(indice, row, "copia_ausente", _AUSENTE)
        else:
            block.add_failed(indice, row, "copia_adulterada", _ALTERADA)
    return block


def _validation(row: RowMapping, report: Report) -> Validacao:
    return Validacao(
        id=new_id(),
        documento=row["id"],
        veredito=report.veredito,
        perfil=report.perfil,
        referencia=datetime.fromisoformat(report.referencia.data),
        regras=report.conjunto.regras,
        schemas=report.conjunto.schemas,
        relatorio=compress(report.to_json()),
        criado_em=datetime.now(UTC),
    )
