"""The files under ops/alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml_ops.alerts.cases.burning import by_event
from fiscalxml_ops.alerts.cases.moments import by_moment
from fiscalxml_ops.alerts.cases.symptoms import by_symptom
from fiscalxml_ops.alerts.manager import Instalacao, configuration
from fiscalxml_ops.alerts.rules import FOLDER, rule_files
from fiscalxml_ops.alerts.writing import written

MANAGER: Final = f"{FOLDER}/alertmanager.yml"
"""with the addresses of nobody"""
TESTS: Final = f"{FOLDER}/tests"


def artefacts() -> Mapping[str, str]:
    """Path from the project's root -> content."""
    return {
        **rule_files(),
        MANAGER: written(configuration(Instalacao())),
        f"{TESTS}/eventos.yml": written(by_event()),
        f"{TESTS}/momentos.yml": written(by_moment()),
        f"{TESTS}/sintomas.yml": written(by_symptom()),
    }
