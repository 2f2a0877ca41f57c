"""A lote of synthetic documents: each follows from the seed and its own position alone."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Final, Literal, NamedTuple, get_args

from fiscalxml.documents.facts import BRASILIA
from fiscalxml.generator.drafts import Rascunho
from fiscalxml.generator.events import cancelamento, carta_de_correcao
from fiscalxml.generator.faults import Falha, find_falha
from fiscalxml.generator.notes import draw_nfce, draw_nfe, plain_nota
from fiscalxml.generator.parties import (
    CAMPINAS,
    MUNICIPIOS,
    SAO_PAULO,
    Municipio,
    Parte,
    empresa,
    pessoa,
)
from fiscalxml.generator.services import draw_nfse
from fiscalxml.generator.transport import QR_CODE_CTE, draw_cte, draw_mdfe

TipoGerado = Literal["nfe", "nfce", "cte", "mdfe", "nfse", "cancelamento", "cce"]
TIPOS: Final[tuple[TipoGerado, ...]] = get_args(TipoGerado)
MISTURA: Final[Mapping[TipoGerado, int]] = {
    "nfe": 55,
    "nfce": 20,
    "cte": 8,
    "mdfe": 4,
    "nfse": 5,
    "cancelamento": 5,
    "cce": 3,
}
"""kind -> weight, when nothing else is asked for"""
EM: Final = datetime(2026, 11, 10, 12, tzinfo=BRASILIA)
"""the day of the newest documents, unless told otherwise: fixed, so that a seed is a seed"""
_JANELA: Final = timedelta(days=10)
_CLIENTES: Final = 50
_SIMPLES: Final = 0.3
_COM_QR_CODE: Final = tuple(cidade for cidade in MUNICIPIOS if cidade.uf in QR_CODE_CTE)


class Faixa(NamedTuple):
    """From so many to so many items, and the weight of these notes."""

    minimo: int
    maximo: int
    peso: int = 1


ITENS: Final = (Faixa(1, 10),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pedido:
    """What is to be generated."""

    quantidade: int
    semente: int = 1
    tipos: Mapping[TipoGerado, int] = field(default_factory=lambda: MISTURA)
    itens: Sequence[Faixa] = ITENS
    """of NF-e and NFC-e"""
    falhas: Sequence[tuple[str, int | None]] = ()
    """code or id of a rule, and how many documents break it; None: as many as are left"""
    protocolo: bool = False
    em: datetime = EM
    emitentes: int = 20
    alfanumericos: float = 0.25
    """share of the companies whose CNPJ has letters"""


class Sintetico(NamedTuple):
    """A document that was generated."""

    nome: str
    tipo: TipoGerado
    chave: str
    falha: str | None
    """the code that it breaks"""
    xml: bytes


class FalhasDemais(ValueError):
    """More documents are to be broken than there are."""


def generate(pedido: Pedido) -> Iterator[Sintetico]:
    """All documents, in order. Raises `FalhaDesconhecida` and `FalhasDemais` before the first."""
    lote = Lote(pedido)
    return (lote.draw(indice) for indice in range(pedido.quantidade))


class Lote:
    """Draws any document of a request, in any order and in any process."""

    def __init__(self, pedido: Pedido) -> None:
        self._pedido = pedido
        self._falhas = _Falhas(pedido)
        self._width = max(6, len(str(pedido.quantidade)))
        self._tipos = tuple(pedido.tipos)
        self._pesos = tuple(pedido.tipos.values())
        self._faixas = tuple(faixa.peso for faixa in pedido.itens)

    def draw(self, indice: int) -> Sintetico:
        """The document at a position, from 0."""
        falha = self._falhas.of(indice)
        if falha is not None:
            nota = falha.edit(self._plain(indice, falha))
            xml = falha.write(nota, self._pedido.protocolo)
            return self._named(indice, "nfce" if falha.modelo == "65" else "nfe", nota, xml, falha)
        rng = self._rng(indice)
        tipo = self._tipo(rng)
        rascunho = self._rascunho(indice, tipo, rng)
        xml = rascunho.document(rascunho.sign(), protocolo=self._pedido.protocolo)
        return self._named(indice, tipo, rascunho, xml)

    def _named(
        self,
        indice: int,
        tipo: TipoGerado,
        rascunho: Rascunho,
        xml: bytes,
        falha: Falha | None = None,
    ) -> Sintetico:
        nome = f"{indice + 1:0{self._width}d}-{tipo}.xml"
        return Sintetico(nome, tipo, rascunho.chave, falha.codigo if falha else None, xml)

    def _rng(self, *what: object) -> Random:
        return Random("/".join(map(str, (self._pedido.semente, *what))))  # noqa: S311

    def _tipo(self, rng: Random) -> TipoGerado:
        return rng.choices(self._tipos, self._pesos)[0]

    def _rascunho(self, indice: int, tipo: TipoGerado, rng: Random) -> Rascunho:
        numero, emissao = indice + 1, self._emissao(rng)
        if tipo == "cancelamento":
            return cancelamento(self._nota_before(indice, "nfe", "nfce"))
        if tipo == "cce":  # which the NFC-e does not have
            return carta_de_correcao(self._nota_before(indice, "nfe"))
        if tipo == "nfce":
            loja, pessoa_ = rng.choice(self._lojas), rng.choice(self._pessoas)
            return draw_nfce(rng, numero, emissao, loja, pessoa_, self._quantos_itens(rng))
        dest = rng.choice(self._clientes)
        if tipo == "nfse":
            return draw_nfse(rng, numero, emissao, rng.choice(self._prestadores), dest)
        emit = rng.choice(self._emitentes)
        if tipo == "nfe":
            return draw_nfe(rng, numero, emissao, emit, dest, self._quantos_itens(rng))
        notas = [_chave_de_nota(rng, emissao, emit) for _ in range(rng.randrange(1, 4))]
        if tipo == "mdfe":
            return draw_mdfe(rng, numero, emissao, emit, dest.municipio, notas)
        local = self._transportadoras_da_uf.get(emit.municipio.uf)
        transportadora = rng.choice(local or self._transportadoras)
        return draw_cte(rng, numero, emissao, transportadora, (emit, dest), notas)

    def _nota_before(self, indice: int, *tipos: TipoGerado) -> Rascunho:
        """What an event is about: the note just before it, if there is one, else one of its own.

        So no two events of a lote are about the same note.
        """
        if indice and self._falhas.of(indice - 1) is None:
            rng = self._rng(indice - 1)
            tipo = self._tipo(rng)
            if tipo in tipos:
                return self._rascunho(indice - 1, tipo, rng)
        return self._rascunho(indice, "nfe", self._rng(indice, "nota"))

    def _plain(self, indice: int, falha: Falha) -> Rascunho:
        rng = self._rng(indice)
        emit, dest = rng.choice(self._paulistas), rng.choice(self._campineiros)
        return plain_nota(falha.modelo, rng, indice + 1, self._emissao(rng), emit, dest)

    def _emissao(self, rng: Random) -> datetime:
        seconds = rng.randrange(int(_JANELA.total_seconds()))
        return self._pedido.em - timedelta(seconds=seconds)

    def _quantos_itens(self, rng: Random) -> int:
        faixa = rng.choices(self._pedido.itens, self._faixas)[0]
        return rng.randint(faixa.minimo, faixa.maximo)

    @cached_property
    def _emitentes(self) -> Sequence[Parte]:
        return self._empresas("emitentes", self._pedido.emitentes)

    @cached_property
    def _lojas(self) -> Sequence[Parte]:
        """All of SP: the address of the QR Code is that of its SEFAZ."""
        return self._empresas("lojas", self._pedido.emitentes, SAO_PAULO)

    @cached_property
    def _transportadoras(self) -> Sequence[Parte]:
        """Of states whose address of the QR Code is known."""
        return self._empresas("transportadoras", self._pedido.emitentes, *_COM_QR_CODE)

    @cached_property
    def _transportadoras_da_uf(self) -> Mapping[str, Sequence[Parte]]:
        found: dict[str, list[Parte]] = {}
        for parte in self._transportadoras:
            found.setdefault(parte.municipio.uf, []).append(parte)
        return found

    @cached_property
    def _prestadores(self) -> Sequence[Parte]:
        return self._empresas("prestadores", self._pedido.emitentes, simples=0)

    @cached_property
    def _clientes(self) -> Sequence[Parte]:
        return self._empresas("clientes", _CLIENTES)

    @cached_property
    def _paulistas(self) -> Sequence[Parte]:
        return self._empresas("paulistas", self._pedido.emitentes, SAO_PAULO, simples=0)

    @cached_property
    def _campineiros(self) -> Sequence[Parte]:
        return self._empresas("campineiros", _CLIENTES, CAMPINAS, simples=0)

    @cached_property
    def _pessoas(self) -> Sequence[Parte]:
        rng = self._rng("pessoas")
        return [pessoa(rng, SAO_PAULO) for _ in range(_CLIENTES)]

    def _empresas(
        self,
        quais: str,
        quantas: int,
        *municipios: Municipio,
        simples: float = _SIMPLES,
    ) -> Sequence[Parte]:
        rng = self._rng(quais)
        return [
            empresa(
                rng,
                rng.choice(municipios or MUNICIPIOS),
                alfanumerico=rng.random() < self._pedido.alfanumericos,
                crt="1" if rng.random() < simples else "3",
            )
            for _ in range(quantas)
        ]


def _chave_de_nota(rng: Random, emissao: datetime, emit: Parte) -> str:
    """Of an NF-e that is not part of the lote."""
    numero, codigo = rng.randrange(1, 10**6), f"{rng.randrange(10**8):08d}"
    return emit.chave("55", numero, emissao, codigo).text


class _Falhas:
    """Which documents are broken, and how."""

    def __init__(self, pedido: Pedido) -> None:
        found = [(find_falha(codigo), quantos) for codigo, quantos in pedido.falhas]
        total = sum(quantos or 0 for _, quantos in found)
        if total > pedido.quantidade:
            raise FalhasDemais(total)
        counted = [falha for falha, quantos in found for _ in range(quantos or 0)]
        rng = Random(f"{pedido.semente}/falhas")  # noqa: S311
        places = rng.sample(range(pedido.quantidade), len(counted))
        self._counted = dict(zip(places, counted, strict=True))
        self._places = sorted(places)
        self._of_the_rest = [falha for falha, quantos in found if quantos is None]

    def of(self, indice: int) -> Falha | None:
        """Of the document at a position; the rest take turns."""
        if indice in self._counted or not self._of_the_rest:
            return self._counted.get(indice)
        turn = indice - bisect(self._places, indice)
        return self._of_the_rest[turn % len(self._of_the_rest)]
