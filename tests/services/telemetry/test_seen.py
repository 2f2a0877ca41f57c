"""What is looked at now and then is told while it can be believed."""

from __future__ import annotations

from fiscalxml_server.kit.telemetry import Reading, Seen
from fiscalxml_server.kit.telemetry.sampled import DATABASE_BYTES

READINGS = [Reading(DATABASE_BYTES, (), 7)]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_is_told_for_its_time_and_a_new_look_begins_that_anew() -> None:
    clock = Clock()
    seen = Seen(clock)
    seen.put("banco", READINGS, 60)
    clock.now += 59
    assert seen.told() == READINGS
    seen.put("banco", READINGS, 60)
    clock.now += 59
    assert seen.told() == READINGS
    clock.now += 1
    assert seen.told() == []


def test_each_part_has_its_own_time() -> None:
    clock = Clock()
    seen = Seen(clock)
    seen.put("banco", READINGS, 60)
    seen.put("certificado", READINGS, 3600)
    clock.now += 61
    assert seen.told() == READINGS
    seen.forget("certificado")
    seen.forget("certificado")
    assert seen.told() == []
