"""Data streams, and how long what is in them is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OURS: Final = "fiscalxml-"
"""how each `service.name` of ours begins"""
AUTH: Final = f"{OURS}auth"
"""`service.name` of the Auth Service: who signed in, what was refused, which key was made"""
EDGE: Final = f"{OURS}borda"
"""of the edge's nginx (infra/edge)"""


@dataclass(frozen=True, kw_only=True)
class Corrente:
    """`stream` follows Elastic's scheme, logs-{dataset}-{namespace}; days count from rollover."""

    nome: str
    dataset: str
    descricao: str
    aquece: int
    """days until it is not written any more, merged and on cheaper machines"""
    termina: int
    """days until it is deleted"""

    @property
    def stream(self) -> str:
        """Where lines go, in one installation's namespace."""
        return f"logs-{self.dataset}-default"

    @property
    def pattern(self) -> str:
        """Of all namespaces."""
        return f"logs-{self.dataset}-*"


SERVICOS: Final = Corrente(
    nome="fiscalxml-servicos",
    dataset="fiscalxml",
    descricao="Linhas dos serviços: requisições, trabalhos, entregas, erros",
    aquece=7,
    termina=30,
)
AUDITORIA: Final = Corrente(
    nome="fiscalxml-auditoria",
    dataset="fiscalxml.auth",
    descricao="Linhas do serviço de contas: acessos, recusas, chaves",
    aquece=30,
    termina=400,
)
BORDA: Final = Corrente(
    nome="fiscalxml-borda",
    dataset="fiscalxml.edge",
    descricao="Linhas da borda, as únicas com o endereço de quem pediu: acesso restrito",
    aquece=7,
    termina=190,
)
"""Lei 12.965/2014, art. 15: who serves an application keeps its accesses (date, hour, address) six
months, under secrecy"""
SERVIDORES: Final = Corrente(
    nome="fiscalxml-servidores",
    dataset="fiscalxml.servidores",
    descricao="PostgreSQL e Valkey: gravidade e código, nunca a mensagem",
    aquece=7,
    termina=30,
)
# Medida: registros, retencao
CORRENTES: Final = (SERVICOS, AUDITORIA, BORDA, SERVIDORES)
TODAS: Final = "logs-fiscalxml*"
