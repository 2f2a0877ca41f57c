"""What is counted of one cause as documents pass by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from heapq import nsmallest
from typing import Final

import msgspec

from fiscalxml.causes.causa import Causa, Emitente, Exemplo, Itens, Situacoes
from fiscalxml.causes.roots import SEVERIDADES, Grupo, Raiz, without_positions
from fiscalxml.causes.texts import Comum
from fiscalxml.causes.wording import overflow, sentence
from fiscalxml.report import Achado, Report, Tipo

MAX_EXEMPLOS: Final = 5
"""examples of a cause: its first documents"""
DEMAIS: Final = "demais"
"""`motivo` of a root that stands for all that came after there were too many"""

_LARGEST: Final = 5
_CPF: Final = 11
_ITEM: Final = re.compile(r"(?:^|/)det(?:\[(\d+)\])?(?=/|$)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


class Memory:
    """How many more things may be remembered."""

    def __init__(self, left: int) -> None:
        self._left = left

    def take(self) -> bool:
        self._left -= 1
        return self._left >= 0


class Period:
    """The first and the last day of dates as the documents write them."""

    __slots__ = ("first", "last")

    def __init__(self) -> None:
        self.first: str | None = None
        self.last: str | None = None

    def add(self, moment: str | None) -> None:
        if moment is None or not _DATE.match(moment):
            return
        day = moment[:10]
        if self.first is None or day < self.first:
            self.first = day
        if self.last is None or day > self.last:
            self.last = day


class Contagem:
    """What is counted of one cause."""

    def __init__(self, raiz: Raiz, achado: Achado) -> None:
        self.raiz = raiz
        self.id = sha256(repr(tuple(raiz)).encode(errors="surrogatepass")).hexdigest()[:12]
        self.achado = achado
        self.documentos = 0
        self.ocorrencias = 0
        self.emitentes: dict[str, int] = {}
        self.anonimos = 0
        self.esquecidos = False
        self.tipos: Counter[Tipo] = Counter()
        self.emissao = Period()
        self.tambem: dict[str, None] = {}
        self.todos = self.alguns = 0
        self.exemplos: list[Exemplo] = []
        self.caminho: str | None = without_positions(achado.caminho)
        self.mensagem = Comum(achado.mensagem)
        self.explicacao = Comum(achado.explicacao)
        self.correcao = Comum(achado.correcao)
        self.fonte = Comum(achado.fonte)

    def rank(self) -> tuple[int, int, int, str]:
        return (
            SEVERIDADES.index(self.raiz.severidade),
            -self.documentos,
            -self.ocorrencias,
            self.id,
        )

    def add(
        self,
        report: Report,
        grupo: Grupo,
        emitente: str | None,
        itens: int | None,
        memory: Memory,
    ) -> None:
        """Count one document."""
        self.documentos += 1
        self._count_emitente(emitente, memory)
        self.tipos[report.documento.tipo] += 1
        self.emissao.add(report.documento.emissao)
        for achado in grupo.achados:
            self.ocorrencias += achado.ocorrencias or 1
            self._learn(achado)
        for achado in grupo.consequencias:
            self.tambem[achado.codigo] = None
        if itens:
            self._count_items(grupo.achados, itens)
        if len(self.exemplos) < MAX_EXEMPLOS:
            self.exemplos.append(_exemplo(report, grupo.achados[0]))

    def _count_emitente(self, emitente: str | None, memory: Memory) -> None:
        if emitente is None:
            self.anonimos += 1
        elif emitente in self.emitentes:
            self.emitentes[emitente] += 1
        elif memory.take():
            self.emitentes[emitente] = 1
        else:
            self.esquecidos = True

    def _count_items(self, achados: Sequence[Achado], itens: int) -> None:
        """Past the listed ones, `ocorrencias` counts items that have no path here."""
        hit = {found[1] for achado in achados if (found := _ITEM.search(achado.caminho))}
        if not hit:
            return
        unlisted = sum((achado.ocorrencias or 1) - 1 for achado in achados)
        if len(hit) + unlisted >= itens:
            self.todos += 1
        else:
            self.alguns += 1

    def _learn(self, achado: Achado) -> None:
        if self.caminho is not None and without_positions(achado.caminho) != self.caminho:
            self.caminho = None
        self.mensagem.add(achado.mensagem)
        self.explicacao.add(achado.explicacao)
        self.correcao.add(achado.correcao)
        self.fonte.add(achado.fonte)

    def told(self, totals: Mapping[str, Situacoes]) -> Causa:
        raiz, achado = self.raiz, self.achado
        itens = Itens(todos=self.todos, alguns=self.alguns) if self.todos + self.alguns else None
        largest = list(self._largest(totals))
        only = (
            len(self.emitentes) == 1
            and not self.anonimos
            and not self.esquecidos
            and len(totals) > 1
        )
        return Causa(
            id=self.id,
            causa=overflow(achado)
            if raiz.motivo == DEMAIS
            else sentence(raiz, achado, self.mensagem.text(), itens),
            severidade=raiz.severidade,
            camada=raiz.camada,
            codigo=raiz.codigo,
            regra=raiz.regra,
            tambem=sorted(self.tambem) or None,
            facultativa=achado.facultativa,
            documentos=self.documentos,
            ocorrencias=max(self.ocorrencias, 1),
            emitentes=len(self.emitentes),
            emitentes_ou_mais=self.esquecidos or None,
            so_do_emitente=largest[0] if only else None,
            maiores_emitentes=largest,
            tipos=dict(self.tipos.most_common()),
            emissao_de=self.emissao.first,
            emissao_ate=self.emissao.last,
            caminho=self.caminho or None,
            itens=itens,
            mensagem=self.mensagem.text() or achado.mensagem,
            explicacao=self.explicacao.text(),
            correcao=self.correcao.text(),
            fonte=self.fonte.text(),
            exemplos=self._examples(),
        )

    def _largest(self, totals: Mapping[str, Situacoes]) -> Iterator[Emitente]:
        most = nsmallest(_LARGEST, self.emitentes.items(), key=lambda pair: (-pair[1], pair[0]))
        for inscricao, documentos in most:
            known = totals.get(inscricao)
            yield Emitente(
                cnpj=inscricao if len(inscricao) > _CPF else None,
                cpf=inscricao if len(inscricao) == _CPF else None,
                documentos=documentos,
                total=known.documentos if known else documentos,
            )

    def _examples(self) -> list[Exemplo]:
        """Without what the cause itself says of all documents."""
        said: dict[str, None] = {}
        if self.explicacao.equal:
            said["explicacao"] = None
        if self.correcao.text():
            said["correcao"] = None
        return [msgspec.structs.replace(exemplo, **said) for exemplo in self.exemplos]


def _exemplo(report: Report, achado: Achado) -> Exemplo:
    return Exemplo(
        arquivo=report.arquivo,
        indice=report.indice,
        chave=report.documento.chave,
        caminho=achado.caminho,
        linha=achado.linha,
        encontrado=achado.encontrado,
        esperado=achado.esperado,
        explicacao=achado.explicacao,
        correcao=achado.correcao,
    )
