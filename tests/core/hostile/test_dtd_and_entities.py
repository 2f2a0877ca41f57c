"""DTDs, entities and inclusions are refused, and nothing outside the input is ever read."""

import socket
from base64 import b64encode
from collections.abc import Iterator
from gzip import compress
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from judged import AUTHORISED, DRAFT, SIGNED, VALID, VALID_DRAFT, insert, one, outcome, refused

from factory import dist_dfe
from fuzz.invariants import reports_of

CANARY = "CANARIO-4f1d9c"
LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><r>&a9;</r>"
)
QUADRATIC = f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]><r>{"&a;" * 50_000}</r>'


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file whose content must never reach a report."""
    path = tmp_path / "canario.txt"
    path.write_text(CANARY, encoding="utf-8")
    return path


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that nothing may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


EXTERNAL = {
    "external general entity": '<!DOCTYPE r [<!ENTITY x SYSTEM "{}">]><r>&x;</r>',
    "external parameter entity": '<!DOCTYPE r [<!ENTITY % x SYSTEM "{}"> %x;]><r/>',
    "external DTD": '<!DOCTYPE r SYSTEM "{}"><r/>',
    "public DTD": '<!DOCTYPE r PUBLIC "-//X//X//PT" "{}"><r/>',
    "entity in an attribute": '<!DOCTYPE r [<!ENTITY x SYSTEM "{}">]><r a="&x;"/>',
    "entity behind an invalid byte": "<!--\udcff-->"
    '<!DOCTYPE r [<!ENTITY x SYSTEM "{}">]><r>&x;</r>',
    "entity behind a non-BMP name": '<?𐀀?><!DOCTYPE r [<!ENTITY x SYSTEM "{}">]><r>&x;</r>',
}


@pytest.mark.parametrize("text", EXTERNAL.values(), ids=EXTERNAL)
def test_a_file_is_never_read(text: str, canary: Path) -> None:
    data = text.format(canary.as_uri()).encode(errors="surrogateescape")
    refused(data, "XML-005")
    assert CANARY.encode() not in one(data).to_json()


@pytest.mark.parametrize("text", EXTERNAL.values(), ids=EXTERNAL)
def test_the_network_is_never_called(text: str, listener: socket.socket) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    refused(text.format(url).encode(errors="surrogateescape"), "XML-005")
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LAUGHS, id="billion laughs"),
        pytest.param(QUADRATIC, id="quadratic blow-up"),
        pytest.param('<!DOCTYPE r [<!ENTITY % a "%b;"><!ENTITY % b "%a;">%a;]><r/>', id="loop"),
        pytest.param("<!DOCTYPE r [<!ELEMENT r ANY>]><r/>", id="subset without entities"),
        pytest.param("<!DOCTYPE r><r/>", id="bare"),
        pytest.param("<?x?><!-- c --><!DOCTYPE r><r/>", id="after a comment"),
        pytest.param('<!DOCTYPE 𐀀 [<!ENTITY a "b">]><𐀀>&a;</𐀀>', id="non-BMP root"),
    ],
)
def test_every_doctype_is_refused(text: str) -> None:
    refused(text.encode(), "XML-005")
    refused(text.encode("utf-16"), "XML-005")


def test_a_doctype_inside_a_doczip_is_refused() -> None:
    (report,) = reports_of(dist_dfe([LAUGHS.encode()]))
    assert [achado.codigo for achado in report.achados] == ["XML-005"]


def test_a_doctype_inside_an_escaped_text_is_refused() -> None:
    (report,) = reports_of(f"<r>{escape(LAUGHS)}</r>".encode())
    assert [achado.codigo for achado in report.achados] == ["XML-005"]


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(insert(SIGNED, b"<NFe ", b"<!-- <!DOCTYPE r> -->"), id="comment"),
        pytest.param(insert(SIGNED, b"<NFe ", b"<?x <!DOCTYPE r>?>"), id="processing instruction"),
        pytest.param(SIGNED + b"<!-- <!DOCTYPE r> -->", id="comment at the end"),
    ],
)
def test_the_word_doctype_in_a_comment_is_no_doctype(note: bytes) -> None:
    assert outcome(note) == VALID


def test_the_word_doctype_in_a_cdata_section_is_no_doctype() -> None:
    note = DRAFT.replace(b"<xNome>", b"<xNome><![CDATA[<!DOCTYPE r> ]]>", 1)
    assert outcome(note) == VALID_DRAFT


XINCLUDE = {
    "plain": '<r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{}"/></r>',
    "default namespace": '<include xmlns="http://www.w3.org/2001/XInclude" href="{}"/>',
    "namespace with references": '<r xmlns:xi="http://www.w3.org/2001/XIncl&#117;de">'
    '<xi:include href="{}" parse="text"/></r>',
    "behind a non-BMP name": '<𐀀 xmlns:xi="http://www.w3.org/2001/XInclude">'
    '<xi:include href="{}" parse="text"/></𐀀>',
}


@pytest.mark.parametrize("text", XINCLUDE.values(), ids=XINCLUDE)
def test_xinclude_is_refused(text: str, canary: Path) -> None:
    data = text.format(canary.as_uri()).encode()
    refused(data, "XML-006")
    assert CANARY.encode() not in one(data).to_json()


def test_xinclude_inside_a_doczip_is_refused(canary: Path) -> None:
    packed = b64encode(compress(XINCLUDE["plain"].format(canary.as_uri()).encode())).decode()
    note = dist_dfe([b"x"]).decode().partition("<docZip")[0] + f"<docZip>{packed}</docZip>"
    (report,) = reports_of(f"{note}</loteDistDFeInt></retDistDFeInt>".encode())
    assert [achado.codigo for achado in report.achados] == ["XML-006"]


@pytest.mark.parametrize("hint", ["schemaLocation", "noNamespaceSchemaLocation"])
def test_a_schema_named_by_the_document_is_never_read(hint: str, canary: Path) -> None:
    attributes = (
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:{hint}="u {canary.as_uri()}"'
    )
    note = DRAFT.replace(b"<NFe ", f"<NFe {attributes} ".encode())
    assert outcome(note) == ("valido", {"SIG-001:info", "587:aviso"})  # it declares xsi
    assert CANARY.encode() not in one(note).to_json()


@pytest.mark.parametrize(
    "instruction",
    [
        b'<?xml-stylesheet type="text/xsl" href="file:///etc/passwd"?>',
        b'<?xml-model href="http://127.0.0.1:9/x"?>',
        b"<?php system('id') ?>",
    ],
)
def test_a_processing_instruction_changes_nothing(instruction: bytes) -> None:
    assert outcome(insert(SIGNED, b"<NFe ", instruction)) == VALID
    assert outcome(insert(AUTHORISED, b"<nfeProc ", instruction)) == VALID
