"""Editing characters: what was laid out for reading, and is still to be sent."""

from __future__ import annotations

import pytest

from factory import build
from fiscalxml import Achado, validate


def _editing(data: bytes) -> list[Achado]:
    return [achado for achado in validate(data).achados if achado.codigo in {"588", "599"}]


@pytest.mark.parametrize(
    ("kind", "code"), [("nfe", "588"), ("cancelamento", "588"), ("cte", "599")]
)
@pytest.mark.parametrize("blank", ["\n", "\n    ", "\t", "\r\n"])
def test_a_blank_text_between_tags_is_told(kind: str, code: str, blank: str) -> None:
    data = build(kind)
    assert _editing(data) == []
    inside = b"<tpAmb>"
    (achado,) = _editing(data.replace(inside, blank.encode() + inside, 1))
    assert (achado.codigo, achado.severidade) == (code, "aviso")


def test_it_says_where_and_that_the_state_may_leave_it_out() -> None:
    (achado,) = _editing(build("nfe").replace(b"<mod>", b"\n<mod>"))
    assert achado.caminho == "NFe/infNFe/ide/natOp"
    assert achado.facultativa


@pytest.mark.parametrize("tag", [b"</infNFe>", b"<infNFe "])
def test_beside_the_tags_of_what_is_signed_is_not_between_them(tag: bytes) -> None:
    data = build("nfe")
    put = tag + b"\n" if tag.startswith(b"</") else b"\n" + tag
    assert _editing(data.replace(tag, put)) == []


def test_a_draft_is_not_what_is_sent() -> None:
    assert _editing(build("nfe", sign=False).replace(b"<mod>", b"\n<mod>")) == []


def test_what_sefaz_authorised_is_not_sent_again() -> None:
    assert _editing(build("nfe", protocol=True).replace(b"<mod>", b"\n<mod>")) == []


def test_a_line_break_in_a_field_is_not_between_tags() -> None:
    assert _editing(build("nfe", changes={"ide/natOp": "Venda\nde produto"})) == []
