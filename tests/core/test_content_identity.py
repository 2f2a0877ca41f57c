"""conteudo_sha256 tells whether two files hold the same document."""

from collections.abc import Callable

import pytest

from acceptance.inputs import accented, without_declaration
from factory import KINDS, build, dist_dfe, envi_nfe, soap
from fiscalxml import validate, validate_all

_SIGNED_KINDS = [kind for kind, row in KINDS.items() if row.proc]


def _content(data: bytes) -> str:
    (report,) = validate_all(data)
    assert report.documento.conteudo_sha256 is not None
    return report.documento.conteudo_sha256


@pytest.mark.parametrize("kind", _SIGNED_KINDS)
def test_a_protocol_does_not_change_the_content(kind: str) -> None:
    assert _content(build(kind)) == _content(build(kind, protocol=True))


@pytest.mark.parametrize("sign", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize(
    "carried",
    [
        lambda data: envi_nfe([data]),
        soap,
        lambda data: soap(envi_nfe([data])),
        lambda data: dist_dfe([data]),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\r\n" + data,
        without_declaration,
        lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda data: data.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        lambda data: data.replace(b"SIMPLES", b"&#83;IMPLES"),
    ],
    ids=[
        "enviNFe",
        "SOAP",
        "enviNFe in SOAP",
        "docZip",
        "BOM",
        "blank line",
        "no declaration",
        "UTF-16",
        "Latin-1",
        "character reference",
    ],
)
def test_the_same_document_in_other_bytes_is_the_same_content(
    carried: Callable[[bytes], bytes], sign: bool
) -> None:
    document = build("nfe", sign=sign, changes={"dest/xNome": "COMPRADORA SIMPLES É"})
    assert carried(document) != document
    assert _content(carried(document)) == _content(document)


@pytest.mark.parametrize("kind", KINDS)
def test_another_value_is_another_content(kind: str) -> None:
    document = build(kind)
    other = document.replace(b"2026-11-1", b"2026-11-0").replace(b"<ano>26<", b"<ano>25<")
    assert other != document
    assert _content(other) != _content(document)


def test_an_empty_element_and_an_absent_one_are_not_the_same_content() -> None:
    document = accented()
    other = document.replace(b"<IE>244135793116</IE>", b"<IE/>")
    absent = document.replace(b"<IE>244135793116</IE>", b"")
    assert len({_content(document), _content(other), _content(absent)}) == 3


def test_the_signature_is_not_part_of_the_content() -> None:
    assert _content(build("nfe", algorithm="sha256")) == _content(build("nfe"))


def test_bytes_that_cannot_be_read_have_no_content() -> None:
    assert validate(b"<a").documento.conteudo_sha256 is None
