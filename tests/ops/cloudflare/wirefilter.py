"""Cloudflare's rules language, as far as our rules use it, run on a request.

That a text is well-formed, and what it names exists, is for `make check-cloudflare` to say, by
Cloudflare's own parser; this says what it comes to. What it does not know is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Fields = Mapping[str, Any]
"""name -> text, number, truth; of `http.request.headers`: name in lower case -> its values"""
Test = Callable[[Fields], bool]

_TOKEN: Final = re.compile(
    r'\s*(?:(?P<text>"[^"]*")|(?P<number>\d+)|(?P<word>[a-z_][a-z0-9_.]*)|(?P<sign>[()\[\]{},*]))'
)


def compiled(expression: str) -> Test:
    """Raises ValueError for what is not known here."""
    parser = _Parser(expression)
    test = parser.disjunction()
    parser.end()
    return test


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"not known: {text[at : at + 20]!r}")
            self._tokens.append(found[0].strip())
            at = found.end()
        self._at = 0

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise ValueError(f"more than an expression: {self._tokens[self._at :]}")

    def disjunction(self) -> Test:
        return self._joined("or", self._conjunction, any)

    def _conjunction(self) -> Test:
        return self._joined("and", self._negation, all)

    def _joined(self, word: str, inner: Callable[[], Test], how: Callable[[Any], bool]) -> Test:
        tests = [inner()]
        while self._peek() == word:
            self._next()
            tests.append(inner())
        return lambda fields: how(test(fields) for test in tests)

    def _negation(self) -> Test:
        if self._peek() == "not":
            self._next()
            inner = self._negation()
            return lambda fields: not inner(fields)
        if self._peek() == "(":
            self._next()
            inner = self.disjunction()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        word = self._next()
        if word == "true":
            return lambda _: True
        if word == "starts_with":
            self._expect("(")
            field = self._next()
            self._expect(",")
            prefix = self._literal()
            self._expect(")")
            return lambda fields: fields[field].startswith(prefix)
        if word == "any":
            return self._any()
        operator = self._peek()
        if operator not in _OPERATORS:  # a field that is true or false
            return lambda fields: fields[word] is True
        self._next()
        compare, value = _OPERATORS[operator], self._literal()
        return lambda fields: compare(fields[word], value)

    def _any(self) -> Test:
        """`any(map["name"][*] operator literal)`: one value of the name at least."""
        self._expect("(")
        field = self._next()
        self._expect("[")
        name = self._literal()
        for each in "][*]":
            self._expect(each)
        compare, value = _OPERATORS[self._next()], self._literal()
        self._expect(")")
        return lambda fields: any(compare(each, value) for each in fields[field].get(name, ()))

    def _literal(self) -> Any:
        word = self._next()
        if word == "{":
            values = []
            while self._peek() != "}":
                values.append(self._literal())
            self._next()
            return values
        if word.isdigit():
            return int(word)
        if word.startswith('"'):
            return word[1:-1]
        raise ValueError(f"not a literal: {word!r}")

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        word = self._peek()
        self._at += 1
        return word

    def _expect(self, word: str) -> None:
        found = self._next()
        if found != word:
            raise ValueError(f"{found!r} where {word!r} should be")


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": lambda field, value: field == value,
    "ne": lambda field, value: field != value,
    "in": lambda field, value: field in value,
    "contains": lambda field, value: value in field,
}
