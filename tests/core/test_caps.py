"""The bounds that clear a text at a glance see what an exact count sees."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fiscalxml.xml import Limits, XmlRecusado, parse
from fiscalxml.xml.caps import _has_stretch


@given(st.lists(st.integers(0, 12), max_size=20), st.integers(1, 8))
@example([], 1)
@example([1, 1], 1)
@example([0, 0, 2], 1)
def test_a_stretch_between_tags_is_seen_wherever_it_is(sizes: list[int], most: int) -> None:
    text = b"<".join(b"a" * size for size in sizes)
    assert _has_stretch(text, most) == (max(map(len, text.split(b"<"))) > most)


@pytest.mark.parametrize("declaration", ["", "<?xml version='1.0'?>", "\ufeff", "\n"])
@pytest.mark.parametrize("between", ["<?p?>", "<?p a?b?>", "<!--c-->", "<![CDATA[?]]>", "?"])
def test_what_divides_a_text_does_not_hide_its_length(declaration: str, between: str) -> None:
    """Each half is within the cap, and both together are not."""
    half = "a" * (Limits().max_text // 2)
    text = f"{declaration}<r><x>{half}{between}{half}a</x></r>"
    with pytest.raises(XmlRecusado):
        parse(text.encode(), Limits())
