"""The rules of the NF-e and NFC-e: a module for each group of the manual (MOC 7.0, Anexo I).

A NEW RULE goes into the module of its group; a new module is imported here, in the manual's order.
"""

from fiscalxml.engine import Regra
from fiscalxml.rules.nfe import (  # noqa: F401 - to import a module is to register its rules
    cobranca,
    complementos,
    destinatario,
    emitente,
    ibscbs,
    icms,
    identificacao,
    itens,
    locais,
    pagamento,
    qrcode,
    qrcode_v1,
    referenciados,
    totais,
    transporte,
    tributos,
)
from fiscalxml.rules.nfe.scopes import ACERVO, REGISTRO, Natureza, Nota

__all__ = ["ACERVO", "REGISTRO", "Natureza", "Nota", "Regra"]
