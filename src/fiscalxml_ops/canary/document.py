"""A note that nobody has ever seen: synthetic, valid, of no fiscal value."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta
from typing import Final

from fiscalxml.documents.facts import BRASILIA
from fiscalxml.generator import Faixa, Lote, Pedido, Sintetico

_NUMBERS: Final = 999_999_998  # that a note may have, from 1


def fresh_note() -> Sintetico:
    """An NF-e of one item, with a number and companies of its own."""
    pedido = Pedido(
        quantidade=_NUMBERS,
        semente=secrets.randbits(63),
        tipos={"nfe": 1},
        itens=(Faixa(1, 1),),
        # Its date lies before this by chance, so it is never in the future of another's clock.
        em=datetime.now(BRASILIA) - timedelta(minutes=10),
        emitentes=1,
        alfanumericos=0.25,
    )
    return Lote(pedido).draw(int(time.time()) % _NUMBERS)
