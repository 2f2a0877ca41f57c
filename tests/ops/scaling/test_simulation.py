"""Loads through the policies: what must hold of every run."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscalxml_ops.scaling.load import Load, Slice, constant, spike
from fiscalxml_ops.scaling.plant import Plant
from fiscalxml_ops.scaling.reaction import reaction
from fiscalxml_ops.scaling.simulation import Run, simulate

FIVE_MINUTES = 300
QUIET = 600
LASTING = 480
UNLIMITED = Plant(database_documents=1e9, opening_documents=1e9)
"""nothing but the workers limits: what the policies are for"""


SLOWER = replace(
    UNLIMITED,
    worker_documents=UNLIMITED.worker_documents / 2,
    api_requests=UNLIMITED.api_requests / 2,
)
"""as the bill supposes of AWS"""


@pytest.fixture(
    scope="module",
    params=[
        (UNLIMITED, 300_000, 200_000),
        (UNLIMITED, 380_000, 250_000),
        (UNLIMITED, 800_000, 500_000),
        (SLOWER, 150_000, 100_000),
        (SLOWER, 225_000, 150_000),
    ],
)
def ten_times(request: pytest.FixtureRequest) -> Run:
    """Sizes that are met soon, and those that are met latest of all."""
    plant, documents, requests = request.param
    return simulate(spike(documents, requests, quiet=QUIET, lasting=LASTING), plant)


def test_out_and_in_take_less_than_five_minutes_each(ten_times: Run) -> None:
    found = reaction(ten_times, QUIET, QUIET + LASTING)
    every = (found.workers_out, found.workers_in, found.api_out, found.api_in, found.machines_in)
    assert all(seconds is not None and 0 < seconds < FIVE_MINUTES for seconds in every), found


def test_nothing_is_ever_beyond_its_bounds(ten_times: Run) -> None:
    for each in ten_times.samples:
        assert 4 <= each.workers <= 20
        assert 4 <= each.workers_wanted <= 20
        assert 3 <= each.machines <= 10
        assert each.api <= each.machines


def test_the_spike_is_worked_off_and_nothing_refused(ten_times: Run) -> None:
    assert ten_times.refused == 0
    assert ten_times.left < ten_times.plant.lote
    assert ten_times.delays.longest < 120


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 60_000)), min_size=2, max_size=6),
    st.sampled_from([1, 700, 50_000]),
)
def test_every_document_and_request_is_somewhere(
    amounts: list[tuple[int, int]], lote: float
) -> None:
    slices = tuple(Slice(20 * place, 20 * place + 20, *each) for place, each in enumerate(amounts))
    load = Load("qualquer", slices)
    run = simulate(load, replace(UNLIMITED, lote=lote, refusing=30))
    assert run.processed + run.refused + run.left == pytest.approx(load.documents)
    assert run.served + run.shed == pytest.approx(load.requests)


@pytest.mark.parametrize("part", [0.1, 0.3, 0.6])
def test_a_constant_load_is_met_and_then_nothing_moves(part: float) -> None:
    plant = UNLIMITED
    run = simulate(constant(part * plant.most_documents, part * plant.most_requests, 1800), plant)
    later = [each for each in run.samples if each.second > 900]
    assert len({(each.workers_wanted, each.api, each.machines) for each in later}) == 1
    assert later[-1].workers * plant.worker_documents >= part * plant.most_documents
    assert later[-1].cpu < 100


def test_above_all_that_there_may_be_new_lotes_are_refused_and_the_age_is_bounded() -> None:
    plant = replace(UNLIMITED, refusing=120)
    run = simulate(constant(1.5 * plant.most_documents, 0, 1200), plant)
    # What was let in until then is more than is done in that time, by as much as comes too much.
    assert max(each.age for each in run.samples) < 1.5 * plant.refusing + 1
    assert run.refused > 0
    assert run.samples[-1].workers == plant.worker.maximum


def test_what_the_database_takes_bounds_what_workers_do() -> None:
    run = simulate(constant(600_000, 0, 900), replace(UNLIMITED, database_documents=300_000))
    done = run.processed / 15
    assert done <= 300_000
    assert run.samples[-1].workers == 20


def test_spot_tasks_that_are_taken_away_come_back() -> None:
    load = constant(600_000, 0, 1200)
    run = simulate(load, replace(UNLIMITED, spot=True, interruption=800))
    counts = {each.second: each.workers for each in run.samples}
    assert counts[790] == 20
    assert counts[810] == 12
    assert counts[880] == 20
    assert run.spot_hours > 0


def test_workers_grow_in_few_and_large_steps(ten_times: Run) -> None:
    wanted = [each.workers_wanted for each in ten_times.samples]
    ups = sum(after > before for before, after in pairwise(wanted))
    downs = sum(after < before for before, after in pairwise(wanted))
    assert 1 <= ups <= 5
    assert 1 <= downs <= 3
