"""From findings to the state of each layer, and to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from fiscalxml.report import CAMADAS, Achado, Camada, Severidade, Situacao, Veredito


class Ausencia(NamedTuple):
    """A layer that was not run, and why."""

    situacao: Situacao
    motivo: str


def layer_states(
    achados: Iterable[Achado], ausentes: Mapping[Camada, Ausencia]
) -> dict[Camada, Situacao]:
    """The state of each layer; an `erro` tells more than that a layer was not run."""
    worst: dict[Camada, Severidade] = {}
    for achado in achados:
        if achado.severidade == "erro" or (
            achado.severidade == "aviso" and worst.get(achado.camada) != "erro"
        ):
            worst[achado.camada] = achado.severidade
    states: dict[Camada, Situacao] = {}
    for camada in CAMADAS:
        if worst.get(camada) == "erro":
            states[camada] = "falha"
        elif camada in ausentes:
            states[camada] = ausentes[camada].situacao
        else:
            states[camada] = "aviso" if camada in worst else "ok"
    return states


def motivos(
    states: Mapping[Camada, Situacao], ausentes: Mapping[Camada, Ausencia]
) -> dict[str, str]:
    """Why each layer without a result has none."""
    return {
        camada: ausencia.motivo
        for camada, ausencia in ausentes.items()
        if states[camada] == ausencia.situacao
    }


def veredito(states: Mapping[Camada, Situacao], *, avaliado: bool) -> Veredito:
    """`avaliado`: whether there was a schema for all of the document."""
    if "falha" in states.values():
        return "invalido"
    return "valido" if avaliado else "nao_avaliado"
