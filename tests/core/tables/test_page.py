"""What is published of the tables is what the code says."""

from __future__ import annotations

from scripts.build_tables_page import PUBLISHED, build


def test_the_page_is_that_of_the_code() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == build(), "make tabelas"
