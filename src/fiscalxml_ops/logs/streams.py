"""Data streams, and how long what is in them is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SERVICE: Final = "fiscalxml-auth"
"""`service.name` of the Auth Service: who signed in, what was refused, which key was made"""


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
SERVIDORES: Final = Corrente(
    nome="fiscalxml-servidores",
    dataset="fiscalxml.servidores",
    descricao="PostgreSQL e Valkey: gravidade e código, nunca a mensagem",
    aquece=7,
    termina=30,
)
CORRENTES: Final = (SERVICOS, AUDITORIA, SERVIDORES)
TODAS: Final = "logs-fiscalxml*"
