"""A load as it was, from Prometheus: what `fiscalxml-ops escala simular` replays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from fiscalxml_ops.objectives import name_of
from fiscalxml_ops.scaling.load import Load, Slice
from fiscalxml_server.kit.telemetry.metrics import documents, requests

_TIMEOUT: Final = 30
_MOST: Final = 11_000
"""points that Prometheus gives of a series"""
_KEPT: Final = f'sum(increase({name_of(documents)}_total{{desfecho!="validado"}}[%ss]))'
_ASKED: Final = f'sum(increase({name_of(requests)}_count{{job="api"}}[%ss]))'


class NaoGravou(Exception):
    """Prometheus cannot be asked, or knows nothing of that time; says why, in Portuguese."""


def record(url: str, begin: datetime, end: datetime, step: int = 60) -> Load:
    """Documents of lotes and requests of the API, in steps of so many seconds.

    A document counts when it is done: what came in faster than it was processed is seen later
    than it came. Raises NaoGravou.
    """
    times = range(int(begin.timestamp()), int(end.timestamp()), step)
    if not 2 <= len(times) <= _MOST:
        msg = f"entre o começo e o fim cabem de 2 a {_MOST} passos de {step} s"
        raise NaoGravou(msg)
    kept = _ask(url, _KEPT % step, times)
    asked = _ask(url, _ASKED % step, times)
    if not kept and not asked:
        msg = "o Prometheus não tem nada desse tempo"
        raise NaoGravou(msg)
    return Load(
        "gravada",
        tuple(
            Slice(
                at - times.start,
                at - times.start + step,
                kept.get(at + step, 0.0),
                asked.get(at + step, 0.0),
            )
            for at in times
        ),
    )


def _ask(url: str, query: str, times: range) -> Mapping[int, float]:
    """Value at the end of each step -> what was counted in it."""
    if urlsplit(url).scheme not in {"http", "https"}:
        msg = f"{url} não é um endereço http ou https"
        raise NaoGravou(msg)
    asked = urlencode(
        {
            "query": query,
            "start": times.start + times.step,
            "end": times[-1] + times.step,
            "step": times.step,
        }
    )
    try:
        with urlopen(f"{url.rstrip('/')}/api/v1/query_range?{asked}", timeout=_TIMEOUT) as answer:  # noqa: S310 - the scheme was looked at
            result = json.load(answer)["data"]["result"]
    except (URLError, OSError, ValueError, LookupError) as error:
        msg = f"o Prometheus não respondeu: {type(error).__name__}"
        raise NaoGravou(msg) from error
    return _values(result)


def _values(result: list[dict[str, Any]]) -> Mapping[int, float]:
    return {int(at): max(0.0, float(value)) for series in result for at, value in series["values"]}
