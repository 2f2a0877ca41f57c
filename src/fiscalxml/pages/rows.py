"""The documents that a page lists: the worst ones, within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple, get_args

from fiscalxml.causes import issuer
from fiscalxml.pages.titles import kind, numbers
from fiscalxml.pages.words import cnpj_or_cpf, day
from fiscalxml.report import Achado, Report, Severidade, Veredito

MAX_DOCUMENTOS: Final = 2_000
MAX_ACHADOS: Final = 6_000
"""findings on a page"""
MAX_DO_DOCUMENTO: Final = 10
"""findings of one document, the worst first"""

_SEVERIDADES: Final = get_args(Severidade)


class Linha(NamedTuple):
    """A finding of a document. `causa`: its id."""

    achado: Achado
    causa: str


class Documento(NamedTuple):
    """A document of the page."""

    arquivo: str
    indice: int
    tipo: str
    numero: str
    emitente: str
    emissao: str
    chave: str
    veredito: Veredito
    causas: tuple[str, ...]
    linhas: list[Linha]
    achados: int
    """how many it has, listed or not"""


class Listados:
    """Keeps up to `most` documents: those with an erro before those with an aviso, an info, none.

    Within a severity, the first to come stay. `most`: `MAX_DOCUMENTOS` unless it is given.
    """

    def __init__(self, most: int | None = None) -> None:
        """`total`: how many there are, listed or not; it may be set by who knows better."""
        self._by_severity: list[list[Documento]] = [[] for _ in range(len(_SEVERIDADES) + 1)]
        self._most = MAX_DOCUMENTOS if most is None else most
        self._kept = 0
        self.total = 0

    def add(self, report: Report, causas: Sequence[str]) -> None:
        self.total += 1
        rank = min(
            (_SEVERIDADES.index(achado.severidade) for achado in report.achados),
            default=len(_SEVERIDADES),
        )
        if self._kept == self._most:
            milder = [rows for rows in self._by_severity[rank + 1 :] if rows]
            if not milder:
                return
            milder[-1].pop()
            self._kept -= 1
        self._by_severity[rank].append(_documento(report, causas))
        self._kept += 1

    def documents(self) -> list[Documento]:
        """The worst first; past `MAX_ACHADOS` findings, without theirs."""
        left = MAX_ACHADOS
        listed = []
        for documento in chain.from_iterable(self._by_severity):
            linhas = documento.linhas[: max(left, 0)]
            left -= len(linhas)
            listed.append(documento._replace(linhas=linhas))
        return listed


def _documento(report: Report, causas: Sequence[str]) -> Documento:
    documento = report.documento
    worst = sorted(
        map(Linha, report.achados, causas),
        key=lambda linha: _SEVERIDADES.index(linha.achado.severidade),
    )
    return Documento(
        arquivo=report.arquivo,
        indice=report.indice,
        tipo=kind(documento),
        numero=numbers(documento),
        emitente=cnpj_or_cpf(issuer(report) or ""),
        emissao=day(documento.emissao) if documento.emissao else "",
        chave=documento.chave or "",
        veredito=report.veredito,
        causas=tuple(dict.fromkeys(causas)),
        linhas=worst[:MAX_DO_DOCUMENTO],
        achados=sum(achado.ocorrencias or 1 for achado in report.achados),
    )
