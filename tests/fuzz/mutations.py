"""Structure-aware mutations of a document: its bytes, its tags, its values, its neighbours.

Each keeps enough of the document for the damage to reach the layers behind the parser.
"""

import re
from collections.abc import Callable
from random import Random

_ELEMENT = re.compile(rb"<([A-Za-z][\w.:-]*)(?: [^<>]*)?>[^<>]*</\1>")
_TAG = re.compile(rb"</?[A-Za-z][^<>]*>")
_TEXT = re.compile(rb">([^<>]+)<")
_ATTRIBUTE = re.compile(rb'="([^"<>]*)"')

VALUES: tuple[bytes, ...] = (
    b"", b" ", b"0", b"-1", b"1" * 5000, b"9" * 19, b"1e9", b"NaN", b"x" * 70_000, b"' or '1'='1",
    b"&#0;", b"&#10;", b"&#xD;", b"&amp;", b"&x;", b"]]&gt;", b"\x00", b"\xff", b"\xc3\xa9",
    "１２３".encode(), "٣".encode(), "²".encode(), "😀".encode(), "\u00a0".encode(),
    "\ufffd".encode(),
    b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"9999-99-99", b"2026-W01-1",
    b"2026-01-01T10:00:00+03:00:30", b"#", b"AAAA", b"4.00", b"1.10", b"110111", b"890", b"65",
)  # fmt: skip
FRAGMENTS: tuple[bytes, ...] = (
    b"<!-- c -->", b"<?p i?>", b"<![CDATA[<x>]]>", b"<x/>", b'<x xmlns=""/>', b'<x xmlns="u"/>',
    b'<p:x xmlns:p="u:p" p:a="1"/>', b'<x xmlns:q="relative"/>', "<𐀀/>".encode(),
    b"<!DOCTYPE r>",
    b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>', b"&lt;NFe&gt;",
    b"<docZip>AA</docZip>",
)  # fmt: skip

_Mutation = Callable[[bytes, Random], bytes]


def mutate(data: bytes, rng: Random, other: bytes = b"") -> bytes:
    """`data` after one to four mutations; `other` is what may be spliced into it."""
    for _ in range(rng.randint(1, 4)):
        if other and rng.random() < 0.1:
            data = _splice(data, other, rng)
        else:
            data = rng.choice(_MUTATIONS)(data, rng)
    return data


def _flip(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data) or 1)
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def _cut(data: bytes, rng: Random) -> bytes:
    start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[end:] if rng.random() < 0.5 else data[:end]


def _value(data: bytes, rng: Random) -> bytes:
    return _replace_group(data, rng, rng.choice((_TEXT, _ATTRIBUTE)), 1, rng.choice(VALUES))


def _copy_value(data: bytes, rng: Random) -> bytes:
    values = _TEXT.findall(data)
    return _replace_group(data, rng, _TEXT, 1, rng.choice(values)) if values else data


def _remove(data: bytes, rng: Random) -> bytes:
    return _replace_group(data, rng, rng.choice((_ELEMENT, _TAG)), 0, b"")


def _duplicate(data: bytes, rng: Random) -> bytes:
    found = list(_ELEMENT.finditer(data))
    if not found:
        return data
    element = rng.choice(found)
    return data[: element.end()] + element[0] * rng.choice((1, 2, 30)) + data[element.end() :]


def _swap(data: bytes, rng: Random) -> bytes:
    found = list(_ELEMENT.finditer(data))
    if len(found) < 2:
        return data
    first, second = sorted(rng.sample(found, 2), key=lambda match: match.start())
    return (
        data[: first.start()]
        + second[0]
        + data[first.end() : second.start()]
        + first[0]
        + data[second.end() :]
    )


def _insert(data: bytes, rng: Random) -> bytes:
    found = list(_TAG.finditer(data))
    at = rng.choice(found).end() if found else 0
    return data[:at] + rng.choice(FRAGMENTS) + data[at:]


def _rename(data: bytes, rng: Random) -> bytes:
    names = list({match[1] for match in _ELEMENT.finditer(data)})
    if not names:
        return data
    old, new = rng.choice(names), rng.choice((*names, b"p:x", b"x" * 300))
    return re.sub(rb"(</?)" + re.escape(old) + rb"(?=[ >])", lambda m: m[1] + new, data)


def _encode(data: bytes, rng: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(rng.choice(("utf-16", "utf-16-be", "utf-32", "latin-1")), "replace")


def _splice(data: bytes, other: bytes, rng: Random) -> bytes:
    found = list(_ELEMENT.finditer(other))
    at = rng.choice(list(_TAG.finditer(data)) or [re.match(b"", data)])
    piece = rng.choice(found)[0] if found else other
    end = at.end() if at else 0
    return data[:end] + (piece if rng.random() < 0.7 else other) + data[end:]


def _replace_group(
    data: bytes, rng: Random, pattern: re.Pattern[bytes], group: int, new: bytes
) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    match = rng.choice(found)
    return data[: match.start(group)] + new + data[match.end(group) :]


_MUTATIONS: tuple[_Mutation, ...] = (
    _flip, _cut, _value, _value, _value, _copy_value, _remove, _duplicate, _swap, _insert, _insert,
    _rename, _encode,
)  # fmt: skip
