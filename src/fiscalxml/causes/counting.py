"""What is counted of one cause as documents pass by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from heapq import nsmallest
from typing import Final, Self

import msgspec

from fiscalxml.causes.causa import Causa, Emitente, Exemplo, Itens, Situacoes
from fiscalxml.causes.roots import SEVERIDADES, Grupo, Raiz, group, without_positions
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


class Period(msgspec.Struct, array_like=True):
    """The first and the last day of dates as the documents write them."""

    first: str | None = None
    last: str | None = None

    def add(self, moment: str | None) -> None:
        if moment is None or not _DATE.match(moment):
            return
        day = moment[:10]
        if self.first is None or day < self.first:
            self.first = day
        if self.last is None or day > self.last:
            self.last = day

    def merge(self, other: Period) -> None:
        """The days of both."""
        self.add(other.first)
        self.add(other.last)


class Contagem(msgspec.Struct, kw_only=True, array_like=True):
    """What is counted of one cause."""

    id: str
    raiz: Raiz
    achado: Achado
    """the first"""
    documentos: int = 0
    ocorrencias: int = 0
    emitentes: dict[str, int] = msgspec.field(default_factory=dict)
    anonimos: int = 0
    esquecidos: bool = False
    tipos: dict[Tipo, int] = msgspec.field(default_factory=dict)
    emissao: Period = msgspec.field(default_factory=Period)
    tambem: dict[str, None] = msgspec.field(default_factory=dict)
    todos: int = 0
    alguns: int = 0
    exemplos: list[Exemplo] = msgspec.field(default_factory=list)
    caminho: str | None
    mensagem: Comum
    explicacao: Comum
    correcao: Comum
    fonte: Comum

    @classmethod
    def of(cls, raiz: Raiz, achado: Achado) -> Self:
        """Of a root whose first finding this is; nothing is counted yet."""
        return cls(
            id=cause_id(raiz),
            raiz=raiz,
            achado=achado,
            caminho=without_positions(achado.caminho),
            mensagem=Comum.of(achado.mensagem),
            explicacao=Comum.of(achado.explicacao),
            correcao=Comum.of(achado.correcao),
            fonte=Comum.of(achado.fonte),
        )

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
        documento: str | None,
        memory: Memory,
    ) -> None:
        """Count one document."""
        self.documentos += 1
        if emitente is None:
            self.anonimos += 1
        else:
            self._count_emitente(emitente, 1, memory)
        tipo = report.documento.tipo
        self.tipos[tipo] = self.tipos.get(tipo, 0) + 1
        self.emissao.add(report.documento.emissao)
        for achado in grupo.achados:
            self.ocorrencias += achado.ocorrencias or 1
            self._learn(achado)
        for achado in grupo.consequencias:
            self.tambem[achado.codigo] = None
        if itens:
            self._count_items(grupo.achados, itens)
        if len(self.exemplos) < MAX_EXEMPLOS:
            self.exemplos.append(_exemplo(report, grupo.achados[0], documento))

    def merge(self, other: Contagem, memory: Memory) -> None:
        """Count what was counted of the same cause in other documents, which come after these."""
        self.documentos += other.documentos
        self.ocorrencias += other.ocorrencias
        self.anonimos += other.anonimos
        self.esquecidos |= other.esquecidos
        for emitente, documentos in other.emitentes.items():
            self._count_emitente(emitente, documentos, memory)
        for tipo, documentos in other.tipos.items():
            self.tipos[tipo] = self.tipos.get(tipo, 0) + documentos
        self.emissao.merge(other.emissao)
        self.tambem |= other.tambem
        self.todos += other.todos
        self.alguns += other.alguns
        self.exemplos += other.exemplos[: MAX_EXEMPLOS - len(self.exemplos)]
        if self.caminho != other.caminho:
            self.caminho = None
        self.mensagem.merge(other.mensagem)
        self.explicacao.merge(other.explicacao)
        self.correcao.merge(other.correcao)
        self.fonte.merge(other.fonte)

    def _count_emitente(self, emitente: str, documentos: int, memory: Memory) -> None:
        if emitente in self.emitentes:
            self.emitentes[emitente] += documentos
        elif memory.take():
            self.emitentes[emitente] = documentos
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
            tipos=dict(sorted(self.tipos.items(), key=lambda pair: -pair[1])),
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


def cause_ids(achados: Sequence[Achado]) -> list[str]:
    """The id of the cause of each finding of one document, as `Causas.add` gives them."""
    roots, _ = group(achados)
    return [cause_id(raiz) for raiz in roots]


def cause_id(raiz: Raiz) -> str:
    """The same for the same root in every run."""
    return sha256(repr(tuple(raiz)).encode(errors="surrogatepass")).hexdigest()[:12]


def _exemplo(report: Report, achado: Achado, documento: str | None) -> Exemplo:
    return Exemplo(
        arquivo=report.arquivo,
        indice=report.indice,
        documento=documento,
        chave=report.documento.chave,
        caminho=achado.caminho,
        linha=achado.linha,
        encontrado=achado.encontrado,
        esperado=achado.esperado,
        explicacao=achado.explicacao,
        correcao=achado.correcao,
    )
