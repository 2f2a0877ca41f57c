"""What is not worth telling beside what is told already. What is critical is never silenced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from fiscalxml_ops.alerts.symptoms import FALTA, SINTOMAS

_SAME: Final = (
    *("alertname", "objetivo", "job", "service", "server"),
    *("instance", "mountpoint", "parte"),
)
_OF_ITS_PROCESSES: Final = ("ProcessoFora", "MetricaAusente", "ErrosNumServico")
"""told of a role by the label `job`"""


class Segue(NamedTuple):
    """Warnings that follow from a critical alert. `de`: those of these jobs alone."""

    causa: str
    avisos: tuple[str, ...]
    de: tuple[str, ...] = ()


_SEQUELAS: Final = (
    Segue("SemWorker", ("FilaAtrasada", "TrabalhosFalhando")),
    Segue("RelayAusente", ("FilaAtrasada",)),
    Segue("EntregadorAusente", ("EntregasFalhando",)),
    Segue("ValkeyForaDoAr", ("FilaAtrasada",)),
    Segue("BancoForaDoAr", ("ErrosNumServico", "ReplicaAtrasada", "TrabalhosFalhando")),
    # Queues and letters are read from the database.
    Segue("BancoForaDoAr", ("MetricaAusente",), de=("relay", "entregador", "auth")),
)


def inhibitions() -> list[dict[str, Any]]:
    """As Alertmanager reads them."""
    return [
        # A budget that burns fast burns slowly, too.
        {
            "source_matchers": ['severidade="critica"'],
            "target_matchers": ['severidade=~"aviso|chamado"'],
            "equal": list(_SAME),
        },
        *_of_roles(),
        *(_rule([f'alertname="{each.causa}"'], each.avisos, each.de) for each in _SEQUELAS),
    ]


def _of_roles() -> Iterator[dict[str, Any]]:
    """A role that is away takes its own processes with it, and no other's."""
    for alerta in SINTOMAS:
        if (papel := alerta.rotulos.get(FALTA)) is not None:
            source = [f'alertname="{alerta.nome}"', f'{FALTA}="{papel}"']
            yield _rule(source, _OF_ITS_PROCESSES, (papel,))


def _rule(source: list[str], avisos: Iterable[str], jobs: tuple[str, ...]) -> dict[str, Any]:
    target = [f'alertname=~"{"|".join(avisos)}"', 'severidade="aviso"']
    if jobs:
        target.append(f'job=~"{"|".join(jobs)}"')
    return {"source_matchers": source, "target_matchers": target}
