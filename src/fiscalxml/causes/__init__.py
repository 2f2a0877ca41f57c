"""From findings over many documents to their few root causes.

causas = Causas()
for report in validate_all(lote):
    causas.add(report)
for causa in causas.ranked():
    print(causa.causa, causa.documentos, causa.emitentes)
"""

from fiscalxml.causes.causa import (
    Causa,
    Emitente,
    Exemplo,
    Itens,
    Panorama,
    Situacoes,
    causa_schema,
)
from fiscalxml.causes.changes import Mudanca, Transicao, compare
from fiscalxml.causes.collecting import MAX_CAUSAS, MAX_VINCULOS, Causas, issuer
from fiscalxml.causes.counting import MAX_EXEMPLOS, cause_ids

__all__ = [
    "MAX_CAUSAS",
    "MAX_EXEMPLOS",
    "MAX_VINCULOS",
    "Causa",
    "Causas",
    "Emitente",
    "Exemplo",
    "Itens",
    "Mudanca",
    "Panorama",
    "Situacoes",
    "Transicao",
    "causa_schema",
    "cause_ids",
    "compare",
    "issuer",
]
