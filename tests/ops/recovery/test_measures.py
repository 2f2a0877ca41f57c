"""When a drill says that a promise was broken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from .measures import Desastre, Medidas


@pytest.mark.parametrize(
    ("rto", "rpo", "broken", "late"),
    [(14 * 60, 299, 0, 0), (16 * 60, 0, 0, 1), (60, 301, 0, 1), (4 * 3600 + 1, 3601, 2, 2)],
)
def test_promises_and_goals_are_told_apart(rto: float, rpo: float, broken: int, late: int) -> None:
    medidas = Medidas(datetime(2026, 11, 29, tzinfo=UTC), 1000, 1000, 60)
    medidas.disaster(Desastre("region destroyed", rto, rpo, 3, 100))
    assert tuple(map(len, medidas.judge())) == (broken, late)
    text = medidas.text()
    assert ("broken" in text) == bool(broken)
    assert ("missed" in text) == bool(late)
    assert f"| region destroyed | {rto:.1f} s | {rpo:.1f} s | 3 of 100 |" in text
