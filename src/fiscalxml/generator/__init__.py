"""Synthetic documents: valid, signed by a test authority, of no fiscal value, from a seed.

from fiscalxml.generator import Pedido, generate

for documento in generate(Pedido(quantidade=100, semente=7)):
    print(documento.nome, documento.chave, len(documento.xml))
"""

from fiscalxml.generator.authority import write_authorities
from fiscalxml.generator.faults import FalhaDesconhecida, falhas
from fiscalxml.generator.lote import (
    EM,
    ITENS,
    MISTURA,
    TIPOS,
    Faixa,
    FalhasDemais,
    Lote,
    Pedido,
    Sintetico,
    TipoGerado,
    generate,
)

__all__ = [
    "EM",
    "ITENS",
    "MISTURA",
    "TIPOS",
    "Faixa",
    "FalhaDesconhecida",
    "FalhasDemais",
    "Lote",
    "Pedido",
    "Sintetico",
    "TipoGerado",
    "falhas",
    "generate",
    "write_authorities",
]
