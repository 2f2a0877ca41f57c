"""The bounds that clear a text at a glance see what an exact count sees."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from fiscalxml.xml.caps import _has_stretch


@given(st.lists(st.integers(0, 12), max_size=20), st.integers(1, 8))
@example([], 1)
@example([1, 1], 1)
@example([0, 0, 2], 1)
def test_a_stretch_between_tags_is_seen_wherever_it_is(sizes: list[int], most: int) -> None:
    text = b"<".join(b"a" * size for size in sizes)
    assert _has_stretch(text, most) == (max(map(len, text.split(b"<"))) > most)
