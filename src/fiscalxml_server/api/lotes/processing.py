"""Processing a block: its files judged, their documents written, one outcome for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from fiscalxml.causes import Causas
from fiscalxml.report import Report
from fiscalxml.xml import Limits
from fiscalxml_server.api.documentos import writing as documentos
from fiscalxml_server.api.documentos.intake import concerns, read, to_write
from fiscalxml_server.api.documentos.schemas import Gravado, Novo
from fiscalxml_server.api.lotes import repository
from fiscalxml_server.api.lotes.schemas import Bloco, Entrada, Item
from fiscalxml_server.api.lotes.telling import tell_end
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.jobs import Job, LeasePerdido
from fiscalxml_server.kit.quotas import counting as quotas
from fiscalxml_server.kit.quotas.counting import Contagem
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.storage import Local, Pacote
from fiscalxml_server.kit.telemetry import count_document, count_finding, span

_MENSAGEM: Final = 500  # characters of a finding's text that an item shows
_DE_OUTRA: Final = "Documento de uma empresa que a credencial que mandou o lote não alcança."


class Judged(msgspec.Struct, frozen=True):
    """A document of an entry; `novo` when there is something to write."""

    entrada: Entrada
    parte: int
    report: Report
    novo: Novo | None
    itens: int | None = None
    alheio: bool = False
    """of none of the companies that the lote's sender is limited to: it is not looked at"""


async def process_block(recursos: Recursos, job: Job) -> None:
    """Judge the entries that a job names, and write what became of them. Raises `LeasePerdido`."""
    trabalho = job.trabalho
    org, lote = trabalho.organizacao, trabalho.lote
    async with recursos.banco.transacao(org) as conn:
        bloco = await repository.read_block(conn, org, lote, trabalho.bloco)
    with span("julgar bloco"):
        judged = await _judge(recursos, job, bloco)
    novos = [each.novo for each in judged if each.novo is not None]
    with span("gravar bloco"):
        try:
            async with recursos.banco.transacao(org) as conn:
                await jobs.finish(conn, job)
                gravados = await documentos.write(conn, org, novos)
                itens = _items(judged, gravados)
                await repository.insert_items(conn, org, lote, itens)
                estado = _causes(judged, itens)
                await repository.insert_causes(
                    conn, org, lote, trabalho.bloco, trabalho.inicio, estado
                )
                done = trabalho.fim - trabalho.inicio
                await tell_end(conn, org, await repository.add_done(conn, org, lote, done, itens))
                if new := sum(each.desfecho != "duplicado" for each in gravados):
                    sender = await repository.sent_by(conn, org, lote)
                    await quotas.count(conn, [Contagem(org, sender, new)])
        except LeasePerdido:
            await recursos.objetos.discard([_parts_object(job, job.cerca)])
            raise
    _count(judged, itens)
    await recursos.objetos.discard([*former_parts(job), *_unused(job, bloco, judged, gravados)])


def _unused(
    job: Job, bloco: Bloco, judged: Sequence[Judged], gravados: Sequence[Gravado]
) -> list[str]:
    """Objects of which no row speaks: a lote that is sent again brings nothing but duplicates."""
    novos = [each.novo for each in judged if each.novo is not None]
    used = {novo.objeto for novo, gravado in zip(novos, gravados, strict=True) if gravado.usa_copia}
    unused = {novo.objeto for novo in novos} - used
    # What could not be read is in the block alone, and other jobs may have a share in it.
    whole = (job.trabalho.inicio, job.trabalho.fim) == (0, len(bloco.entradas))
    if used or not whole or len(novos) < len(judged):
        unused.discard(bloco.objeto)
    return sorted(unused)


async def _judge(recursos: Recursos, job: Job, bloco: Bloco) -> list[Judged]:
    trabalho = job.trabalho
    entradas = bloco.entradas[trabalho.inicio : trabalho.fim]
    locais = [Local(bloco.objeto, entrada.inicio, entrada.comprimento) for entrada in entradas]
    copies = await recursos.objetos.read_many(trabalho.organizacao, locais)
    pacote = await recursos.objetos.pacote(trabalho.organizacao)
    pseudonimos = await recursos.objetos.pseudonimos(trabalho.organizacao)
    parts = _Parts(pacote, _parts_name(job, job.cerca))
    limits = Limits(max_bytes=recursos.settings.max_document_bytes)
    now = datetime.now(UTC)
    judged = []
    for entrada, local, data in zip(entradas, locais, copies, strict=True):
        for parte, lido in enumerate(read(data, arquivo=entrada.nome, limits=limits)):
            novo = None
            if lido.identidade is not None and not concerns(lido.identidade, bloco.empresas):
                judged.append(Judged(entrada, parte, lido.report, None, alheio=True))
                continue
            if lido.identidade is not None:
                own = lido.conteudo or data
                where = parts.add(own) if lido.conteudo else local
                novo = to_write(lido, lido.identidade, where, own, trabalho.lote, now, pseudonimos)
            judged.append(Judged(entrada, parte, lido.report, novo, lido.itens))
    await parts.store(recursos)
    return judged


def former_parts(job: Job) -> list[str]:
    """Objects that attempts before this one stored, and could not commit."""
    return [_parts_object(job, earlier) for earlier in range(1, job.cerca)]


def _parts_object(job: Job, cerca: int) -> str:
    return f"{job.trabalho.organizacao}/{_parts_name(job, cerca)}"


def _parts_name(job: Job, cerca: int) -> str:
    """Of an attempt's own, whichever entries of the block it is to judge."""
    trabalho = job.trabalho
    entries = f"{trabalho.bloco:06}-{trabalho.inicio}-{trabalho.fim}"
    return f"lotes/{trabalho.lote}/{entries}-{cerca}-partes"


class _Parts:
    """The object for documents that came inside others, such as the notes of an enviNFe."""

    def __init__(self, pacote: Pacote, nome: str) -> None:
        self._pacote = pacote
        self._nome = nome

    def add(self, data: bytes) -> Local:
        """Where the copy will be."""
        return Local(f"{self._pacote.organizacao}/{self._nome}", *self._pacote.add(data))

    async def store(self, recursos: Recursos) -> None:
        if self._pacote.tamanho:
            await recursos.objetos.put_pacote(self._nome, self._pacote)


def _items(judged: Sequence[Judged], gravados: Sequence[Gravado]) -> list[Item]:
    written = iter(gravados)
    return [item_of(each, next(written) if each.novo else None) for each in judged]


def item_of(judged: Judged, gravado: Gravado | None) -> Item:
    """The outcome that the lote tells of a document. `gravado`: None where nothing was written."""
    report = judged.report
    if judged.alheio:
        return Item(
            indice=judged.entrada.indice,
            parte=judged.parte,
            nome=judged.entrada.nome,
            desfecho="ignorado",
            mensagem=_DE_OUTRA,
        )
    shown = next((achado for achado in report.achados if achado.severidade == "erro"), None)
    if shown is None and gravado is None and report.achados:
        # What says that it is no fiscal document comes after what is to be said of any XML.
        shown = report.achados[-1]
    return Item(
        indice=judged.entrada.indice,
        parte=judged.parte,
        nome=judged.entrada.nome,
        desfecho="ilegivel" if gravado is None else gravado.desfecho,
        documento=None if gravado is None else gravado.documento,
        tipo=report.documento.tipo,
        chave=report.documento.chave,
        veredito=report.veredito,
        codigo=shown.codigo if shown else None,
        mensagem=shown.mensagem[:_MENSAGEM] if shown else None,
    )


def _causes(judged: Sequence[Judged], itens: Sequence[Item]) -> bytes:
    """The causes of these documents, to be merged with those of the lote's other blocks."""
    causas = Causas()
    for each, item in zip(judged, itens, strict=True):
        if each.alheio:
            continue
        documento = None if item.documento is None else str(item.documento)
        causas.add(each.report, itens=each.itens, documento=documento)
    return causas.state()


def _count(judged: Sequence[Judged], itens: Sequence[Item]) -> None:
    outcomes = Counter((item.tipo or "", item.veredito or "", item.desfecho) for item in itens)
    for labels, number in outcomes.items():
        count_document(*labels, count=number)
    looked_at = [each.report for each in judged if not each.alheio]
    findings = Counter(achado.codigo for report in looked_at for achado in report.achados)
    for codigo, number in findings.items():
        count_finding(codigo, number)
