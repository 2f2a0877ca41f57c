"""The rules of the NF-e and NFC-e: a module for each group of the manual (MOC 7.0, Anexo I).

A NEW RULE goes into the module of its group; a new module is imported here, in the manual's order.
"""

from fiscalxml.engine import Regra
from fiscalxml.rules.nfe import (  # noqa: F401 - to import a module is to register its rules
    cobranca,
    complementos,
    contranota,
    destinatario,
    destino,
    emissao,
    emitente,
    ibscbs,
    icms,
    identificacao,
    itens,
    locais,
    pagamento,
    referenciados,
    referenciados_em_papel,
    totais,
    transporte,
    tributos,
)
from fiscalxml.rules.nfe.scopes import (
    ESCOPOS,
    REGISTRO,
    SOMAS,
    Lote,
    Natureza,
    Nota,
    natureza_of,
)

__all__ = ["ESCOPOS", "REGISTRO", "SOMAS", "Lote", "Natureza", "Nota", "Regra", "natureza_of"]
