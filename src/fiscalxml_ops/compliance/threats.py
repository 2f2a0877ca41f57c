"""Threats: to each element of the diagram, what stands against them, what is left.

STRIDE by element: a process may suffer all six; a store is altered, read, lost; who is outside may
be imitated, or deny. Of personal data, beside, what LINDDUN asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from fiscalxml_ops.compliance.decisions import Decisao
from fiscalxml_ops.compliance.flows.elements import ELEMENTOS, Forma
from fiscalxml_ops.compliance.measures import FONTES, Medida
from fiscalxml_ops.compliance.norms import unknown


class Tipo(StrEnum):
    """STRIDE, then LINDDUN."""

    SPOOFING = "S"
    TAMPERING = "T"
    REPUDIATION = "R"
    DISCLOSURE = "I"
    DENIAL = "D"
    ELEVATION = "E"
    LINKING = "Li"
    IDENTIFYING = "Id"
    NON_REPUDIATION = "Nr"
    DETECTING = "De"
    DATA_DISCLOSURE = "Di"
    UNAWARENESS = "Un"
    NON_COMPLIANCE = "Nc"


NOMES: Final[Mapping[Tipo, str]] = {
    Tipo.SPOOFING: "fazer-se passar por outro",
    Tipo.TAMPERING: "alterar",
    Tipo.REPUDIATION: "negar o que fez",
    Tipo.DISCLOSURE: "ver o que não é seu",
    Tipo.DENIAL: "impedir",
    Tipo.ELEVATION: "poder mais do que deve",
    Tipo.LINKING: "ligar dados de uma pessoa",
    Tipo.IDENTIFYING: "identificar uma pessoa",
    Tipo.NON_REPUDIATION: "a pessoa não poder negar",
    Tipo.DETECTING: "descobrir que alguém está aqui",
    Tipo.DATA_DISCLOSURE: "dados pessoais a mais, a quem não precisa",
    Tipo.UNAWARENESS: "a pessoa não saber, nem poder agir",
    Tipo.NON_COMPLIANCE: "fora da lei",
}
PEDIDOS: Final[Mapping[Forma, str]] = {
    Forma.PROCESSO: "STRIDE",
    Forma.DEPOSITO: "TID",
    Forma.EXTERNO: "SR",
}
PRIVACIDADE: Final = tuple(each for each in Tipo if each not in tuple("STRIDE"))


class Resta(StrEnum):
    """The risk that is left, in the eyes of who wrote it; the Direção accepts it, or not."""

    BAIXO = "baixo"
    MEDIO = "médio"
    ALTO = "alto"


class Ameaca(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`em`: elements of the diagram. `porque`: why more than little is left."""

    em: tuple[str, ...]
    tipo: Tipo
    ameaca: str
    medidas: tuple[str, ...]
    resta: Resta
    decisoes: tuple[str, ...] = ()
    porque: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    ameacas: tuple[Ameaca, ...]


@cache
def threats() -> tuple[Ameaca, ...]:
    """All of them. Raises msgspec.ValidationError."""
    return msgspec.toml.decode((FONTES / "ameacas.toml").read_bytes(), type=_File).ameacas


def faults(
    every: tuple[Ameaca, ...], medidas: Mapping[str, Medida], decisoes: Mapping[str, Decisao]
) -> Iterator[str]:
    """What is wrong with threats, in Portuguese."""
    for each in every:
        said = f"ameaça «{each.ameaca}»"
        yield from unknown(said, each.em, ELEMENTOS, "elemento")
        yield from unknown(said, each.medidas, medidas, "medida")
        yield from unknown(said, each.decisoes, decisoes, "decisão")
        if not each.medidas:
            yield f"{said}: nada contra ela"
        little = each.resta is Resta.BAIXO
        if little is bool(each.porque):
            yield f"{said}: diz-se por que resta mais que pouco, e só então"
        if little and not any(medidas[m].mostra for m in each.medidas if m in medidas):
            yield f"{said}: resta pouco, e nada do que cita o mostra"
    for nome, elemento in ELEMENTOS.items():
        looked_at = {each.tipo for each in every if nome in each.em}
        missing = [letter for letter in PEDIDOS[elemento.forma] if letter not in looked_at]
        if missing:
            yield f"elemento {nome}: ninguém pensou em {', '.join(missing)}"
    if missing_kinds := set(PRIVACIDADE) - {each.tipo for each in every}:
        yield f"privacidade: ninguém pensou em {', '.join(sorted(missing_kinds))}"
