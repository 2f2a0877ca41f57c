"""Patterns said in another way for libxml2 accept the same texts, and messages keep the first."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fiscalxml.schemas.deterministic import deterministic, published
from fiscalxml.schemas.patterns import explain_pattern

XS = "{http://www.w3.org/2001/XMLSchema}"
ALL = sorted(
    {
        node.get("value", "")
        for path in Path(str(files("nfelib"))).rglob("*.xsd")
        for node in etree.parse(path).iter(f"{XS}pattern")
    }
)
REWRITTEN = [pattern for pattern in ALL if deterministic(pattern) != pattern]
TEXT = next(pattern for pattern in REWRITTEN if "ÿ" in pattern)
DECIMALS = [pattern for pattern in REWRITTEN if "ÿ" not in pattern]


def schema_of(pattern: str) -> etree.XMLSchema:
    """Of an element <v> with the pattern, blanks kept."""
    root = etree.Element(f"{XS}schema", nsmap={"xs": XS[1:-1]})
    simple = etree.SubElement(etree.SubElement(root, f"{XS}element", name="v"), f"{XS}simpleType")
    restriction = etree.SubElement(simple, f"{XS}restriction", base="xs:string")
    etree.SubElement(restriction, f"{XS}pattern", value=pattern)
    return etree.XMLSchema(root)


def accepts(schema: etree.XMLSchema, text: str) -> bool:
    element = etree.Element("v")
    element.text = text
    return schema.validate(element)


def test_texts_and_decimals_are_rewritten_and_nothing_else() -> None:
    assert len(DECIMALS) > 15
    assert all(re.match(r"0\|0\\\.", pattern) for pattern in DECIMALS)


@pytest.mark.parametrize("pattern", DECIMALS)
def test_short_numbers_are_accepted_alike(pattern: str) -> None:
    ours, theirs = re.compile(deterministic(pattern)), re.compile(pattern)
    for size in range(9):
        for characters in product("01.x", repeat=size):
            text = "".join(characters)
            assert bool(ours.fullmatch(text)) == bool(theirs.fullmatch(text)), text


@pytest.mark.parametrize("pattern", DECIMALS)
def test_numbers_of_any_size_are_accepted_alike_by_libxml2(pattern: str) -> None:
    ours, theirs = schema_of(deterministic(pattern)), schema_of(pattern)
    for whole in ("", "0", "00", "01", *("9" * size for size in range(1, 18))):
        for fraction in (None, *("5" * size for size in range(13))):
            text = whole if fraction is None else f"{whole}.{fraction}"
            assert accepts(ours, text) == accepts(theirs, text), text


@given(st.text(st.sampled_from(" !aÿĀ\t\n"), max_size=9))
def test_texts_are_accepted_alike(text: str) -> None:
    ours, theirs = re.compile(deterministic(TEXT)), re.compile(TEXT)
    assert bool(ours.fullmatch(text)) == bool(theirs.fullmatch(text))
    assert accepts(TEXTS[0], text) == accepts(TEXTS[1], text)


TEXTS = schema_of(deterministic(TEXT)), schema_of(TEXT)


@pytest.mark.parametrize("pattern", REWRITTEN)
def test_messages_explain_the_pattern_of_the_layout(pattern: str) -> None:
    assert explain_pattern(published(deterministic(pattern))) == explain_pattern(pattern)
