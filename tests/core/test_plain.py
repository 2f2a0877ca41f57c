"""A document that is read from its bytes alone is the one that its tree holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.manifest import needs_corpus, rows
from factory import build
from factory.kinds import KINDS
from fiscalxml.documents import groups
from fiscalxml.documents.groups import Grupo
from fiscalxml.documents.plain import read_plain
from fiscalxml.process import process_all
from fiscalxml.summaries.resumo import Resumo
from fiscalxml.summarize import SemResumo, summarize, summarize_all
from fiscalxml.xml import Limits, parse, plain_xml

pytestmark = pytest.mark.skipif(groups.native is None, reason="built without a compiler")

LIMITS = Limits()
EM = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOTE = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><NFe>'
    b'<infNFe Id="NFe35" versao="4.00"><ide><mod>55</mod><tpAmb>2</tpAmb></ide>'
    b"<emit><xNome>A &amp; B</xNome></emit></infNFe></NFe>"
    b"<protNFe><infProt><cStat>100</cStat></infProt></protNFe></nfeProc>"
)


@contextmanager
def by_tree() -> Iterator[None]:
    """Within it, everything is read by way of a tree."""
    with patch("fiscalxml.documents.detect.read_plain", return_value=None):
        yield


def of_tree(data: bytes) -> list[Resumo | SemResumo]:
    with by_tree():
        return list(summarize_all(data))


def assert_same(data: bytes) -> bool:
    """Whether it was plain; then the tree holds one document, and says the same of it."""
    plain = read_plain(data, LIMITS) is not None
    if plain:
        unparsed, parsed = msgspec.structs.asdict(plain_xml(data)), parse(data, LIMITS)
        assert unparsed == msgspec.structs.asdict(parsed) | {"arvore": None, "prefixos": False}
        assert list(summarize_all(data)) == of_tree(data)
        processed = list(process_all(data, em=EM))
        with by_tree():
            assert processed == list(process_all(data, em=EM))
    return plain


class TestWhatIsPlain:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_document_of_any_kind_has_the_resumo_of_its_tree(self, kind: str) -> None:
        assert assert_same(build(kind))

    def test_a_note_is_read_without_a_tree(self) -> None:
        with patch("fiscalxml.documents.detect.parse", side_effect=AssertionError):
            resumo = summarize(NOTE)
        assert resumo.documento.tipo == "nfe"
        assert resumo.situacao == "autorizado"
        assert resumo.participantes["emitente"].nome == "A & B"

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b'<?xml version="1.0" encoding="UTF-8"?>', b""),
            (b'<?xml version="1.0" encoding="UTF-8"?>', b'<?xml version="1.0"?>\n'),
            (b'encoding="UTF-8"?>', b'encoding="utf-8" standalone="no" ?>\n '),
            (b"<?xml", b"\xef\xbb\xbf<?xml"),
            (b"</emit>", b"</emit><dest /><transp><modFrete>9</modFrete></transp>"),
            (b"<emit>", b"\n  <emit >\n\t"),
            (b"<infProt>", b'<infProt  Id="ID1"  >'),
            (b"A &amp; B", "Açaí &lt; &gt; &quot; &apos; \U0001f600".encode()),
            (b"</emit>", '</emit><obs xCampo="é"><a>1</a></obs>'.encode()),
            (b"</nfeProc>", b"</nfeProc>\n"),
            (b"<tpAmb>2</tpAmb>", b""),
            (b"<tpAmb>2</tpAmb>", b"<x><tpAmb><a>1</a></tpAmb></x><y><tpAmb>2</tpAmb></y>"),
            (b"<infNFe ", b'<infNFe a=" Id=" '),
            (b"<infNFe ", b'<infNFe a=" versao=" '),
            (b"<protNFe><infProt><cStat>100</cStat></infProt></protNFe>", b""),
        ],
    )
    def test_what_programs_usually_write(self, old: bytes, new: bytes) -> None:
        assert old in NOTE
        assert assert_same(NOTE.replace(old, new, 1))

    def test_an_ambiente_may_stand_elsewhere(self) -> None:
        elsewhere = NOTE.replace(b"<tpAmb>2</tpAmb>", b"<x><y><tpAmb>2</tpAmb></y></x>")
        assert assert_same(elsewhere)
        assert summarize(elsewhere).documento.ambiente == "homologacao"
        assert assert_same(elsewhere.replace(b"<x>", b"<x><z><tpAmb>1</tpAmb></z>"))


class TestWhatIsLeftToTheTree:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"</emit>", b"</emit"),
            (b"</emit>", b"</dest>"),
            (b"</emit>", b"</emit></emit>"),
            (b"</nfeProc>", b""),
            (b"</nfeProc>", b"</nfeProc>x"),
            (b"</nfeProc>", b"</nfeProc><a/>"),
            (b"</nfeProc>", b"</nfeProc><!-- -->"),
            (b"<emit>", b"<emit>x"),
            (b"<emit>", b"<!-- --><emit>"),
            (b"<emit>", b"<?p?><emit>"),
            (b"<emit>", b"<emit a=1>"),
            (b"<emit>", b"<emit a='1'>"),
            (b"<emit>", b'<emit a="1" a="1">'),
            (b"<emit>", b'<emit a="<">'),
            (b"<emit>", b'<emit a="&copy;">'),
            (b"<emit>", b'<emit a="1"b="1">'),
            (b"<emit>", b'<emit\na="1">'),
            (b"<emit>", b'<emit a="\xff"><x b="\xff">1</x>'),
            (b"<emit>", b'<emit xmlns="http://www.w3.org/2001/XInclude">'),
            (b"<emit>", b'<emit xmlns="">'),
            (b"<emit>", b'<emit xml:lang="pt">'),
            (b"<emit>", b'<emit xmlns:p="urn:x">'),
            (b"<emit>", b"<p:emit/><emit>"),
            (b"<emit>", b"<1/><emit>"),
            (b"<emit>", b"< emit>"),
            (b"<emit>", "<é/><emit>".encode()),
            (b"<emit>", b"<html/><emit>"),
            (b"A &amp; B", b"A & B"),
            (b"A &amp; B", b"&copy;"),
            (b"A &amp; B", b"&#65;"),
            (b"A &amp; B", b"]]>"),
            (b"A &amp; B", b"\r\n"),
            (b"A &amp; B", b"\x00"),
            (b"A &amp; B", b"\x1f"),
            (b"A &amp; B", b"\xff"),
            (b"A &amp; B", b"\xc3"),
            (b"A &amp; B", b"\xc0\x80"),
            (b"A &amp; B", b"\xed\xa0\x80"),
            (b"A &amp; B", b"\xf4\x90\x80\x80"),
            (b"A &amp; B", b"\xef\xbf\xbf"),
            (b"A &amp; B", b"<![CDATA[A]]>"),
            (b"<?xml", b"<!DOCTYPE nfeProc><?xml"),
            (b"<?xml", b" <?xml"),
            (b"UTF-8", b"ISO-8859-1"),
            (b'"1.0"', b'"1.1"'),
            (b' Id="NFe35"', b""),
            (b' Id="NFe35"', b' Id=""'),
            (b"<NFe>", b"<NFe/><NFe>"),
            (b"<infNFe", b"<infNFe/><infNFe"),
            (b"<protNFe>", b"<protNFe/><protNFe>"),
            (b"<infProt>", b"<infProt/><infProt>"),
            (b"<infProt><cStat>100</cStat></infProt>", b"<a/>"),
            (b"<emit>", b"<" + b"x" * 60_000 + b"/><emit>"),
            (b"<emit>", b"<emit " + b"x" * 60_000 + b'="">'),
            (b"</emit>", b"</emit>" + b" " * (LIMITS.max_text + 1)),
            (b'<?xml version="1.0" encoding="UTF-8"?>', b" " * 400 + b"\n<html"),
            (b"/nfe", b"/cte"),
            (b"nfeProc", b"nfeProcX"),
        ],
    )
    def test_what_is_odd_or_wrong(self, old: bytes, new: bytes) -> None:
        """And what is wrong is told as the tree's reading tells it."""
        assert old in NOTE
        data = NOTE.replace(old, new) if old == b"nfeProc" else NOTE.replace(old, new, 1)
        assert not assert_same(data)

    @pytest.mark.parametrize(
        "limits",
        [
            Limits(max_bytes=len(NOTE) - 1),
            Limits(max_nodes=14),
            Limits(max_attributes=2),
            Limits(max_text=20),
        ],
    )
    def test_what_is_over_a_cap(self, limits: Limits) -> None:
        assert read_plain(NOTE, limits) is None

    def test_what_is_just_within_the_caps_is_not(self) -> None:
        limits = Limits(max_bytes=len(NOTE), max_nodes=15)
        assert read_plain(NOTE, limits) is not None

    @pytest.mark.parametrize("data", [b"", b"<", b"<nfeProc", b"\xef\xbb\xbf", b'<?xml version="1'])
    def test_what_has_no_end(self, data: bytes) -> None:
        assert read_plain(data, LIMITS) is None

    def test_what_is_as_deep_as_a_parser_refuses(self) -> None:
        deep = NOTE.replace(b"<emit>", b"<emit>" + b"<a>" * 246 + b"<b>1</b>" + b"</a>" * 246)
        assert assert_same(deep)
        deeper = NOTE.replace(b"<emit>", b"<emit>" + b"<a>" * 247 + b"<b>1</b>" + b"</a>" * 247)
        assert not assert_same(deeper)


PIECES = (
    *(b"<", b">", b"/", b'"', b"'", b"&", b"&amp;", b"&#13;", b"\r", b"\n", b" ", b"\0", b"="),
    *(b"\xc3", b"\xc3\xa9", b"\xef\xbf\xbf", b"\xed\xa0\x80", b"<a/>", b"<a >", b"</a>", b"]]>"),
    *(b"<!-- -->", b"<?p?>", b"<![CDATA[x]]>", b' xmlns=""', b' a="1"', b' Id="1"', b"xml:"),
    *(b"<tpAmb>1</tpAmb>", b"<infProt/>", b"<protNFe/>", b"<NFe/>", b"<infNFe/>", b"<html>"),
)


@given(st.data())
def test_a_document_that_was_damaged_anywhere_reads_as_its_tree(draw: st.DataObject) -> None:
    data = bytearray(NOTE)
    for _ in range(draw.draw(st.integers(1, 3))):
        start = draw.draw(st.integers(0, len(data)))
        end = start + draw.draw(st.integers(0, 12))
        data[start:end] = draw.draw(st.sampled_from(PIECES) | st.binary(max_size=2))
    assert_same(bytes(data))


@needs_corpus
def test_the_corpus_reads_as_its_trees() -> None:
    plain = sum(assert_same(row.data) for row in rows())
    assert plain > len(rows()) / 3


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("", 0, Grupo, {}, (), 1, 1),
        (b"", 0, str, {}, (), 1, 1, 1),
        (b"", 0, Grupo, {}, [], 1, 1, 1),
        (b"", 0, Grupo, {}, ("",), 1, 1, 1),
    ],
)
def test_c_takes_what_it_is_meant_to_take(arguments: tuple[object, ...]) -> None:
    assert groups.native is not None
    with pytest.raises(TypeError):
        groups.native.read_whole(*arguments)


@pytest.mark.parametrize("begin", [-1, 4, 2**40])
def test_c_reads_nothing_outside_its_bytes(begin: int) -> None:
    assert groups.native is not None
    assert groups.native.read_whole(b"<a>", begin, Grupo, {}, (), 9, 9, 9) is None
