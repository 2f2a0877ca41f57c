"""What the table of policies says, and what its steps do to a number of tasks."""

from __future__ import annotations

import ast
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml_ops.scaling import alarms, policies, pressure, rates
from fiscalxml_ops.scaling.alarms import Policy, Target
from fiscalxml_ops.scaling.policies import ALARMS, API, DELIVERER, TARGETS, WORKER
from fiscalxml_ops.scaling.pressure import Work
from fiscalxml_ops.scaling.steps import change

_MACHINES = API.machines
assert _MACHINES is not None
ALL = (*(policy for each in TARGETS for policy in each.policies), *_MACHINES.policies)
_named = pytest.mark.parametrize("policy", ALL, ids=lambda policy: policy.name)


@_named
def test_steps_follow_on_each_other_from_the_threshold_without_a_gap(policy: Policy) -> None:
    ends = [(step.lower, step.upper) for step in policy.steps]
    assert all(upper == lower for (_, upper), (lower, _) in pairwise(ends))
    first, last = ends[0][0], ends[-1][1]
    if policy.alarm.upper:
        assert (first, last) == (policy.alarm.threshold, None)
        assert policy.steps[0].interval(policy.alarm.threshold)[0] == 0
    else:
        assert (first, last) == (None, policy.alarm.threshold)
        assert policy.steps[-1].interval(policy.alarm.threshold)[1] == 0


@_named
def test_an_alarm_above_adds_and_one_below_removes(policy: Policy) -> None:
    assert all((step.change > 0) == policy.alarm.upper for step in policy.steps)


@_named
@given(data=st.data())
def test_a_worse_value_never_leaves_fewer_tasks_nor_do_more_tasks_become_fewer(
    policy: Policy, data: st.DataObject
) -> None:
    most = 2 * policy.alarm.threshold
    low, high = sorted(data.draw(st.tuples(st.floats(0, most), st.floats(0, most))))
    few, many = sorted(data.draw(st.tuples(st.integers(1, 20), st.integers(1, 20))))
    assert change(policy, low, few) <= change(policy, high, few)
    assert few + change(policy, low, few) <= many + change(policy, low, many)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.role)
@given(busy=st.floats(0, 0.2999), tasks=st.integers(2, 20))
def test_what_stays_after_a_removal_is_not_so_busy_that_it_is_added_again(
    target: Target, busy: float, tasks: int
) -> None:
    """The metric of what is left is that of all, by how many they are."""
    less = target.policies[-1]
    value = 100 * busy if target.role != "worker" else _working(busy, tasks).pressure
    left = max(target.minimum, tasks + change(less, value, tasks))
    after = value * tasks / left
    assert left >= tasks or not target.policies[0].alarm.breached(after)


@given(needed=st.integers(3, 10), there=st.integers(3, 10))
def test_no_more_machines_are_removed_than_are_free(needed: int, there: int) -> None:
    assert _MACHINES is not None
    if needed < there:
        less = _MACHINES.policies[1]
        assert there + change(less, 100 * needed / there, there) >= needed


def test_bounds_are_those_of_the_architecture() -> None:
    assert (API.minimum, API.maximum) == (3, 10)
    assert (_MACHINES.minimum, _MACHINES.maximum) == (3, 10)  # type: ignore[union-attr]
    assert (WORKER.minimum, WORKER.maximum) == (4, 20)
    assert all(target.minimum >= 2 for target in TARGETS)
    assert DELIVERER.processes == 1


def test_what_is_missing_scales_nothing_and_somebody_is_told() -> None:
    assert {policy.alarm.missing for policy in ALL} == {"notBreaching"}
    assert [alarm.missing for alarm in ALARMS] == ["breaching"]
    nothing = Work(depth=0, age=0, running=0, workers=4, processes=2)
    assert not ALARMS[0].breached(nothing.pressure), "only what is missing breaches it"


def test_periods_are_some_that_cloudwatch_has() -> None:
    for policy in ALL:
        period = policy.alarm.metric.period
        assert period in {10, 20, 30} or period % 60 == 0
        assert policy.alarm.datapoints <= policy.alarm.periods


def test_pressure_is_one_where_one_of_its_parts_is_too_much() -> None:
    assert Work(depth=400, age=1, running=0, workers=4, processes=2).pressure == 1
    assert Work(depth=9, age=60, running=0, workers=4, processes=2).pressure == 1
    assert _working(0.7, 10).pressure == pytest.approx(1)
    assert _working(0.3, 10).pressure < WORKER.policies[-1].alarm.threshold


def test_a_job_that_is_tried_again_is_not_a_queue() -> None:
    assert Work(depth=1, age=800, running=0, workers=4, processes=2).pressure < 0.1


def test_without_a_worker_the_pressure_is_high() -> None:
    assert Work(depth=0, age=0, running=0, workers=0, processes=2).pressure > 1


def test_the_table_needs_no_more_than_python_for_the_cdk_reads_it_elsewhere() -> None:
    for module in (alarms, policies, pressure, rates):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        names = {
            node.module or ""
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.level == 0
        }
        ours = {name for name in names if name.startswith("fiscalxml")}
        assert all(name.startswith("fiscalxml_ops.scaling.") for name in ours)
        assert {name.partition(".")[0] for name in names - ours} <= sys.stdlib_module_names


def _working(busy: float, tasks: int) -> Work:
    return Work(depth=0, age=0, running=busy * tasks * 2, workers=tasks, processes=2)
