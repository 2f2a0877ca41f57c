"""Judging a block again: what became of each document, beside the validation that stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from sqlalchemy import RowMapping

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

    def __init__(self, first: int) -> None:
        self._indice = first
        self.validacoes: list[Validacao] = []
        self.itens: list[Item] = []
        self.causas = Causas()

    def add_failed(self, row: RowMapping, codigo: str, mensagem: str) -> None:
        self.itens.append(failed_item(self._indice, row, codigo, mensagem))
        self._indice += 1

    def add(self, row: RowMapping, antes: Report, julgado: Julgado) -> None:
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
                    indice=self._indice,
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
        self._indice += 1


async def revalidate_block(recursos: Recursos, job: Job) -> None:
    """Judge the documents that a job names, and write what changed. Raises `LeasePerdido`."""
    trabalho = job.trabalho
    org, revalidacao = trabalho.organizacao, trabalho.lote
    async with recursos.banco.transacao(org) as conn:
        row = await repository.find(conn, org, revalidacao)
        assert row is not None  # noqa: S101 - written before its jobs
        if row["situacao"] not in ABERTAS and row["situacao"] != "falhou":
            await jobs.finish(conn, job)
            return
        rows = await repository.block_documents(
            conn, org, revalidacao, trabalho.bloco, trabalho.inicio, trabalho.fim
        )
    copies = await read_copies(recursos, org, rows)
    with span("julgar bloco"):
        opcoes = Opcoes(
            em=row["em"] and row["em"].astimezone(BRASILIA),
            perfil=row["perfil"],
            so_regras=True,
            limits=Limits(max_bytes=recursos.settings.max_document_bytes),
        )
        block = _judge(item_index(job), rows, copies, opcoes)
    with span("gravar bloco"):
        async with recursos.banco.transacao(org) as conn:
            await jobs.finish(conn, job)
            await documentos.insert_history(conn, org, revalidacao, block.validacoes)
            await repository.insert_items(conn, org, revalidacao, block.itens)
            estado = block.causas.state()
            await repository.insert_causes(
                conn, org, revalidacao, trabalho.bloco, trabalho.inicio, estado
            )
            counts = count(len(rows), block.itens)
            ended = await repository.add_done(conn, org, revalidacao, len(rows), counts)
            await tell_end(conn, org, ended)


def item_index(job: Job) -> int:
    """The place, among all documents, of the first one that a job names."""
    return job.trabalho.bloco * BLOCK_DOCUMENTS + job.trabalho.inicio


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


def _judge(
    first: int, rows: Sequence[RowMapping], copies: Sequence[Copia], opcoes: Opcoes
) -> _Block:
    block = _Block(first)
    for row, copy in zip(rows, copies, strict=True):
        if isinstance(copy, bytes):
            antes = read_report(decompress(row["relatorio"]))
            named = Opcoes(**{**opcoes, "arquivo": antes.arquivo})
            block.add(row, antes, next(judge_all(copy, **named)))
        elif isinstance(copy, CopiaAusente):
            block.add_failed(row, "copia_ausente", _AUSENTE)
        else:
            block.add_failed(row, "copia_adulterada", _ALTERADA)
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
