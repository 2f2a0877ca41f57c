"""A chart of a run as SVG: panels one below the other, with one axis of time. Standard library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_WIDTH: Final = 860
_PANEL: Final = 150
_GAP: Final = 46
_LEFT: Final = 78
_RIGHT: Final = 16
_TOP: Final = 56
_POINTS: Final = 240
"""of a line, at most"""
_HOUR: Final = 3600
_TICKS: Final = (300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)


@dataclass(frozen=True)
class Line:
    """`values`: one for each second of the chart. `steps`: it stays until the next value."""

    title: str
    color: str
    values: Sequence[float]
    steps: bool = False


@dataclass(frozen=True)
class Panel:
    """Lines on one axis, from 0. `limit`: a value that is drawn across, with its words."""

    title: str
    lines: tuple[Line, ...]
    limit: tuple[float, str] | None = None


def draw(title: str, seconds: Sequence[int], panels: Sequence[Panel]) -> str:
    """The SVG. `seconds`: where the values stand."""
    height = _TOP + len(panels) * (_PANEL + _GAP) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="#222">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="16">{escape(title)}</text>',
    ]
    for place, panel in enumerate(panels):
        parts += _panel(panel, seconds, _TOP + place * (_PANEL + _GAP))
    return "\n".join([*parts, "</svg>\n"])


def _panel(panel: Panel, seconds: Sequence[int], top: int) -> list[str]:
    limit = panel.limit[0] if panel.limit else 0.0
    most = _round(max([limit, *(value for line in panel.lines for value in line.values)]))
    bottom = top + _PANEL
    legend, x = [], _LEFT
    named = ((panel.title, "#222"), *((each.title, each.color) for each in panel.lines))
    for words, color in named:
        legend.append(f'<text x="{x}" y="{top - 8}" fill="{color}">{escape(words)}</text>')
        x += 7 * len(words) + 18
    parts = [*legend, *_grid(seconds, most, top, bottom)]
    if panel.limit:
        y = _y(limit, most, bottom)
        parts.append(
            f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#b00" stroke-dasharray="5 4"/>'
            f'<text x="{_WIDTH - _RIGHT}" y="{y - 4}" text-anchor="end" fill="#b00">'
            f"{escape(panel.limit[1])}</text>"
        )
    parts += [
        f'<path d="{_path(line, seconds, most, bottom)}" fill="none" stroke="{line.color}" '
        'stroke-width="1.6"/>'
        for line in panel.lines
    ]
    return parts


def _grid(seconds: Sequence[int], most: float, top: int, bottom: int) -> list[str]:
    parts = []
    for part in (0.0, 0.5, 1.0):
        y = _y(part * most, most, bottom)
        parts.append(
            f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{_number(part * most)}</text>'
        )
    first, last = seconds[0], seconds[-1]
    every = next((tick for tick in _TICKS if (last - first) / tick <= 9), _TICKS[-1])
    for second in range(-(-first // every) * every, last + 1, every):
        x = _x(second, seconds)
        parts.append(
            f'<path d="M{x} {top}V{bottom}" stroke="#eee"/>'
            f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{_clock(second)}</text>'
        )
    return parts


def _path(line: Line, seconds: Sequence[int], most: float, bottom: int) -> str:
    """The largest value of each stretch: a peak is never lost."""
    each = max(1, -(-len(seconds) // _POINTS))
    points = [
        (_x(seconds[at], seconds), _y(max(line.values[at : at + each]), most, bottom))
        for at in range(0, len(seconds), each)
    ]
    words = [f"M{points[0][0]} {points[0][1]}"]
    for x, y in points[1:]:
        words.append(f"H{x}V{y}" if line.steps else f"L{x} {y}")
    return "".join(words)


def _x(second: float, seconds: Sequence[int]) -> float:
    span = max(1, seconds[-1] - seconds[0])
    return round(_LEFT + (second - seconds[0]) / span * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(value: float, most: float, bottom: int) -> float:
    return round(bottom - value / most * _PANEL, 1)


def _round(most: float) -> float:
    """Up to 1, 2 or 5 times a power of ten, so that halves are short numbers."""
    if most <= 0:
        return 1.0
    power = 10.0 ** (len(str(int(most))) - 1)
    return next(step * power for step in (1, 2, 4, 5, 6, 8, 10, 20) if step * power >= most)


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".") if value >= 10 or value == 0 else f"{value:g}"


def _clock(second: int) -> str:
    hours, rest = divmod(second, _HOUR)
    return f"{hours}:{rest // 60:02d}"
