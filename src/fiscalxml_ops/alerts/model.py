"""What an alert is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Severidade = Literal["critica", "escalada", "aviso", "chamado", "sentinela"]
"""critica: wakes somebody; escalada: wakes somebody else, too; aviso: a look in working hours;
chamado: within days; sentinela: always there, so that its absence is noticed"""

REPOSITORIO: Final = "repositorio"
"""external label of Prometheus: where this repository is read, as
https://github.com/ORGANIZATION/NAME/blob/main; without it the link is the path inside it"""
PASTA: Final = "docs/runbooks"


@dataclass(frozen=True, kw_only=True)
class Alerta:
    """One rule. `por`: how long `expr` must have held. `resumo` and `descricao` are templates of
    Prometheus, in Portuguese; several rules may have one `nome`, and then one runbook."""

    nome: str
    expr: str
    severidade: Severidade
    resumo: str
    descricao: str
    por: str = "0s"
    rotulos: Mapping[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> dict[str, str]:
        """What routes and people tell alerts apart by."""
        return {"severidade": self.severidade, **self.rotulos}

    @property
    def runbook(self) -> str:
        """Path of what to do about it."""
        return f"{PASTA}/{self.nome}.md"

    def rule(self) -> dict[str, Any]:
        """As a rule file has it."""
        return {
            "alert": self.nome,
            "expr": self.expr,
            "for": self.por,
            "labels": self.labels,
            "annotations": {
                "summary": self.resumo,
                "description": self.descricao,
                "runbook_url": f"{{{{ $externalLabels.{REPOSITORIO} }}}}/{self.runbook}",
            },
        }
