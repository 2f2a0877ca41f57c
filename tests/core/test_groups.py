"""The groups of a document, read from its C14N, are those of its tree."""

from __future__ import annotations

import gc
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from corpus.manifest import needs_corpus, rows
from factory import build
from factory.kinds import KINDS
from fiscalxml.documents import groups
from fiscalxml.documents.detect import detect
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.groups import Grupo, read_groups, read_whole
from fiscalxml.xml import Element, Limits, XmlRecusado, canonical, local_name, parse


def read(xml: str) -> Grupo:
    element = etree.fromstring(xml.encode())
    return read_groups(element, canonical(element, exclusive=True))


def plain(grupo: Grupo) -> object:
    """All that a group holds, to be compared."""
    return (
        {campo: grupo.todos(campo) for campo in grupo},
        grupo.atributos,
        {nome: [plain(inner) for inner in lista] for nome, lista in grupo.grupos.items()},
    )


def assert_same(element: Element, text: bytes | None = None) -> None:
    """As C reads it where it was compiled, as Python reads it, as the tree says.

    `text`: what it was parsed from; else what is written of it.
    """
    content = canonical(element, exclusive=True)
    tree = plain(read_groups(element, None))
    assert plain(read_groups(element, content)) == tree
    text = text or etree.tostring(element)
    whole = read_whole(text, 0, (b"urn:x",), max_nodes=10**6, max_text=10**6)
    assert whole is None or whole == (local_name(element), whole[1])
    assert whole is None or plain(whole[1]) == tree
    with patch.object(groups, "native", None):
        assert plain(read_groups(element, content)) == tree


class TestReading:
    def test_fields_and_groups_are_found_by_name(self) -> None:
        det = read('<det nItem="1"><prod><vProd>10.50</vProd></prod><obs>a</obs></det>')
        assert det.atributos == {"nItem": "1"}
        assert det["obs"] == "a"
        prod = det.grupo("prod")
        assert prod is not None
        assert prod["vProd"] == "10.50"

    def test_what_is_absent_reads_as_empty_zero_or_none(self) -> None:
        det = read("<det><prod><vProd>1</vProd></prod></det>")
        assert det["xProd"] == ""
        assert "xProd" not in det
        assert det.valor("vFrete") == 0
        assert det.grupo("imposto", "ICMS") is None
        assert det.lista("imposto", "ICMS") == []

    def test_a_number_is_exact(self) -> None:
        assert read("<a><v>0.10</v><b>x</b></a>").valor("v") == Decimal("0.10")

    @pytest.mark.parametrize("texto", ["", "abc", "NaN", "Infinity"])
    def test_what_is_no_number_counts_as_zero(self, texto: str) -> None:
        assert read(f"<a><v>{texto}</v></a>").valor("v") == 0

    def test_a_field_that_repeats_keeps_all_its_texts(self) -> None:
        prod = read("<prod><NVE>AA0001</NVE><NVE>AB0002</NVE><xProd>x</xProd></prod>")
        assert prod["NVE"] == "AA0001"
        assert prod.todos("NVE") == ["AA0001", "AB0002"]
        assert prod.todos("xProd") == ["x"]
        assert prod.todos("cEAN") == []

    def test_groups_that_repeat_keep_their_order(self) -> None:
        pag = read("<pag><detPag><tPag>01</tPag></detPag><detPag><tPag>03</tPag></detPag></pag>")
        assert [item["tPag"] for item in pag.lista("detPag")] == ["01", "03"]

    @pytest.mark.skipif(groups.native is None, reason="built without a compiler")
    def test_the_garbage_collector_need_not_look_at_any(self) -> None:
        det = read("<det><prod><vProd>1</vProd></prod><prod><vProd>2</vProd></prod></det>")
        held = (det, det.grupos, det.lista("prod"), *det.lista("prod"))
        assert not any(map(gc.is_tracked, held))

    def test_an_empty_element_is_an_empty_field(self) -> None:
        dest = read("<dest><idEstrangeiro/><xNome>x</xNome></dest>")
        assert "idEstrangeiro" in dest
        assert dest["idEstrangeiro"] == ""
        assert dest.grupos == {}

    def test_an_element_without_children_has_its_attributes_only(self) -> None:
        assert plain(read('<infNFe Id="NFe1"/>')) == ({}, {"Id": "NFe1"}, {})

    @pytest.mark.parametrize(
        "xml",
        [
            "<a><b>1 &lt; 2 &amp; 3 &gt; 2</b><c>x&#13;y</c></a>",
            '<a><b x="&quot;1&quot; &gt; &lt;"><c>1</c></b></a>',
            "<a>\n  <b>\n\t<c> x </c>\n  </b>\n</a>",
            "<a><b>1<!-- > -->2</b><![CDATA[ ]]><c><![CDATA[<x>&]]></c></a>",
            "<a><b>1<?pi x > y?>2</b></a>",
            "<a>text<b>1</b>tail</a>",
            "<a><b>t<c>u<d><e>1</e></d></c></b></a>",
            "<a><b><c>1</c>tail</b><d>2</d></a>",
            '<a xmlns="urn:a"><b xmlns="urn:b"><c>1</c></b></a>',
            '<a xmlns="urn:a"><b xmlns=""><c>1</c></b></a>',
            '<a xmlns="urn:a:long"><b xmlns="u"><c xmlns="urn:a:longer-still">1</c></b></a>',
            '<a><b c="1">leaf</b></a>',
            "<a><b>&quot;1&quot; &apos;2&apos;</b></a>",
            "<a><b>1\r\n2</b></a>",
            "<a><b>&#49;</b></a>",
            "<a><b c='\"'><d>1</d></b><b c='>'>2</b></a>",
            '<a><b c = "1"><d>1</d></b></a>',
            '<a><b c ="1"><d>1</d></b></a>',
            '<a><b c= "1"><d>1</d></b></a>',
            '<a><b\nc="1"><d>1</d></b></a>',
            '<a><b c="1"\te="2"><d>1</d></b></a>',
            '<a><b c="1\n2"><d>1</d></b></a>',
            '<a><b  c="1"  e="2" ><d >1</d ></b ></a >',
            "<a><b />  <c\n/></a>",
        ],
    )
    def test_odd_texts_read_as_their_tree(self, xml: str) -> None:
        text = f'<nota Id="1">{xml}</nota>'.encode()
        assert_same(etree.fromstring(text), text)
        assert_same(etree.fromstring(xml))

    @pytest.mark.skipif(groups.native is None, reason="built without a compiler")
    def test_the_outermost_groups_tell_where_they_begin(self) -> None:
        text = b'\n<a><b><c>1</c></b>\n <b c=""><c><d><e><f><g><h>2</h></g></f></e></d></c></b></a>'
        whole = read_whole(text, 0, (), max_nodes=100, max_text=100)
        assert whole is not None
        a = whole[1]
        first, second = a.lista("b")
        assert text[a.inicio :].startswith(b"<a>")
        assert text[first.inicio :].startswith(b"<b><c>1")
        assert text[second.inicio :].startswith(b'<b c=""><c>')
        assert text[second.em("c", "d", "e", "f").inicio :].startswith(b"<f>")
        assert not hasattr(second.em("c", "d", "e", "f", "g"), "inicio")


PARTS = (
    b"<a>",
    b"</a>",
    b"<b>1</b>",
    b"<",
    b">",
    b"/",
    b'x="',
    b'"',
    b" ",
    b"&amp;",
    b"\xc3",
    b"<?p?>",
)

names = st.sampled_from(["a", "b", "det", "vProd"])
texts = st.text(st.sampled_from("ab<>&\"' \n\té1"), max_size=6)
trees = st.recursive(
    st.tuples(names, texts),
    lambda inner: st.tuples(names, st.lists(inner, max_size=4)),
    max_leaves=20,
)


def built(node: tuple[str, object]) -> Element:
    name, content = node
    element = etree.Element(name)
    if isinstance(content, str):
        element.text = content
    elif isinstance(content, list):
        element.extend([built(inner) for inner in content])
    return element


@given(trees)
def test_any_tree_reads_the_same_both_ways(node: tuple[str, object]) -> None:
    assert_same(built(node))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_the_same_both_ways(kind: str) -> None:
    for found in detect(parse(build(kind), Limits()), Limits()):
        assert isinstance(found, Encontrado)
        assert found.assinado is not None
        assert_same(found.assinado)


@needs_corpus
def test_the_corpus_reads_the_same_both_ways() -> None:
    for row in rows():
        try:
            xml = parse(row.data, Limits())
        except XmlRecusado:
            continue
        for found in detect(xml, Limits()):
            if isinstance(found, Encontrado) and found.assinado is not None and not xml.prefixos:
                assert_same(found.assinado)


def read_natively(*arguments: Any) -> Any:
    assert groups.native is not None
    return groups.native.read(*arguments)


needs_native = pytest.mark.skipif(groups.native is None, reason="built without a compiler")


@needs_native
@given(st.binary(max_size=60) | st.lists(st.sampled_from(PARTS), max_size=14).map(b"".join))
def test_c_reads_any_bytes_or_leaves_them_to_the_tree(content: bytes) -> None:
    found = read_natively(content, Grupo, {})
    assert found is None or isinstance(found, Grupo)


@needs_native
def test_c_leaves_what_is_too_deep_to_the_tree() -> None:
    deep = b"<a>" * 1000 + b"<b>1</b>" + b"</a>" * 1000
    assert read_natively(deep, Grupo, {}) is None


@needs_native
@pytest.mark.parametrize(
    "arguments", [(), (b"", Grupo), ("", Grupo, {}), (b"", str, {}), (b"", 1, {})]
)
def test_c_takes_what_it_is_meant_to_take(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        read_natively(*arguments)
