"""The parts of the chave that an event is about (chNFe), where it can be read at all.

Check digit, UF, month and model are the chave layer's (236, 614, 616, 618).
"""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.eventos.citada import ano_impossivel, emitente_invalido
from fiscalxml.rules.nfe.eventos.scopes import Evento, do_evento

_CAUSA: Final = "Chave digitada à mão, cortada ou lida com erro do DANFE."
_ZERO: Final = "000000000"


@do_evento(
    "nfe:H092/P11/P12-18",
    "615",
    causa=_CAUSA,
    correcao="Confira a chave: as posições 3 e 4 trazem o ano da emissão.",
)
def ano_da_chave(evento: Evento) -> Falha | None:
    """From 2006 on; not after the year of receipt, where that is known."""
    corrente = evento.recebimento.year if evento.recebimento else None
    if not ano_impossivel(evento.citada, corrente):
        return None
    return Falha("chNFe", f"ano {evento.citada.ano}", f"de 06 a {corrente or 'hoje'}")


@do_evento(
    "nfe:G04e/G05e/H112/H11²",
    "617",
    causa=_CAUSA,
    correcao="Confira a chave: as posições 7 a 20 trazem o CNPJ ou CPF do emitente.",
)
def emitente_da_chave(evento: Evento) -> Falha | None:
    """A CNPJ; a CPF in the series 910 to 969."""
    if not emitente_invalido(evento.citada):
        return None
    return Falha("chNFe", evento.citada.emitente, "CNPJ ou CPF válido nas posições 7 a 20")


@do_evento(
    "nfe:H132/P11/P12-34",
    "619",
    causa=_CAUSA,
    correcao="Confira a chave: as posições 26 a 34 trazem o número da nota.",
)
def numero_da_chave(evento: Evento) -> Falha | None:
    if evento.citada.numero != _ZERO:
        return None
    return Falha("chNFe", f"número {_ZERO}", "número diferente de zero")
