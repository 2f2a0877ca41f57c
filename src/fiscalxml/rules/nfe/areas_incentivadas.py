"""Zona Franca de Manaus and áreas de livre comércio: who is in which (NT 2025.002, LC 214/2025).

The note's version 1.34 counted all of the Amazônia Ocidental as ZFM; a later one, of which only a
copy was seen, keeps to the three municípios of the law and joins the ALCs of one state.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from fiscalxml.rules.nfe.scopes import Nota

AMAZONIA_OCIDENTAL: Final = frozenset({"AC", "AM", "RO", "RR"})
MACAPA_E_SANTANA: Final = frozenset({"1600303", "1600600"})
AREAS: Final = (
    frozenset({"1301902", "1302603", "1303569"}),  # ZFM: Itacoatiara, Manaus, Rio Preto da Eva
    frozenset({"1304062"}),  # Tabatinga
    frozenset({"1100106"}),  # Guajará-Mirim
    frozenset({"1400100", "1400159", "1400456"}),  # Boa Vista, Bonfim, Pacaraima
    MACAPA_E_SANTANA,
    frozenset({"1200104", "1200203", "1200252"}),  # Brasileia, Cruzeiro do Sul, Epitaciolândia
)
_EXCLUIDOS: Final = ("24", "2203", "2204", "2205", "2206", "2207", "2208", "33", "8703", "93")
_PERFUMARIA_PERMITIDA: Final = ("3303", "3304", "3305", "3306", "3307")


class Lugar(NamedTuple):
    """Where a party is."""

    municipio: str
    uf: str


def lugares(nota: Nota) -> tuple[Lugar, Lugar]:
    """Emitter and recipient; one that has no address takes the goods where they are sold."""
    emit, dest = nota.emit.em("enderEmit"), nota.dest.em("enderDest")
    emitente = Lugar(emit["cMun"], emit["UF"])
    return emitente, Lugar(dest["cMun"], dest["UF"]) if "cMun" in dest else emitente


def mesma_area(um: Lugar, outro: Lugar) -> bool:
    """Whether both are in one ZFM or ALC, as the law draws them."""
    return any(um.municipio in area and outro.municipio in area for area in AREAS)


def mesma_regiao(um: Lugar, outro: Lugar) -> bool:
    """Whether both are where the note's first versions saw one area: its widest reading."""
    return all(
        lugar.uf in AMAZONIA_OCIDENTAL or lugar.municipio in MACAPA_E_SANTANA
        for lugar in (um, outro)
    )


def produto_excluido(ncm: str) -> bool:
    """Arms, tobacco, alcohol, cars and perfumery have no CBS of zero there."""
    return ncm.startswith(_EXCLUIDOS) and not ncm.startswith(_PERFUMARIA_PERMITIDA)
