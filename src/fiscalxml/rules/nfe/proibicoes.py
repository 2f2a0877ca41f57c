"""Groups that a document may not have: a row each, run only where the group is there."""

from __future__ import annotations

from typing import Unpack

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import Item, Nota, da_nota, do_item
from fiscalxml.rules.registry import Detalhes


def proibe_na_nota(
    regra: str, codigo: str, caminho: str, *, correcao: str, **detalhes: Unpack[Detalhes]
) -> None:
    """The group at `caminho` is not allowed in the kinds of the rule."""
    falha = Falha(caminho, "informado", "não informar")

    def proibido(_nota: Nota) -> Falha | None:
        return falha

    da_nota(regra, codigo, com=caminho, correcao=correcao, **detalhes)(proibido)


def proibe_no_item(
    regra: str, codigo: str, caminho: str, *, correcao: str, **detalhes: Unpack[Detalhes]
) -> None:
    """The same for a group of an item; `caminho` is from det."""
    falha = Falha(caminho, "informado", "não informar")

    def proibido(_item: Item) -> Falha | None:
        return falha

    do_item(regra, codigo, com=caminho, correcao=correcao, **detalhes)(proibido)
