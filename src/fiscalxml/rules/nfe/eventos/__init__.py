"""The rules of the events of the NF-e and NFC-e (MOC 7.0, Visão Geral, 5.8 to 5.12, and the NTs).

`geral` has what the manual asks of every event; then a module for each kind of event.
"""

from fiscalxml.rules.nfe.eventos import (  # noqa: F401 - to import a module is to register its rules
    ator_interessado,
    cancelamento,
    chave,
    com_nota,
    conciliacao,
    epec,
    geral,
    prorrogacao,
    so_da_nfe,
)
from fiscalxml.rules.nfe.eventos.scopes import ACERVO, REGISTRO, Evento

__all__ = ["ACERVO", "REGISTRO", "Evento"]
