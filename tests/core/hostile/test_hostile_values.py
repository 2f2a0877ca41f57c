"""Dates, numbers, digits and names that break naive readers."""

import re

import pytest
from judged import DRAFT, SIGNED, findings, numbered, one, outcome, with_text

from factory import KINDS, build
from fiscalxml import Report

CANCELAMENTO = build("cancelamento", sign=False)
HUGE_NUMBER = b"1" * 10_000


DATES = [
    "9999-99-99", "0000-00-00", "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "9999-12-31T24:00:00-03:00", "-2026-01-01T00:00:00Z",
    "99999-01-01T00:00:00Z", "2026-W01-1", "20260101T000000Z", "2026-01-01T10-03:00",
    "2026-01-01T10:00:00+03:00:30", "2026-01-01T10:00:00.123456+00:00:00.5",
    "2026-01-01T10:00:00,5Z", "2026-01-01T10:00:00-23:59", "2026-01-01T10:00:00+99:99",
    "2026-01-01😀10:00:00", "２０２６-01-01T00:00:00-03:00", "2026-02-30T00:00:00-03:00",
    "x" * 9999,
]  # fmt: skip


@pytest.mark.parametrize("date", DATES)
def test_an_absurd_date_is_told_and_does_no_harm(date: str) -> None:
    assert outcome(with_text(DRAFT, "dhEmi", date.encode()))[0] == "invalido"
    assert outcome(with_text(CANCELAMENTO, "dhEvento", date.encode()))[0] == "invalido"
    assert one(build("nfe", protocol={"dhRecbto": date})).achados


def _fault_of(report: Report, field: str) -> bool:
    return any(field in achado.caminho for achado in report.achados)


@pytest.mark.parametrize("field", ["nNF", "serie", "cNF", "cUF", "cDV", "vNF", "qCom", "NCM"])
def test_a_number_of_ten_thousand_digits_is_told(field: str) -> None:
    for note in (DRAFT, SIGNED):
        report = one(with_text(note, field, HUGE_NUMBER))
        assert report.veredito == "invalido"
        assert _fault_of(report, field)


@pytest.mark.parametrize("field", ["nSeqEvento", "chNFe", "tpEvento", "CNPJ", "nProt"])
def test_an_event_with_a_number_of_ten_thousand_digits_is_told(field: str) -> None:
    report = one(with_text(CANCELAMENTO, field, HUGE_NUMBER))
    assert report.documento.tipo == "evento"
    assert _fault_of(report, field)


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_of_ten_thousand_digits_is_told(kind: str) -> None:
    data = re.sub(rb'( Id="[A-Za-z]{2,6})', rb"\1" + HUGE_NUMBER, build(kind))
    assert outcome(data)[0] == "invalido"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("id_", ["", " ", "NFe", "ID", "😀", "'\"", "1"])
def test_an_id_that_is_no_key_is_told(kind: str, id_: str) -> None:
    text = id_.replace('"', "&quot;")
    data = re.sub(rb' Id="[^"]*"', f' Id="{text}"'.encode(), build(kind))
    assert outcome(data)[0] == "invalido"


def other_digits(text: bytes, zero: str) -> bytes:
    """The same number in the digits of another script."""
    return text.decode().translate({ord("0") + n: ord(zero) + n for n in range(10)}).encode()


def text_of(data: bytes, tag: str) -> bytes:
    found = re.search(rf"<{tag}>([^<]*)<".encode(), data)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("zero", ["０", "٠", "०", "𝟎"])
@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("nfe", "CNPJ"), ("nfe", "nNF"), ("nfe", "serie"), ("nfe", "NCM"), ("nfe", "vNF"),
        ("nfe", "mod"), ("cancelamento", "chNFe"), ("cancelamento", "nSeqEvento"),
        ("cancelamento", "CNPJ"), ("cancelamento", "tpEvento"), ("inutilizacao", "nNFIni"),
    ],
)  # fmt: skip
def test_digits_of_other_scripts_are_no_digits(kind: str, field: str, zero: str) -> None:
    document = build(kind, sign=False)
    report = one(with_text(document, field, other_digits(text_of(document, field), zero)))
    assert report.veredito == "invalido"
    assert any(a.codigo.startswith("XSD-") and field in a.caminho for a in report.achados)


@pytest.mark.parametrize("zero", ["０", "٠"])
def test_digits_of_other_scripts_are_no_chave_and_no_version(zero: str) -> None:
    chave = re.sub(rb'Id="NFe(\d+)"', lambda m: b'Id="NFe' + other_digits(m[1], zero) + b'"', DRAFT)
    assert {"CHV-001:erro"} <= outcome(chave)[1]
    assert one(chave).documento.chave is None
    versao = DRAFT.replace(b'versao="4.00"', f'versao="{zero}.00"'.encode())
    assert outcome(versao)[0] == "invalido"


INJECTIONS = ["'", "&quot;", "'] | //*['", "x]/y[", "{}", "%s", "../../x", "&#10;", "&#9;", "a b"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_id_is_never_read_as_an_expression(text: str) -> None:
    data = SIGNED.replace(b'Id="NFe', f'Id="NFe{text}'.encode())
    report = one(data)
    assert {"298:erro", "CHV-001:erro"} <= findings(report)
    paths = {achado.caminho for achado in report.achados if achado.codigo == "CHV-001"}
    assert paths == {"NFe/infNFe/@Id"}


@pytest.mark.parametrize("text", [*INJECTIONS, "..\\..\\x", "4.00/../../x", "\u2024"])
def test_a_version_or_event_type_is_never_read_as_a_path(text: str) -> None:
    versao = f'versao="{text}"'.encode()
    assert outcome(CANCELAMENTO.replace(b'versao="1.00"', versao))[0] == "invalido"
    assert outcome(with_text(CANCELAMENTO, "tpEvento", text.encode()))[0] != "valido"


def test_a_note_of_990_items_is_valid_but_more_than_one_message_may_carry() -> None:
    assert outcome(build("nfe", itens=990)) == ("valido", {"SIG-010:aviso", "214:aviso"})
    assert "214:aviso" not in outcome(build("nfe", itens=990, protocol=True))[1]
    assert "214:aviso" not in outcome(build("nfe", itens=300))[1]


def test_forty_thousand_schema_errors_are_listed_twenty_by_twenty_and_counted() -> None:
    lotes = b"<rastro><nLote/><qLote>x</qLote><dFab>x</dFab><dVal>x</dVal></rastro>" * 80
    note = build("nfe", sign=False, itens=100).replace(b"</prod>", lotes + b"</prod>")
    report = one(note)
    assert len(report.achados) < 200
    for field in ("qLote", "dFab", "dVal"):
        listed = [a for a in report.achados if a.caminho.endswith(field)]
        assert len(listed) == 20
        assert [a.ocorrencias for a in listed[:-1]] == [None] * 19
        assert listed[-1].ocorrencias == 100 * 80 - 19


def test_thousands_of_different_faults_make_a_report_of_bounded_size() -> None:
    attributes = numbered(' a{}="x"', range(250))
    note = build("nfe", sign=False, itens=40)
    items = [
        item.replace(b"<prod>", b"<prod" + attributes.replace(b"=", b"_%d=" % number) + b">")
        for number, item in enumerate(note.split(b"<det "))
    ]
    report = one(b"<det ".join(items))
    assert report.veredito == "invalido"
    assert len(report.achados) <= 1000


def test_a_report_quotes_a_huge_value_shortened() -> None:
    note = DRAFT
    for field in ("nNF", "serie", "cUF", "xNome", "natOp"):
        note = with_text(note, field, b"1" * 500_000)
    assert len(one(note).to_json()) < 200_000
    assert len(one(DRAFT.replace(b'Id="NFe', b'Id="NFe' + b"1" * 500_000)).to_json()) < 200_000
    assert len(one(b"<" + b"a" * 5_000_000).to_json()) < 200_000
