"""Group UB12: whether an item must have IBS and CBS at all."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.classificacoes import SEM_IBSCBS
from fiscalxml.rules.nfe.reforma import NT_2026_007
from fiscalxml.rules.nfe.scopes import Item, do_item

_DEVER: Final = date(2026, 8, 3)
_DEVER_TESTE: Final = date(2026, 7, 1)
_DEVER_DO_SIMPLES: Final = "2027-01-04"
_SVRS: Final = "SVRS"
"""who authorises the notes of those without IE, and alone has the rule on them"""
_REGIME_NORMAL: Final = "3"


@do_item(
    "nfe:UB12-10",
    "1115",
    com="imposto",
    sem="IBSCBS",
    quando=lambda nota: SEM_IBSCBS in nota.exige and nota.finNFe not in ("2", "4"),
    desde=_DEVER,
    homologacao=_DEVER_TESTE,
    severidade="aviso",  # in production SEFAZ does not enforce it yet; the legal duty stands
    correcao="Informe o grupo IBSCBS em cada item: é dever do regime normal desde agosto de 2026, "
    "embora em produção a SEFAZ ainda não rejeite a falta, e do Simples Nacional desde janeiro de "
    "2027.",
    causa="Sistema que ainda não gera o grupo, ou produto sem CST e cClassTrib no cadastro.",
)
def item_sem_ibscbs(item: Item) -> Falha | None:
    """Returns and complements, which may be of notes from before 2027, are excepted.

    So are the fuels that will be taxed once (v1.52, exception 2), here all fuels.
    """
    nota = item.nota
    if not nota.emit["IE"] or item.prod.tem("comb"):
        return None
    if nota.emit["CRT"] != _REGIME_NORMAL and nota.ide["dhEmi"][:10] < _DEVER_DO_SIMPLES:
        return None
    return Falha("imposto/IBSCBS", "ausente", "informado")


@do_item(
    "nfe:UB12-11",
    "162",
    com="imposto",
    sem="IBSCBS",
    **NT_2026_007,
    quando=lambda nota: SEM_IBSCBS in nota.exige and nota.autorizador in ("", _SVRS),
    correcao="Informe o grupo IBSCBS: emitente sem inscrição estadual é contribuinte só de IBS e "
    "CBS.",
    causa="Emitente sem inscrição estadual, com o sistema configurado só para o ICMS.",
)
def contribuinte_exclusivo_sem_ibscbs(item: Item) -> Falha | None:
    if "IE" in item.nota.emit:
        return None
    return Falha("imposto/IBSCBS", "ausente", "informado")
