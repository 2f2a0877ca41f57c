"""What is made from this package: A NEW GENERATED FILE is listed by its part's `artefacts`.

`python -m fiscalxml_ops.artefacts` writes them all (`make operacao`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from fiscalxml_ops.alerts.made import artefacts as alerts
from fiscalxml_ops.cloudflare.making import artefacts as cloudflare
from fiscalxml_ops.compose.papeis import artefacts as compose
from fiscalxml_ops.cost.page import artefacts as cost
from fiscalxml_ops.dashboards.writing import artefacts as dashboards
from fiscalxml_ops.deploy.artefacts import artefacts as deploy
from fiscalxml_ops.edge.artefacts import artefacts as edge
from fiscalxml_ops.gateway.making import artefacts as gateway
from fiscalxml_ops.logs import artefacts as logs
from fiscalxml_ops.scaling.pages import artefacts as scaling

Artefacts = Callable[[], Mapping[str, str]]
"""path from the project's root -> content"""

PARTS: Final[tuple[Artefacts, ...]] = (
    alerts,
    cloudflare,
    compose,
    cost,
    dashboards,
    deploy,
    edge,
    gateway,
    logs,
    scaling,
)
ROOT: Final = Path(__file__).parents[2]


def made() -> Iterator[tuple[Path, str]]:
    """Every file, with what it should hold."""
    for part in PARTS:
        for name, content in part().items():
            yield ROOT / name, content


def main() -> int:
    """Write them."""
    for path, content in made():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
