"""Reports in, one at a time; causes out, most impact first."""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest
from typing import Final

import msgspec

from fiscalxml.causes.causa import Causa, Panorama, Situacoes
from fiscalxml.causes.counting import DEMAIS, Contagem, Memory, Period
from fiscalxml.causes.roots import Raiz, group
from fiscalxml.identifiers.emitente import emitente_of
from fiscalxml.report import Achado, Report, Tipo

MAX_CAUSAS: Final = 5_000
"""causes that are told apart; findings of further ones are counted by layer, code and severity"""
MAX_VINCULOS: Final = 500_000
"""pairs of cause and emitente that are remembered, and also emitentes; past them a cause's
`emitentes` is a lower bound and says so"""
_TOP_EMITENTES: Final = 20
_MAX_LABELS: Final = 1_000


class Causas:
    """Groups the findings of reports into causes as the reports pass by.

    Memory does not grow with the documents: counts of documents and occurrences are exact; distinct
    emitentes are, up to `MAX_VINCULOS`; causes are told apart up to `MAX_CAUSAS`, which no real
    folder comes near. About 60 MB at the bounds.
    """

    def __init__(self) -> None:
        self._causas: dict[Raiz, Contagem] = {}
        self._memory = Memory(MAX_VINCULOS)
        self._total = Situacoes()
        self._tipos: dict[Tipo, Situacoes] = {}
        self._emitentes: dict[str, Situacoes] = {}
        self._sem_regras = 0
        self._emissao = Period()
        self._esquemas: Counter[str] = Counter()
        self._regras: Counter[str] = Counter()
        self._perfis: Counter[str] = Counter()
        self._labels = (self._esquemas, self._regras, self._perfis)

    def __len__(self) -> int:
        return len(self._causas)

    def add(
        self, report: Report, *, itens: int | None = None, documento: str | None = None
    ) -> list[str]:
        """Count a report. `itens`: how many items (det) its document has, where that is known;
        `documento`: its id, where it is stored.

        Returns the id of the cause of each finding, in the order of `report.achados`.
        """
        emitente = issuer(report)
        self._count(report, emitente)
        if not report.achados:
            return []
        roots, groups = group(report.achados)
        ids: dict[Raiz, str] = {}
        for raiz, grupo in groups.items():
            causa = self._known(raiz, grupo.achados[0])
            causa.add(report, grupo, emitente, itens, documento, self._memory)
            ids[raiz] = causa.id
        return [ids[raiz] for raiz in roots]

    def state(self) -> bytes:
        """All that was counted, for `merge` of another one."""
        return _ENCODER.encode(
            _Estado(
                causas=list(self._causas.values()),
                total=self._total,
                tipos=self._tipos,
                emitentes=self._emitentes,
                sem_regras=self._sem_regras,
                emissao=self._emissao,
                rotulos=[dict(labels) for labels in self._labels],
            )
        )

    def merge(self, state: bytes) -> None:
        """Count what another one has counted, of documents that come after those counted here.

        Raises `msgspec.MsgspecError` for what is no state, before anything is counted.
        """
        other = _DECODER.decode(state)
        self._total.merge(other.total)
        for tipo, situacoes in other.tipos.items():
            self._tipos.setdefault(tipo, Situacoes()).merge(situacoes)
        for emitente, situacoes in other.emitentes.items():
            if found := self._known_emitente(emitente):
                found.merge(situacoes)
        self._sem_regras += other.sem_regras
        self._emissao.merge(other.emissao)
        for labels, others in zip(self._labels, other.rotulos, strict=True):
            for label, count in others.items():
                _label(labels, label, count)
        for causa in other.causas:
            self._known(causa.raiz, causa.achado).merge(causa, self._memory)

    def ranked(self) -> list[Causa]:
        """By severity, then documents, then occurrences."""
        return [causa.told(self._emitentes) for causa in self._sorted()]

    def most(self, count: int) -> list[Causa]:
        """The first of `ranked`."""
        return [causa.told(self._emitentes) for causa in self._sorted()[:count]]

    def panorama(self) -> Panorama:
        """What all documents have in common, with and without findings."""
        return Panorama(
            total=self._total,
            tipos=sorted(self._tipos.items(), key=lambda item: -item[1].documentos),
            emitentes=nsmallest(
                _TOP_EMITENTES,
                self._emitentes.items(),
                key=lambda item: (-item[1].invalido, -item[1].documentos, item[0]),
            ),
            emitentes_distintos=len(self._emitentes),
            sem_regras=self._sem_regras,
            emissao_de=self._emissao.first,
            emissao_ate=self._emissao.last,
            esquemas=[label for label, _ in self._esquemas.most_common()],
            regras=[label for label, _ in self._regras.most_common()],
            perfis=[label for label, _ in self._perfis.most_common()],
        )

    def _count(self, report: Report, emitente: str | None) -> None:
        aviso = any(achado.severidade == "aviso" for achado in report.achados)
        tipo = report.documento.tipo
        if tipo not in self._tipos:
            self._tipos[tipo] = Situacoes()
        counts = [self._total, self._tipos[tipo]]
        if emitente is not None:
            found = self._known_emitente(emitente)
            if found is not None:
                counts.append(found)
        for count in counts:
            count.count(report.veredito, aviso=aviso)
        self._sem_regras += (
            report.camadas["schema"] == "falha" and report.camadas["regras"] == "nao_executada"
        )
        self._emissao.add(report.documento.emissao)
        # "NF-e 4.00 (146 regras)": how many there are depends on dates and ambiente.
        regras = report.conjunto.regras.partition(" (")[0]
        _label(self._esquemas, report.conjunto.schemas)
        _label(self._perfis, report.perfil)
        if report.conjunto.avaliadas:
            _label(self._regras, regras)

    def _known_emitente(self, emitente: str) -> Situacoes | None:
        """Where an emitente is counted; None past the bound."""
        if emitente not in self._emitentes and self._memory.take():
            self._emitentes[emitente] = Situacoes()
        return self._emitentes.get(emitente)

    def _known(self, raiz: Raiz, achado: Achado) -> Contagem:
        """Where a root is counted; `achado`: a finding of it."""
        causa = self._causas.get(raiz)
        if causa is None and len(self._causas) >= MAX_CAUSAS:
            raiz = raiz._replace(regra=None, caminho="", motivo=DEMAIS)
            causa = self._causas.get(raiz)
        if causa is None:
            causa = self._causas[raiz] = Contagem.of(raiz, achado)
        return causa

    def _sorted(self) -> list[Contagem]:
        return sorted(self._causas.values(), key=Contagem.rank)


class _Estado(msgspec.Struct, kw_only=True, array_like=True, frozen=True):
    """What `Causas` knows. States are stored: a new field, here or in what this is made of, goes
    to the end and has a default."""

    causas: list[Contagem]
    total: Situacoes
    tipos: dict[Tipo, Situacoes]
    emitentes: dict[str, Situacoes]
    sem_regras: int
    emissao: Period
    rotulos: list[dict[str, int]]


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(_Estado)


def _label(counter: Counter[str], label: str, count: int = 1) -> None:
    if label in counter or len(counter) < _MAX_LABELS:
        counter[label] += count


def issuer(report: Report) -> str | None:
    """CNPJ or CPF by the key of the document (or of the event's), else by the certificate."""
    documento, certificado = report.documento, report.certificado
    chave = documento.chave or (documento.evento.chave if documento.evento else None)
    by_key = emitente_of(chave) if chave else None
    if by_key or certificado is None:
        return by_key
    return certificado.cnpj or certificado.cpf
