"""What a caller sees of a graph."""

from __future__ import annotations

from typing import Any

import msgspec

from fiscalxml_server.api.relacoes.schemas import Grafo, No


def grafo_view(grafo: Grafo) -> dict[str, Any]:
    """The graph as JSON."""
    return {
        "inicio": grafo.inicio,
        "nos": [_no_view(no) for no in grafo.nos],
        "arestas": grafo.arestas,
        "parcial": grafo.parcial,
    }


def _no_view(no: No) -> dict[str, Any]:
    view = msgspec.structs.asdict(no)
    if no.valor is not None:
        view["valor"] = f"{no.valor // 100}.{no.valor % 100:02}"
    told = {name: value for name, value in view.items() if value is not None}
    return told | {"guardado": no.id is not None}
