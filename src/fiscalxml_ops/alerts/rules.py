"""The rule files of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from fiscalxml_ops.alerts import burning
from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_ops.alerts.symptoms import SINTOMAS
from fiscalxml_ops.alerts.writing import written

FOLDER: Final = "ops/alerts"
RULES: Final = f"{FOLDER}/rules"
"""`rule_files: [.../rules/*.yml]`"""
_SECONDS: Final = 30


# Medida: alertas
def all_alerts() -> tuple[Alerta, ...]:
    """Every rule that may wake somebody."""
    return (*burning.alerts(), *SINTOMAS)


def rule_files() -> Mapping[str, str]:
    """Path from the project's root -> content."""
    return {
        f"{RULES}/objetivos.yml": written(
            {
                "groups": [
                    # One group: a rule sees what those before it have just recorded.
                    _group("objetivos", (*burning.recorded(), *burning.windows())),
                    _group("queimas", (alerta.rule() for alerta in burning.alerts())),
                ]
            }
        ),
        f"{RULES}/sintomas.yml": written(
            {"groups": [_group("sintomas", (alerta.rule() for alerta in SINTOMAS))]}
        ),
    }


def _group(name: str, rules: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {"name": name, "interval": f"{_SECONDS}s", "rules": list(rules)}
