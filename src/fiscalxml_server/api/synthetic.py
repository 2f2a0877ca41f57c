"""A synthetic note for examples and for warming up: always the same, of no fiscal value."""

from __future__ import annotations

from functools import cache

from fiscalxml.generator import Faixa, Pedido, generate

PRODUTO_ERRADO = "629"
"""the rule that the note at fault breaks"""


@cache
def nota(falha: str | None = None) -> bytes:
    """A signed NF-e of one item; with `falha`, the one that breaks this rule."""
    pedido = Pedido(
        quantidade=1,
        semente=7,
        tipos={"nfe": 1},
        itens=(Faixa(1, 1),),
        falhas=() if falha is None else ((falha, 1),),
    )
    return next(generate(pedido)).xml
