"""A version's notes are its section of the CHANGELOG, once that has a date."""

from __future__ import annotations

import pytest
from scripts.release_notes import NotReleasable, notes_of

CHANGELOG = """# Changelog

## 1.1.0 (unreleased)

- Coming.

## 1.0.0 (2026-11-28)

- First.
  More of it.

### Fixed

- Nothing.

## 0.9.0 (2026-10-01)

- Before.
"""


def test_they_are_that_section_alone() -> None:
    found = notes_of("1.0.0", CHANGELOG, "1.0.0")
    assert found == "- First.\n  More of it.\n\n### Fixed\n\n- Nothing.\n"
    assert notes_of("0.9.0", CHANGELOG, "0.9.0") == "- Before.\n"


@pytest.mark.parametrize(
    ("version", "declared", "told"),
    [
        ("1.1.0", "1.1.0", "falta a data"),
        ("2.0.0", "2.0.0", "não tem"),
        ("1.0.0", "1.1.0", "pyproject.toml"),
        ("1.0", "1.0", "não tem"),
    ],
)
def test_what_is_not_ready_is_not_released(version: str, declared: str, told: str) -> None:
    with pytest.raises(NotReleasable, match=told):
        notes_of(version, CHANGELOG, declared)
