"""The same for objectives whose events are moments: one each five minutes, six hours of history.

What is older the windows of days do not know, so they tell what those of six hours do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Any, Final

from fiscalxml_ops.alerts.cases.burning import FILE, GROUPS
from fiscalxml_ops.alerts.cases.model import counter, firing, gauge, group, test_file
from fiscalxml_ops.objectives import SERVICOS

_MINUTES: Final = 6 * 60
_END: Final = f"{_MINUTES}m"

# When it is bad, in minutes before the end; the rules that fire.
_AWAY: Final[tuple[tuple[str, Collection[int], tuple[str, ...]], ...]] = (
    ("agora", (0,), ("14.4", "6", "3", "1")),
    ("três vezes, uma na última meia hora", (20, 120, 240), ("6", "3", "1")),
    ("duas vezes", (60, 240), ("3", "1")),
    ("uma vez, há cinco horas", (300,), ("1",)),
    ("nenhuma vez", (), ()),
)
_LATE: Final[tuple[tuple[str, Collection[int], tuple[str, ...]], ...]] = (
    ("dez minutos agora", range(10), ("14.4", "1")),
    ("25 minutos, cinco agora", (*range(5), *range(120, 140)), ("6", "3", "1")),
    ("quinze minutos, há quase uma hora", range(45, 60), ("3", "1")),
    ("cinco minutos, há três horas", range(200, 205), ("1",)),
    ("nunca", (), ()),
)


def by_moment() -> dict[str, Any]:
    """The file. The two objectives do not touch each other: a group is a case of each."""
    groups = [
        _group(f"sem processo: {away}; fila velha: {late}", _up(bad), _waiting(old), *fires)
        for (away, bad, first), (late, old, second) in zip(_AWAY, _LATE, strict=True)
        for fires in ((first, second),)
    ]
    for thousandths, fires in ((100, ("14.4", "6", "3", "1")), (40, ())):
        late, away, second = _LATE[0] if fires else _LATE[2]
        groups.extend(
            _group(
                f"{thousandths} de mil são erros; {without}: {late}",
                _failing(thousandths),
                processing(away),
                fires,
                second,
            )
            for without, processing in (("sem relay", _no_relay), ("fila não vista", _unseen))
        )
    return test_file("5m", FILE, GROUPS, groups)


def _group(
    what: str,
    serving: Mapping[str, str],
    processing: Mapping[str, str],
    *fires: Collection[str],
) -> dict[str, Any]:
    alerts = ("ServicoIndisponivel", "ProcessamentoAtrasado")
    queries = [
        firing(alerta, _END, "queima", factors)
        for alerta, factors in zip(alerts, fires, strict=True)
    ]
    return group(what, {**serving, **processing}, queries=queries)


def _values(bad: Collection[int], when_bad: float | None, otherwise: float | None) -> str:
    each = [when_bad if ago in bad else otherwise for ago in range(_MINUTES, -1, -1)]
    return gauge(*((len(list(same)), value) for value, same in groupby(each)))


def _up(bad: Collection[int]) -> Mapping[str, str]:
    """Two processes of a service; of another one, of which no target is known in these minutes."""
    always = _values((), 0, 1)
    return {f'up{{job="{servico}",instance="a"}}': always for servico in SERVICOS} | {
        'up{job="webhooks",instance="a"}': _values(bad, None, 1),
        'up{job="api",instance="b"}': _values(range(_MINUTES), 0, 1),
    }


def _failing(of_thousand: int) -> Mapping[str, str]:
    """So many fail in the last ten minutes."""
    seconds = 'http_server_request_duration_seconds_count{job="api",http_route="/v1/validacoes"'
    good = counter((_MINUTES - 10, 1000), (10, 1000 - of_thousand))
    failed = counter((_MINUTES - 10, 0), (10, of_thousand))
    return {
        **_up(()),
        f'{seconds},http_response_status_code="200"}}': good,
        f'{seconds},http_response_status_code="503"}}': failed,
    }


def _waiting(bad: Collection[int]) -> Mapping[str, str]:
    """A job waits too long; what is being done, or has no hurry, is no matter."""
    age = 'queue_oldest_age_seconds{job="relay",queue='
    return {
        'up{job="relay",instance="a"}': _values((), 0, 1),
        f'{age}"processar.pendente"}}': _values(bad, 1000, 800),
        f'{age}"processar.em_curso"}}': _values((), 0, 5000),
        f'{age}"revalidar.pendente"}}': _values((), 0, 5000),
    }


def _no_relay(bad: Collection[int]) -> Mapping[str, str]:
    return {
        'up{job="relay",instance="a"}': _values(bad, None, 1),
        'queue_oldest_age_seconds{job="relay",queue="processar.pendente"}': _values(bad, None, 0),
    }


def _unseen(bad: Collection[int]) -> Mapping[str, str]:
    """It is there, and its database is not."""
    return {**_no_relay(bad), 'up{job="relay",instance="a"}': _values((), 0, 1)}
