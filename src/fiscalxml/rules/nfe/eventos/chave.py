"""The parts of the chave that an event is about (chNFe), where it can be read at all.

Check digit, UF, month and model are the chave layer's (236, 614, 616, 618).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.eventos.citada import ano_impossivel, emitente_invalido
from fiscalxml.rules.nfe.eventos.scopes import (
    CARTA_DE_CORRECAO,
    MANIFESTACAO,
    Evento,
    do_evento,
)

_CAUSA: Final = "Chave digitada à mão, cortada ou lida com erro do DANFE."
_ZERO: Final = "000000000"
_NFCE: Final = "65"
_CREDITO_PRESUMIDO: Final = "211110"


@do_evento(
    "nfe:H092/P11/P12-18",
    "615",
    causa=_CAUSA,
    correcao="Confira a chave: as posições 3 e 4 trazem o ano da emissão.",
)
def ano_da_chave(evento: Evento) -> Falha | None:
    """From 2006 on; not after the year of receipt, where that is known."""
    corrente = evento.ano_corrente
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


@do_evento(
    "",
    "784",
    CARTA_DE_CORRECAO,
    id="evento:GA03a",
    causa="O sistema oferece a carta de correção também para a NFC-e.",
    correcao="A NFC-e não tem carta de correção: cancele-a no prazo e emita outra.",
)
def carta_de_correcao_da_nfce(evento: Evento) -> Falha | None:
    if evento.citada.modelo != _NFCE:
        return None
    return Falha("chNFe", "modelo 65", "modelo 55")


@do_evento(
    "nfe:H08/YA04a-10",
    "496",
    *sorted(MANIFESTACAO),
    fonte="NT 2020.001",
    homologacao=date(2022, 5, 23),
    desde=date(2022, 5, 25),
    causa="Chave digitada à mão ou lida com erro, ou a de uma NFC-e em contingência off-line (9).",
    correcao="Confira a chave no DANFE: a posição 35 traz o tipo de emissão, de 1 a 7. A NFC-e "
    "emitida em contingência off-line não aceita a manifestação.",
)
def tipo_de_emissao_da_chave(evento: Evento) -> Falha | None:
    """The tpEmis in the chave is one of an NF-e; that of an NFC-e may be 9, which is refused."""
    if evento.citada.emissao in "1234567":
        return None
    return Falha("chNFe", f"tpEmis {evento.citada.emissao}", "tpEmis de 1 a 7")


@do_evento(
    "nfce:UB120-10",
    "1049",
    _CREDITO_PRESUMIDO,
    id="evento:2P12-10",
    causa="O crédito presumido foi pedido para uma compra com NFC-e.",
    correcao="A NFC-e não dá crédito presumido de IBS nem de CBS: peça a NF-e (modelo 55).",
)
def credito_presumido_de_nfce(evento: Evento) -> Falha | None:
    if evento.citada.modelo != _NFCE:
        return None
    return Falha("chNFe", "modelo 65", "modelo 55")
