"""What comes in over time, documents of lotes and requests: made by a curve, or read from a CSV."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR

# Share of the busiest hour, from 0 to 23: our assumption of offices and shops in Brazil.
_HOURS: Final = (
    *(0.06, 0.04, 0.03, 0.03, 0.04, 0.07, 0.14, 0.32, 0.62, 0.86, 0.97, 0.94),
    *(0.66, 0.70, 0.92, 1.00, 0.98, 0.90, 0.72, 0.50, 0.36, 0.26, 0.17, 0.10),
)
_MONTH_END: Final = (1.0, 1.6, 2.2)
"""of a usual day: the last but one, the last, and the first of the month; our assumption"""


class CargaInvalida(ValueError):
    """A CSV that is not one of a load; says why, in Portuguese."""


@dataclass(frozen=True)
class Slice:
    """From `start` to `end` (seconds): so many documents and requests, evenly."""

    start: int
    end: int
    documents: float
    requests: float


@dataclass(frozen=True)
class Load:
    """Slices, one after the other from 0 without gaps."""

    name: str
    slices: tuple[Slice, ...]

    @property
    def seconds(self) -> int:
        """To its end."""
        return self.slices[-1].end

    @property
    def documents(self) -> float:
        """In all."""
        return sum(each.documents for each in self.slices)

    @property
    def requests(self) -> float:
        """In all."""
        return sum(each.requests for each in self.slices)


def curve(
    name: str, seconds: int, share: Callable[[float], float], documents: float, requests: float
) -> Load:
    """Minutes of `share` (of 1) of so many documents and requests a minute."""
    starts = range(0, seconds, _MINUTE)
    return Load(
        name,
        tuple(
            Slice(start, start + _MINUTE, documents * part, requests * part)
            for start in starts
            for part in (share(start + _MINUTE / 2),)
        ),
    )


def daily(documents: float, requests: float) -> Load:
    """A working day; so many a minute in its busiest hour."""
    return curve("diaria", _DAY, _of_day, documents, requests)


def month_end(documents: float, requests: float) -> Load:
    """Three days over the end of a month; so many a minute in the busiest hour of the last."""

    def share(second: float) -> float:
        weight = _MONTH_END[min(int(second // _DAY), len(_MONTH_END) - 1)]
        return _of_day(second % _DAY) * weight / max(_MONTH_END)

    return curve("fim-de-mes", len(_MONTH_END) * _DAY, share, documents, requests)


def spike(
    documents: float,
    requests: float,
    *,
    times: float = 10,
    quiet: int = 30 * _MINUTE,
    lasting: int = 20 * _MINUTE,
) -> Load:
    """A steady load, `times` as much of it for a while, and steady again; so many in the spike."""

    def share(second: float) -> float:
        return 1.0 if quiet <= second < quiet + lasting else 1 / times

    return curve("pico", quiet + lasting + 2 * quiet, share, documents, requests)


def constant(documents: float, requests: float, seconds: int = 2 * _HOUR) -> Load:
    """So many a minute."""
    return curve("constante", seconds, lambda _: 1.0, documents, requests)


def _of_day(second: float) -> float:
    """Between the middles of hours, on a straight line."""
    hour = second / _HOUR - 0.5
    first = math.floor(hour)
    part = hour - first
    return _HOURS[first % 24] * (1 - part) + _HOURS[(first + 1) % 24] * part


LONGEST: Final = 62 * _DAY
"""seconds of a load; each of them is simulated"""
COLUMNS: Final = ("segundo", "documentos", "requisicoes")


def read(path: Path) -> Load:
    """A CSV of `COLUMNS`: what came from that second to the next line's. Raises CargaInvalida."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        rows = [
            (int(row["segundo"]), float(row["documentos"]), float(row["requisicoes"]))
            for row in lines
        ]
    except (KeyError, TypeError, ValueError, csv.Error):
        msg = f"{path.name}: cada linha tem números em {', '.join(COLUMNS)}"
        raise CargaInvalida(msg) from None
    return Load(path.stem, _slices(path.name, rows))


def _slices(name: str, rows: Sequence[tuple[int, float, float]]) -> tuple[Slice, ...]:
    if len(rows) < 2 or rows[0][0] != 0:
        msg = f"{name}: há pelo menos duas linhas, e a primeira é do segundo 0"
        raise CargaInvalida(msg)
    starts = [row[0] for row in rows]
    ends = [*starts[1:], 2 * starts[-1] - starts[-2]]
    if any(end <= start for start, end in zip(starts, ends, strict=True)):
        msg = f"{name}: os segundos crescem de uma linha para a outra"
        raise CargaInvalida(msg)
    if ends[-1] > LONGEST:
        msg = f"{name}: passa de {LONGEST // _DAY} dias"
        raise CargaInvalida(msg)
    if not all(math.isfinite(each) and each >= 0 for row in rows for each in row[1:]):
        msg = f"{name}: o que chega são números de 0 para cima"
        raise CargaInvalida(msg)
    return tuple(
        Slice(start, end, documents, requests)
        for (start, documents, requests), end in zip(rows, ends, strict=True)
    )


def write(path: Path, load: Load) -> None:
    """What `read` reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for each in load.slices:
            writer.writerow((each.start, round(each.documents, 3), round(each.requests, 3)))
