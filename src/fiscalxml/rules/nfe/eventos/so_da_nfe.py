"""Events that an NFC-e has not: of the delivery (110130, 110192 …), and the ator interessado."""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.eventos.scopes import (
    ATOR_INTERESSADO,
    ENTREGA,
    INSUCESSO,
    Evento,
    do_evento,
)

_NFCE: Final = "65"


@do_evento(
    "nfe:B06-30",
    "450",
    ATOR_INTERESSADO,
    *sorted(ENTREGA | INSUCESSO),
    id="evento:P12-30",
    fonte="NT 2020.007, NT 2021.001, NT 2023.005",
    obrigatoriedade="obrigatoria",
    causa="O sistema gera o evento de entrega, ou o do transportador, também para a NFC-e.",
    correcao="O evento é só da NF-e: confira se a chave (chNFe) é a da nota certa, de modelo 55.",
)
def evento_de_nfce(evento: Evento) -> Falha | None:
    """The chave is of an NF-e; any other model than these two is the chave layer's 618."""
    if evento.citada.modelo != _NFCE:
        return None
    return Falha("chNFe", f"modelo {_NFCE}", "modelo 55")
