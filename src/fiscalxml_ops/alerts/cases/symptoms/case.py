"""A case of a symptom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fiscalxml_ops.alerts.cases.model import gauge

IDLE: Final = 'worker_processes{job="worker",state="idle"}'
BUSY: Final = 'worker_processes{job="worker",state="busy"}'
SECONDS: Final = "http_server_request_duration_seconds_count"
EMAILS: Final = '{job="auth",queue="emails.espera"}'
DAY: Final = 86_400


@dataclass(frozen=True, kw_only=True)
class Caso:
    """`quieto`: when it does not fire. `dispara`: when it does, with the value that it tells and
    the labels of its series. `regra`: a label's value, where rules share the name; further ones of
    `junto` fire with it."""

    nome: str
    series: Mapping[str, str]
    quieto: tuple[str, ...] = ()
    dispara: str = ""
    valor: str = ""
    rotulos: Mapping[str, str] = field(default_factory=dict)
    regra: str = ""
    junto: tuple[str, ...] = ()
    o_que: str = "dispara"


def goes(good: float | None, bad: float | None) -> str:
    """Ten good minutes, then two bad hours."""
    return gauge((10, good), (120, bad))
