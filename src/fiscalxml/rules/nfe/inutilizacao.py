"""Inutilização de numeração (infInut): MOC 7.0, Visão Geral, table 5-12."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final, Unpack

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.chave import SERIES_DE_CPF
from fiscalxml.rules.acervo import Acervo, Leitura
from fiscalxml.rules.registry import Detalhes, Registro

_FONTE: Final = "MOC 7.0 Visão Geral"
REGISTRO: Final = Registro("nfe", frozenset({"inutilizacao"}), {}, fonte=_FONTE)
_MAXIMO: Final = 10_000
_PRIMEIRO_ANO: Final = 6
_SECULO: Final = 2000


class Inutilizacao:
    """A request to give up a range of numbers: infInut."""

    __slots__ = ("grupo", "recebimento", "somas")

    def __init__(self, grupo: Grupo, recebimento: datetime | None = None) -> None:
        self.grupo = grupo
        self.recebimento = recebimento
        """instant of receipt by SEFAZ, where it is known"""
        self.somas: dict[str, Decimal] = {}

    @property
    def faixa(self) -> tuple[int, int]:
        """First and last number."""
        return int(self.grupo["nNFIni"]), int(self.grupo["nNFFin"])


Regra = Callable[[Inutilizacao], Falha | None]


def _da_inutilizacao(
    regra: str, codigo: str, *, correcao: str, **detalhes: Unpack[Detalhes]
) -> Callable[[Regra], Regra]:
    def register(funcao: Regra) -> Regra:
        REGISTRO.add(funcao, regra, codigo, correcao, ("",), **detalhes)
        return funcao

    return register


@_da_inutilizacao(
    "",
    "201",
    id="inutilizacao:I04",
    causa="A faixa pedida salta de uma numeração antiga para a atual.",
    correcao="Peça a inutilização em faixas de até 10.000 números.",
)
def numeros_demais(pedido: Inutilizacao) -> Falha | None:
    """At most 10,000 numbers at a time."""
    primeiro, ultimo = pedido.faixa
    if ultimo - primeiro < _MAXIMO:
        return None
    return Falha("nNFFin", f"{ultimo - primeiro + 1} números", "até 10000 números")


@_da_inutilizacao(
    "",
    "224",
    id="inutilizacao:I03",
    causa="Número inicial e número final trocados.",
    correcao="Informe em nNFIni o menor número da faixa e em nNFFin o maior.",
)
def faixa_invertida(pedido: Inutilizacao) -> Falha | None:
    primeiro, ultimo = pedido.faixa
    if primeiro <= ultimo:
        return None
    return Falha("nNFIni", str(primeiro), f"até {ultimo} (nNFFin)")


@_da_inutilizacao(
    "",
    "453",
    id="inutilizacao:I02b",
    relogio=True,
    causa="Ano digitado errado.",
    correcao="Informe em ano os dois últimos algarismos do ano da numeração.",
)
def ano_no_futuro(pedido: Inutilizacao) -> Falha | None:
    """The year is not after the one of receipt."""
    recebimento = pedido.recebimento
    if recebimento is None or _SECULO + int(pedido.grupo["ano"]) <= recebimento.year:
        return None
    return Falha("ano", pedido.grupo["ano"], f"até {recebimento:%y}")


@_da_inutilizacao(
    "",
    "454",
    id="inutilizacao:I02c",
    causa="Ano digitado errado.",
    correcao="Informe em ano os dois últimos algarismos do ano da numeração, a partir de 06.",
)
def ano_antigo(pedido: Inutilizacao) -> Falha | None:
    if int(pedido.grupo["ano"]) >= _PRIMEIRO_ANO:
        return None
    return Falha("ano", pedido.grupo["ano"], "a partir de 06")


@_da_inutilizacao(
    "nfe:P12-32",
    "266",
    id="inutilizacao:I02a",
    fonte=_FONTE,
    causa="Inutilização pedida para a série de um emitente com CPF.",
    correcao="As séries 910 a 969, de emitentes com CPF, não têm inutilização.",
)
def serie_de_cpf(pedido: Inutilizacao) -> Falha | None:
    """Series 910 to 969 are of emitentes that are persons, who are not in this request."""
    serie = pedido.grupo["serie"]
    if int(serie) not in SERIES_DE_CPF["55"]:
        return None
    return Falha("serie", serie, "série de emitente com CNPJ")


def _open(leitura: Leitura) -> Inutilizacao:
    return Inutilizacao(leitura.grupos, leitura.recebimento)


ACERVO: Final = Acervo(
    "Inutilização da NF-e 4.00",
    "4.00",
    REGISTRO,
    _open,
    lambda _leitura: None,
    {},
    {},
    de_servico=True,
)
