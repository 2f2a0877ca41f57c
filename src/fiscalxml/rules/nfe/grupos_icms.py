"""The groups of the ICMS of an item: their names, paths to them and to their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml.rules.nfe.scopes import Item, Natureza, Nota

SIMPLES: Final = ("1", "4")
"""CRT of the Simples Nacional and of the MEI"""
NAO_CONTRIBUINTE: Final = "9"
"""indIEDest"""

GRUPOS: Final = (
    *("ICMS00", "ICMS02", "ICMS10", "ICMS15", "ICMS20", "ICMS30", "ICMS40", "ICMS51", "ICMS53"),
    *("ICMS60", "ICMS61", "ICMS70", "ICMS90", "ICMSPart", "ICMSST", "ICMSSN101", "ICMSSN102"),
    *("ICMSSN201", "ICMSSN202", "ICMSSN500", "ICMSSN900"),
)
COM_ST: Final = (
    *("ICMS10", "ICMS30", "ICMS70", "ICMS90", "ICMSPart"),
    *("ICMSSN201", "ICMSSN202", "ICMSSN900"),
)
"""those with vICMSST"""


def conjunto(codigos: str) -> frozenset[str]:
    """Codes, written with blanks between them."""
    return frozenset(codigos.split())


def grupos(*nomes: str) -> tuple[str, ...]:
    """Their paths, for `com` of a rule."""
    return tuple(f"imposto/ICMS/{nome}" for nome in nomes)


def campos(campo: str, *nomes: str) -> tuple[str, ...]:
    """A field in each of them, for `com` of a rule."""
    return tuple(f"{path}:{campo}" for path in grupos(*nomes))


def no_icms(item: Item, campo: str) -> str:
    """The path of a field of the item's ICMS group."""
    icms = item.imposto.em("ICMS")
    return f"imposto/ICMS/{next(iter(icms.grupos), '')}/{campo}"


def sem_excecao_da_uf(nota: Natureza) -> bool:
    """A rule that states may have, where none excepts the note.

    A state may leave out returns, notes of ajuste and notes of entrada; nobody has to say which.
    """
    return nota.tpNF == "1" and nota.finNFe not in ("3", "4")


def exigido(nota: Nota, ufs: Mapping[str, str]) -> bool:
    """Whether the state of the note has a rule that few have; `ufs`: cUF, and its first day there.

    The states and their days are those of NT 2019.001 v1.70, section 3.6.1.
    """
    inicio = ufs.get(nota.ide["cUF"])
    return inicio is not None and inicio <= nota.ide["dhEmi"]


_NAO_DERIVADOS: Final = conjunto(
    "820101001 820101010 810102001 810102004 810102002 810102003 810101002 810101001 810101003 "
    "220101003 220101004 220101002 220101001 220101005 220101006 560101001"
)
"""cProdANP of fuels that are not made of petroleum"""


def derivado_de_petroleo(item: Item) -> bool:
    """A fuel made of petroleum, on which the ICMS is due to the state of consumption."""
    return item.prod.tem("comb") and item.prod.em("comb")["cProdANP"] not in _NAO_DERIVADOS
