"""Patterns and enumerations of the layouts as automata, which read a text byte by byte, once.

An automaton takes texts of Latin-1 characters, which is all that the layouts allow. Its language is
that of the XSD pattern, or less where a construct is not known exactly: what it does not take is
judged by libxml2.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

from fiscalxml.schemas.acceptance.names import Intratavel

_ALL: Final = (1 << 256) - 1
_DIGITS: Final = sum(1 << code for code in b"0123456789")
_BREAKS: Final = 1 << 10 | 1 << 13
_BLANKS: Final = 1 << 32 | 1 << 9 | _BREAKS
_ESCAPES: Final = {"d": _DIGITS, "s": _BLANKS, "D": _ALL & ~_DIGITS, "S": _ALL & ~_BLANKS}
_LAST: Final = 255
_MAX_PLACES: Final = 4000
"""characters of a pattern, repetitions written out"""
_MAX_STATES: Final = 4000


class Automaton(NamedTuple):
    """A deterministic automaton, as `_aceita.c` reads it. State 1 is the first, 0 has no way on."""

    classes: bytes
    """of each of 256 characters its column"""
    columns: int
    table: bytes
    """of unsigned shorts: state * columns + column -> state"""
    accepts: bytes
    """of each state whether a text may end there"""


# A pattern, taken apart.
class _Set(NamedTuple):
    characters: int
    """the bits of an integer"""


class _Repeat(NamedTuple):
    inner: _Node
    least: int
    most: int | None


class _Several(NamedTuple):
    """Alternatives, each of them a sequence."""

    alternatives: list[list[_Node]]


_Node = _Set | _Repeat | _Several


class _Reader:
    """Reads an XSD regular expression. Raises `Intratavel`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def read(self) -> _Node:
        node = self.alternatives()
        if self.at < len(self.text):
            raise Intratavel(self.text)
        return node

    def alternatives(self) -> _Node:
        found = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            found.append(self.sequence())
        return _Several(found)

    def sequence(self) -> list[_Node]:
        nodes: list[_Node] = []
        while self.peek() not in ("", "|", ")"):
            node = self.atom()
            while (times := self.quantifier()) is not None:
                node = _Repeat(node, *times)
            nodes.append(node)
        return nodes

    def quantifier(self) -> tuple[int, int | None] | None:
        mark = self.peek()
        if mark in ("?", "*", "+"):
            self.at += 1
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[mark]
        if mark != "{":
            return None
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",")
        if end < 0 or not low.isdecimal() or (high and not high.isdecimal()):
            raise Intratavel(self.text)
        self.at = end + 1
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if most is not None and most < least:
            raise Intratavel(self.text)
        return least, most

    def atom(self) -> _Node:
        mark = self.next()
        if mark == "(":
            node = self.alternatives()
            if self.next() != ")":
                raise Intratavel(self.text)
            return node
        if mark in ")*+?{}]":
            raise Intratavel(self.text)
        if mark == "[":
            return _Set(self.of_class())
        if mark == ".":
            return _Set(_ALL & ~_BREAKS)
        return _Set(self.escaped() if mark == "\\" else self.one(mark))

    def of_class(self) -> int:
        negated = self.peek() == "^"
        self.at += negated
        found, before = 0, ""
        """`before`: the character that a range may begin with"""
        while (mark := self.next()) != "]":
            if mark == "[":
                raise Intratavel(self.text)  # a subtraction
            if mark == "-" and before and self.peek() != "]":
                until = self.next()
                escaped = until == "\\"
                until = self.next() if escaped else until
                if until == "[" or (escaped and until.isalnum()) or ord(until) < ord(before):
                    raise Intratavel(self.text)
                found |= 2 * self.one(until) - (1 << ord(before))
                before = ""
            elif mark == "\\":
                before = self.peek()
                found |= self.escaped()
                before = "" if before in _ESCAPES else before
            else:
                found |= self.one(mark)
                before = mark
        return _ALL & ~found if negated else found

    def escaped(self) -> int:
        mark = self.next()
        if mark in _ESCAPES:
            return _ESCAPES[mark]
        if mark.isalnum():
            raise Intratavel(self.text)
        return self.one(mark)

    def one(self, mark: str) -> int:
        if ord(mark) > _LAST:
            raise Intratavel(self.text)
        return 1 << ord(mark)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        mark = self.peek()
        if not mark:
            raise Intratavel(self.text)
        self.at += 1
        return mark


class _Part(NamedTuple):
    """A part of a pattern: whether it takes the empty text; places where it begins, and ends."""

    empty: bool
    first: int
    last: int


_NOTHING: Final = _Part(True, 0, 0)


class _Places:
    """The places of a pattern, one for each character in it (Glushkov's construction)."""

    def __init__(self) -> None:
        self.sets: list[int] = []
        """of each place the characters that stand there"""
        self.follow: list[int] = []
        """of each place those that may come next"""

    def part(self, node: _Node) -> _Part:
        match node:
            case _Set(characters):
                if len(self.sets) == _MAX_PLACES:
                    raise Intratavel
                self.sets.append(characters)
                self.follow.append(0)
                place = 1 << len(self.sets) - 1
                return _Part(False, place, place)
            case _Several(alternatives):
                empty, first, last = False, 0, 0
                for sequence in alternatives:
                    part = self.joined(self.part(inner) for inner in sequence)
                    empty |= part.empty
                    first |= part.first
                    last |= part.last
                return _Part(empty, first, last)
            case _Repeat(inner, least, most):
                return self.repeated(inner, least, most)

    def repeated(self, inner: _Node, least: int, most: int | None) -> _Part:
        parts = [self.part(inner) for _ in range(max(least, 1) if most is None else most)]
        if least > 1 and parts[0].empty:
            raise Intratavel("nothing, again and again")  # libxml2 is not of XSD's mind
        if most is None:
            self.link(parts[-1].last, parts[-1].first)
        return self.joined(
            part if number < least else part._replace(empty=True)
            for number, part in enumerate(parts)
        )

    def joined(self, parts: Iterable[_Part]) -> _Part:
        whole = _NOTHING
        for part in parts:
            self.link(whole.last, part.first)
            whole = _Part(
                whole.empty and part.empty,
                whole.first | (part.first if whole.empty else 0),
                part.last | (whole.last if part.empty else 0),
            )
        return whole

    def link(self, places: int, following: int) -> None:
        for place in _bits(places):
            self.follow[place] |= following


@cache
def of_patterns(patterns: tuple[str, ...]) -> Automaton:
    """Takes what matches one of them. Raises `Intratavel`."""
    pattern = _Places()
    whole = pattern.part(_Several([[_Reader(each).read()] for each in patterns]))
    classes, sets = _classes(pattern.sets)
    # A state is the set of places that may come next, and whether the text may end.
    ends = 1 << len(pattern.sets)
    start = whole.first | (ends if whole.empty else 0)
    follow = [
        after | (ends if whole.last >> place & 1 else 0)
        for place, after in enumerate(pattern.follow)
    ]
    numbers = {start: 1}
    order, rows = [start], [[0] * len(sets)]
    for state in order:
        row = []
        for places in sets:
            reached = 0
            for place in _bits(state & places):
                reached |= follow[place]
            if reached and reached not in numbers:
                numbers[reached] = len(numbers) + 1
                order.append(reached)
                if len(order) > _MAX_STATES:
                    raise Intratavel(patterns)
            row.append(numbers.get(reached, 0))
        rows.append(row)
    accepts = bytes([0, *(state >> len(pattern.sets) & 1 for state in order)])
    return _automaton(classes, rows, accepts)


@cache
def of_texts(texts: frozenset[str]) -> Automaton:
    """Takes exactly these. Raises `Intratavel`."""
    used = sorted({ord(mark) for text in texts for mark in text})
    if used and used[-1] > _LAST:
        raise Intratavel
    columns = {code: column for column, code in enumerate(used, 1)}
    rows, accepts = [[0] * (len(used) + 1), [0] * (len(used) + 1)], [0, 0]
    for text in sorted(texts):
        state = 1
        for mark in text:
            column = columns[ord(mark)]
            if not rows[state][column]:
                rows[state][column] = len(rows)
                if len(rows) > _MAX_STATES:
                    raise Intratavel("too many texts")
                rows.append([0] * (len(used) + 1))
                accepts.append(0)
            state = rows[state][column]
        accepts[state] = 1
    classes = bytes(columns.get(code, 0) for code in range(256))
    return _automaton(classes, rows, bytes(accepts))


def _automaton(classes: bytes, rows: Sequence[Sequence[int]], accepts: bytes) -> Automaton:
    table = array("H", [number for row in rows for number in row])
    return Automaton(classes, len(rows[0]), table.tobytes(), accepts)


def _classes(sets: Sequence[int]) -> tuple[bytes, list[int]]:
    """Of each character its class, and of each class the places where its characters stand."""
    numbers: dict[int, int] = {}
    of_character = []
    for code in range(256):
        places = sum(1 << place for place, found in enumerate(sets) if found >> code & 1)
        of_character.append(numbers.setdefault(places, len(numbers)))
    return bytes(of_character), list(numbers)


def _bits(number: int) -> Iterable[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
