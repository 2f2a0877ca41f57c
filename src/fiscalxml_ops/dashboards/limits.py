"""From which value on a panel shows that something needs a look."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.dashboards.panels import Limites
from fiscalxml_ops.objectives import (
    LATENCIA_SEGUNDOS,
    PROCESSAMENTO_SEGUNDOS,
    WEBHOOK_SEGUNDOS,
)

DISPONIBILIDADE: Final = Limites(0.9995, 0.999, acima=False)
RAPIDAS: Final = Limites(0.97, 0.95, acima=False)
ERROS: Final = Limites(0.0005, 0.001)
P95: Final = Limites(0.8 * LATENCIA_SEGUNDOS, LATENCIA_SEGUNDOS)
ESPERA: Final = Limites(PROCESSAMENTO_SEGUNDOS / 3, PROCESSAMENTO_SEGUNDOS)
ATRASO_DE_WEBHOOK: Final = Limites(WEBHOOK_SEGUNDOS / 2, WEBHOOK_SEGUNDOS)
OCUPACAO: Final = Limites(0.8, 0.95)
ENTREGAM: Final = Limites(0.9, 0.5, acima=False)
FALHANDO: Final = Limites(86_400, 4 * 86_400)
REPETIDAS: Final = Limites(0.05, 0.2)
ALGUM: Final = Limites(1, 10)
REPLICA_SEGUNDOS: Final = Limites(5, 30)
CACHE: Final = Limites(0.99, 0.95, acima=False)
IDADE_DE_TRANSACOES: Final = Limites(500_000_000, 1_500_000_000)
"""autovacuum begins by itself at 200 million; at 2 thousand million the server stops writing"""
