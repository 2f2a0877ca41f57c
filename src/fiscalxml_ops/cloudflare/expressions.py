"""Texts of Cloudflare's rules language, as small as ours needs it.

No regular expressions: they are not in every plan, and prefixes say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

HOST: Final = "http.host"
METHOD: Final = "http.request.method"
PATH: Final = "http.request.uri.path"
ALWAYS: Final = "true"


def quoted(text: str) -> str:
    """A literal. Raises ValueError for what the language would read otherwise."""
    if not text.isascii() or not text.isprintable() or '"' in text or "\\" in text:
        raise ValueError(f"not a plain text: {text!r}")
    return f'"{text}"'


def equal(field: str, text: str) -> str:
    """It is this text."""
    return f"{field} eq {quoted(text)}"


def other(field: str, text: str) -> str:
    """It is any but this text."""
    return f"{field} ne {quoted(text)}"


def among(field: str, texts: Iterable[str]) -> str:
    """It is one of these."""
    return f"{field} in {{{' '.join(map(quoted, texts))}}}"


def starting(field: str, prefix: str) -> str:
    """It begins so."""
    return f"starts_with({field}, {quoted(prefix)})"


def header_contains(name: str, text: str) -> str:
    """One of the headers of this name, which is in lower case, has the text in it."""
    return f"any(http.request.headers[{quoted(name)}][*] contains {quoted(text)})"


def all_of(*expressions: str) -> str:
    """Each of them, which are comparisons or in brackets."""
    return f"({' and '.join(expressions)})"


def any_of(*expressions: str) -> str:
    """One of them."""
    return f"({' or '.join(expressions)})"


def no(expression: str) -> str:
    """Its contrary."""
    return f"not {expression}"
