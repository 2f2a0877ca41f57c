"""Automata take what the patterns and enumerations of the layouts take."""

from __future__ import annotations

import re
from array import array
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fiscalxml.schemas.acceptance.automata import Automaton, of_patterns, of_texts
from fiscalxml.schemas.acceptance.names import Intratavel

XS = "{http://www.w3.org/2001/XMLSchema}"
ALL = sorted(
    {
        node.get("value", "")
        for path in Path(str(files("nfelib"))).rglob("*.xsd")
        for node in etree.parse(path).iter(f"{XS}pattern")
    }
)


def takes(automaton: Automaton, text: str) -> bool:
    table = array("H")
    table.frombytes(automaton.table)
    state = 1
    for mark in text:
        if ord(mark) > 255:
            return False
        state = table[state * automaton.columns + automaton.classes[ord(mark)]]
    return bool(automaton.accepts[state])


def in_python(pattern: str) -> re.Pattern[str]:
    """The same language: what XSD has no signs for, Python takes for signs."""
    return re.compile(re.sub(r"(?<![\\\[])([$])|(?<![\\\[])\^", r"\\\g<0>", pattern), re.ASCII)


def walk(automaton: Automaton, draw: st.DataObject) -> str:
    """A text on its ways, of at most 80 characters, perhaps up to an end."""
    table = array("H")
    table.frombytes(automaton.table)
    state, text = 1, ""
    for _ in range(draw.draw(st.integers(0, 80))):
        row = table[state * automaton.columns : (state + 1) * automaton.columns]
        marks = [code for code in range(256) if row[automaton.classes[code]]]
        if not marks:
            break
        code = draw.draw(st.sampled_from(marks))
        state, text = row[automaton.classes[code]], text + chr(code)
    return text


@pytest.mark.parametrize("pattern", ALL)
def test_every_pattern_of_the_layouts_has_one(pattern: str) -> None:
    assert of_patterns((pattern,)).accepts[0] == 0


@given(st.sampled_from(ALL), st.data())
def test_it_takes_what_the_pattern_takes(pattern: str, draw: st.DataObject) -> None:
    automaton = of_patterns((pattern,))
    text = walk(automaton, draw)
    if text and draw.draw(st.booleans()):
        at = draw.draw(st.integers(0, len(text) - 1))
        text = (
            text[:at] + draw.draw(st.sampled_from(("", "0", "9", "A", " ", "é", "."))) + text[at:]
        )
    assert takes(automaton, text) == bool(in_python(pattern).fullmatch(text))


@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        ("a{2}", ["aa"], ["", "a", "aaa"]),
        ("a{1,3}", ["a", "aaa"], ["", "aaaa"]),
        ("a{2,}", ["aa", "aaaaa"], ["a"]),
        ("a{0}b", ["b"], ["ab"]),
        ("(ab|c)*", ["", "abcab"], ["a", "ba"]),
        ("a?b+", ["b", "abb"], ["a", "aab"]),
        ("(a{2}){2,3}", ["aaaa", "aaaaaa"], ["aaa", "aaaaa"]),
        (r"[^a-c]\.", ["d.", "é."], ["a.", "dx"]),
        (r"[\-a\]]", ["-", "a", "]"], ["b"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[+-/]", ["+", ",", "/"], ["0"]),
        (r"\d\s\D\S", ["1 xy"], ["1 1y", "1 x "]),
        (".", ["a", "é"], ["\n", "–"]),
        ("|a", ["", "a"], ["b"]),
        ("(a|b)(a|b)", ["ab", "bb"], ["a"]),
    ],
)
def test_the_signs_of_xsd(pattern: str, taken: list[str], refused: list[str]) -> None:
    automaton = of_patterns((pattern,))
    assert [text for text in taken if not takes(automaton, text)] == []
    assert [text for text in refused if takes(automaton, text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a", "a)", "[a", "[b-a]", "a{", "a{x}", "a{1,x}", "*", "a\\", r"\w", r"\p{L}", "{1}"),
        *("a{3,1}", r"[\t-\n]", "(a?){2,}", "(|){2}", "(a*b?){2,3}"),
        *("–", "[a–]", "[a-–]", "[a-z-[b]]", "[a-[b]]", "(a{1000}){1000}", "(a|b)*a(a|b){20}"),
    ],
)
def test_what_is_unusual_or_too_large_has_none(pattern: str) -> None:
    with pytest.raises(Intratavel):
        of_patterns((pattern,))


@given(st.frozensets(st.text(st.characters(max_codepoint=255), max_size=4), max_size=8), st.text())
def test_an_enumeration_takes_its_texts(texts: frozenset[str], other: str) -> None:
    automaton = of_texts(texts)
    assert all(takes(automaton, text) for text in texts)
    assert takes(automaton, other) == (other in texts)


def test_an_enumeration_of_other_characters_has_none() -> None:
    with pytest.raises(Intratavel):
        of_texts(frozenset(("–",)))
