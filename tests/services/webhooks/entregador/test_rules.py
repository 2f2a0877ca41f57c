"""When to try, and when not to: the rules by themselves."""

from __future__ import annotations

import pytest

from fiscalxml_server.webhooks.entregador.breaker import CONSECUTIVE, Disjuntor
from fiscalxml_server.webhooks.entregador.rate import Ritmo
from fiscalxml_server.webhooks.entregador.schedule import wait_after

SCHEDULE = (5.0, 300.0, 86_400.0)


@pytest.mark.parametrize(("failures", "step"), [(1, 5.0), (2, 300.0), (3, 86_400.0)])
def test_each_failure_waits_for_its_step_give_or_take_a_fifth(failures: int, step: float) -> None:
    assert wait_after(SCHEDULE, failures, chance=lambda: 0.0) == pytest.approx(step * 0.8)
    assert wait_after(SCHEDULE, failures, chance=lambda: 0.5) == pytest.approx(step)
    assert wait_after(SCHEDULE, failures, chance=lambda: 1.0) == pytest.approx(step * 1.2)


def test_after_the_last_step_it_is_given_up() -> None:
    assert wait_after(SCHEDULE, 4) is None


@pytest.mark.parametrize(
    ("asked", "failures", "waited"),
    [
        (0.0, 1, 5.0),
        (7.0, 1, 7.0),
        (3600.0, 1, 3600.0),
        (400.0, 2, 400.0),
        (100_000.0, 3, 86_400.0),
    ],
)
def test_retry_after_counts_between_the_step_and_a_day(
    asked: float, failures: int, waited: float
) -> None:
    assert wait_after(SCHEDULE, failures, asked, chance=lambda: 0.5) == pytest.approx(waited)


def opened(now: float = 0.0) -> Disjuntor:
    disjuntor = Disjuntor(30, 100)
    assert [disjuntor.failed(now) for _ in range(CONSECUTIVE)] == [False] * 9 + [True]
    return disjuntor


def test_failures_one_after_the_other_open_a_breaker() -> None:
    disjuntor = opened()
    assert disjuntor.aberto
    assert disjuntor.wait(10) == 20
    assert disjuntor.wait(30) == 0


def test_an_open_one_lets_one_attempt_through_at_a_time() -> None:
    disjuntor = opened()
    disjuntor.begin()
    assert disjuntor.wait(31) is None
    disjuntor.failed(31)
    assert disjuntor.wait(31) == 60
    disjuntor.begin()
    disjuntor.failed(91)
    assert disjuntor.wait(91) == 100  # at most
    disjuntor.begin()
    disjuntor.succeeded(200)
    assert not disjuntor.aberto
    assert disjuntor.wait(200) == 0


def test_what_was_under_way_when_it_opened_changes_nothing() -> None:
    disjuntor = opened()
    assert not disjuntor.failed(1)
    assert disjuntor.wait(1) == 29


def test_an_attempt_that_failed_on_our_side_is_made_again() -> None:
    disjuntor = opened()
    disjuntor.begin()
    disjuntor.forget()
    assert disjuntor.wait(31) == 0


def test_mostly_failures_open_it_too() -> None:
    disjuntor = Disjuntor()
    for now in range(9):
        (disjuntor.succeeded if now % 3 == 0 else disjuntor.failed)(float(now))
    assert not disjuntor.aberto
    assert disjuntor.failed(9.0)


def test_failures_of_long_ago_do_not_count() -> None:
    disjuntor = Disjuntor()
    for now in (0.0, 0.0, 1.0, 2.0, 3.0, 4.0):
        disjuntor.failed(now)
    disjuntor.succeeded(5.0)
    for now in (400.0, 401.0):
        disjuntor.failed(now)
    disjuntor.succeeded(402.0)
    assert not disjuntor.failed(403.0)


def test_so_many_in_any_minute() -> None:
    ritmo = Ritmo(2)
    for now in (0.0, 10.0):
        assert ritmo.wait(now) == 0
        ritmo.begin(now)
    assert ritmo.wait(20.0) == 40.0
    assert ritmo.wait(60.0) == 0
    ritmo.begin(60.0)
    assert ritmo.wait(61.0) == 9.0
    assert ritmo.resized(3).wait(61.0) == 0
    assert ritmo.resized(1).wait(61.0) == 59.0
