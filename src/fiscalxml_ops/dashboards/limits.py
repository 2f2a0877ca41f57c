"""From which value on a panel shows that something needs a look."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.dashboards.panels import Limites
from fiscalxml_ops.objectives import (
    LATENCIA_SEGUNDOS,
    POR_NOME,
    PROCESSAMENTO_SEGUNDOS,
    QUEIMAS,
    WEBHOOK_SEGUNDOS,
)

_SEM_ERRO: Final = float(POR_NOME["erros"].alvo)


def _at_least(alvo: float) -> Limites:
    """Half of the budget is left, or none."""
    return Limites((1 + alvo) / 2, alvo, acima=False)


SEM_ERRO: Final = _at_least(_SEM_ERRO)
RAPIDAS: Final = _at_least(float(POR_NOME["latencia"].alvo))
ERROS: Final = Limites((1 - _SEM_ERRO) / 2, 1 - _SEM_ERRO)
ORCAMENTO: Final = Limites(0.5, 1)
QUEIMA: Final = Limites(float(QUEIMAS[-1].fator), float(QUEIMAS[0].fator))
P95: Final = Limites(0.8 * LATENCIA_SEGUNDOS, LATENCIA_SEGUNDOS)
ESPERA: Final = Limites(PROCESSAMENTO_SEGUNDOS / 3, PROCESSAMENTO_SEGUNDOS)
ATRASO_DE_WEBHOOK: Final = Limites(WEBHOOK_SEGUNDOS / 2, WEBHOOK_SEGUNDOS)
OCUPACAO: Final = Limites(0.8, 0.95)
ENTREGAM: Final = Limites(0.9, 0.5, acima=False)
FALHANDO: Final = Limites(86_400, 4 * 86_400)
REPETIDAS: Final = Limites(0.05, 0.2)
ALGUM: Final = Limites(1, 10)
REPLICA_SEGUNDOS: Final = Limites(5, 30)
ARQUIVO_SEGUNDOS: Final = Limites(120, 300)
CERTIFICADO: Final = Limites(30 * 86_400, 7 * 86_400, acima=False)
CACHE: Final = Limites(0.99, 0.95, acima=False)
IDADE_DE_TRANSACOES: Final = Limites(500_000_000, 1_500_000_000)
"""autovacuum begins by itself at 200 million; at 2 thousand million the server stops writing"""
