"""Groups that a document may not have: a row each, run only where the group is there."""

from __future__ import annotations

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import Item, Nota, da_nota, do_item


def proibe_na_nota(
    regra: str, codigo: str, caminho: str, *, correcao: str, causa: str = ""
) -> None:
    """The group at `caminho` is not allowed in the kinds of the rule."""
    falha = Falha(caminho, "informado", "não informar")

    def proibido(_nota: Nota) -> Falha | None:
        return falha

    da_nota(regra, codigo, com=caminho, correcao=correcao, causa=causa)(proibido)


def proibe_no_item(
    regra: str, codigo: str, caminho: str, *, correcao: str, causa: str = ""
) -> None:
    """The same for a group of an item; `caminho` is from det."""
    falha = Falha(caminho, "informado", "não informar")

    def proibido(_item: Item) -> Falha | None:
        return falha

    do_item(regra, codigo, com=caminho, correcao=correcao, causa=causa)(proibido)
