"""Cost by user against users, both on logarithmic scales, as SVG; the same bytes always."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.format import numero
from fiscalxml_ops.cost.model import calcular
from fiscalxml_ops.cost.premises import Premissas
from fiscalxml_ops.cost.prices import Tabela
from fiscalxml_ops.cost.published import targets
from fiscalxml_ops.cost.scenarios import Cenario

_WIDTH, _HEIGHT = 900, 520
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 270, 50, 60
_COLOURS: Final = ("#1b6ca8", "#2e8b57", "#b8860b", "#8b1a1a")
_PUBLISHED: Final = "#444444"
_STEPS: Final = 13
"""points of a line, from a thousand users to a million"""
DOCUMENTOS: Final = tuple(Decimal(n) for n in (100, 300, 1_000, 5_000))


@dataclass(frozen=True)
class Serie:
    """A line: (users, dollars a user a month)."""

    nome: str
    cor: str
    pontos: tuple[tuple[float, float], ...]
    tracejada: bool = False


def por_usuario(premissas: Premissas, cenario: Cenario, regiao: str, tabela: Tabela) -> str:
    """The chart of a scenario at several documents a user, beside the published figures."""
    users = [Decimal(round(10 ** (3 + 3 * i / (_STEPS - 1)))) for i in range(_STEPS)]
    series = [
        Serie(
            f"{numero(documents)} documentos por usuário",
            colour,
            tuple(
                (
                    float(count),
                    float(
                        calcular(
                            _demand(count, documents, premissas), cenario, regiao, tabela
                        ).por_usuario
                    ),
                )
                for count in users
            ),
        )
        for documents, colour in zip(DOCUMENTOS, _COLOURS, strict=True)
    ]
    published = Serie(
        "publicado",
        _PUBLISHED,
        tuple(
            (float(each.usuarios), float(each.valor))
            for each in targets()
            if each.medida == "por_usuario"
        ),
        tracejada=True,
    )
    title = (
        f"Custo por usuário e mês — cenário {cenario.nome}, {regiao}, "
        f"{numero(premissas.meses)} meses de operação"
    )
    return svg(title, [*series, published])


def _demand(users: Decimal, documents: Decimal, premissas: Premissas) -> Demanda:
    return Demanda(users, premissas.but(documentos_por_usuario=documents))


def svg(title: str, series: Sequence[Serie]) -> str:
    """The chart of these lines; all values are above zero."""
    values = [value for each in series for _, value in each.pontos]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12" role="img" aria-label="{escape(title)}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="26" font-size="15" font-weight="bold">{escape(title)}</text>',
        *_axes(low, max(high, low + 1)),
        *(line for i, each in enumerate(series) for line in _series(each, i, low, high)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _axes(low: int, high: int) -> Iterator[str]:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    for power in range(3, 7):
        x = _x(10**power)
        yield f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{bottom}" stroke="#dddddd"/>'
        label = numero(10**power)
        yield f'<text x="{x}" y="{bottom + 20}" text-anchor="middle">{label}</text>'
    for power in range(low, high + 1):
        y = _y(10.0**power, low, high)
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{right}" y2="{y}" stroke="#dddddd"/>'
        label = numero(Decimal(10) ** power, max(0, -power))
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{label}</text>'
    middle = (_LEFT + right) // 2
    yield f'<text x="{middle}" y="{_HEIGHT - 14}" text-anchor="middle">usuários</text>'
    yield (
        f'<text x="20" y="{(_TOP + bottom) // 2}" text-anchor="middle" '
        f'transform="rotate(-90 20 {(_TOP + bottom) // 2})">US$ por usuário e mês</text>'
    )


def _series(each: Serie, number: int, low: int, high: int) -> Iterator[str]:
    points = [(_x(users), _y(value, low, high)) for users, value in each.pontos]
    path = " ".join(f"{x},{y}" for x, y in points)
    dash = ' stroke-dasharray="6 4"' if each.tracejada else ""
    yield f'<polyline points="{path}" fill="none" stroke="{each.cor}" stroke-width="2"{dash}/>'
    if each.tracejada:
        yield from (f'<circle cx="{x}" cy="{y}" r="4" fill="{each.cor}"/>' for x, y in points)
    x, y = _WIDTH - _RIGHT + 20, _TOP + 20 + 24 * number
    yield (
        f'<line x1="{x}" y1="{y - 4}" x2="{x + 26}" y2="{y - 4}" stroke="{each.cor}" '
        f'stroke-width="2"{dash}/>'
    )
    yield f'<text x="{x + 34}" y="{y}">{escape(each.nome)}</text>'


def _x(users: float) -> float:
    share = (math.log10(users) - 3) / 3
    return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(value: float, low: int, high: int) -> float:
    share = (math.log10(value) - low) / max(high - low, 1)
    return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)
