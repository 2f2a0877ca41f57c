"""xmlsec, an independent implementation, and ours judge the same documents alike."""

import random
from collections.abc import Callable
from string import ascii_letters

import pytest
from lxml import etree

from factory import build
from factory.oracles import signatures_hold
from fiscalxml import validate

_SEEDS = range(120)
_KINDS = (
    "nfe",
    "nfce",
    "cte",
    "mdfe",
    "bpe",
    "nf3e",
    "nfcom",
    "dps",
    "cancelamento",
    "inutilizacao",
)
_BROKEN = {"297", "298", "290", "E0714", "E0716", "SIG-002", "SIG-003", "SIG-004"}

Edit = Callable[[bytes, int, random.Random], bytes]


def _replace(data: bytes, at: int, dice: random.Random) -> bytes:
    return data[:at] + dice.choice(ascii_letters).encode() + data[at + 1 :]


def _insert(data: bytes, at: int, dice: random.Random) -> bytes:
    return data[:at] + dice.choice(ascii_letters).encode() + data[at:]


def _delete(data: bytes, at: int, _dice: random.Random) -> bytes:
    return data[:at] + data[at + 1 :]


def _comment(data: bytes, at: int, _dice: random.Random) -> bytes:
    return data[:at] + b"<!-- visto -->" + data[at:]


def _blank(data: bytes, at: int, dice: random.Random) -> bytes:
    return data[:at] + dice.choice([b" ", b"\r\n", b"\t", b"&#13;"]) + data[at:]


def _reference(data: bytes, at: int, _dice: random.Random) -> bytes:
    return data[:at] + f"&#{data[at]};".encode() + data[at + 1 :]


def _cdata(data: bytes, at: int, _dice: random.Random) -> bytes:
    return data[:at] + b"<![CDATA[" + data[at : at + 1] + b"]]>" + data[at + 1 :]


def _quotes(data: bytes, _at: int, _dice: random.Random) -> bytes:
    return data.replace(b'"', b"'")


_EDITS: tuple[Edit, ...] = (
    _replace,
    _insert,
    _delete,
    _comment,
    _comment,
    _blank,
    _reference,
    _reference,
    _cdata,
    _quotes,
)


def _edited(seed: int) -> bytes:
    """A signed document with one edit of its signed element or signature, still well-formed."""
    dice = random.Random(seed)  # noqa: S311 - the same documents on every run
    data = build(dice.choice(_KINDS), algorithm=dice.choice(["sha1", "sha256"]))
    first, last = data.index(b"<inf"), data.index(b"</SignatureValue>")
    while True:
        edited = dice.choice(_EDITS)(data, dice.randrange(first, last), dice)
        if edited != data and _is_well_formed(edited):
            return edited


def _is_well_formed(data: bytes) -> bool:
    try:
        etree.fromstring(data)
    except etree.XMLSyntaxError:
        return False
    return True


def _holds(data: bytes) -> bool:
    """Whether our report has a signer and nothing against digest, value or structure."""
    report = validate(data)
    return report.certificado is not None and not _BROKEN & {a.codigo for a in report.achados}


@pytest.mark.parametrize("seed", _SEEDS)
def test_xmlsec_agrees_on_an_edited_document(seed: int) -> None:
    data = _edited(seed)
    assert _holds(data) == signatures_hold(data)


def test_the_edits_leave_some_signatures_whole_and_break_others() -> None:
    outcomes = [signatures_hold(_edited(seed)) for seed in _SEEDS]
    assert 20 < sum(outcomes) < len(outcomes) - 20
