"""Bytes that are taken for canonical are, to the byte, what libxml2 writes as the C14N."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.manifest import needs_corpus, rows
from factory import build
from factory.kinds import KINDS
from fiscalxml.documents.detect import Encontrado, detect
from fiscalxml.xml import Limits, Xml, XmlRecusado, canonical, parse
from fiscalxml.xml.parse import native

needs_native = pytest.mark.skipif(native is None, reason="built without a compiler")

NAMESPACE = "http://www.portalfiscal.inf.br/nfe"
AROUND = f'<?xml version="1.0"?><nota xmlns="{NAMESPACE}"><a>%s</a></nota>'


def is_own(xml: Xml) -> bool:
    """Whether the bytes of the element `inf` were taken as they are."""
    source = xml.source(xml.root[0][0])
    return native is not None and source is not None and native.canonical_size(source) > 0


def read(inf: str) -> Xml:
    xml = parse((AROUND % inf).encode(), Limits())
    element = xml.root[0][0]
    assert xml.canonical(element) == canonical(element, exclusive=True)
    return xml


CANONICAL = (
    '<inf Id="1"><b>x</b></inf>',
    '<inf Id="1" versao="4.00"><b nItem="1"><c>á &amp; &lt; &gt; "\'</c><d></d></b>\n\t</inf>',
    '<inf A="&amp;&lt;&quot;>" AB="\'" Ab="é" a=""><b></b></inf>',
    '<inf Id="1">t<b>u</b>v</inf>',
)
OTHERWISE = (
    '<inf versao="4.00" Id="1"></inf>',
    '<inf Ab="1" A="2"></inf>',
    "<inf Id='1'></inf>",
    '<inf Id="1"><b/></inf>',
    '<inf Id="1"><b ></b></inf>',
    '<inf Id="1"><b></b ></inf>',
    '<inf Id="1" ></inf>',
    '<inf Id="1"  versao="4.00"></inf>',
    '<inf Id = "1"></inf>',
    '<inf\nId="1"></inf>',
    '<inf Id="1\n2"></inf>',
    '<inf Id="&gt;"></inf>',
    '<inf Id="&apos;"></inf>',
    '<inf Id="1">&quot;</inf>',
    '<inf Id="1">></inf>',
    '<inf Id="1">&#65;</inf>',
    '<inf Id="1">a\r\nb</inf>',
    '<inf Id="1"><!-- b --></inf>',
    '<inf Id="1"><?b c?></inf>',
    '<inf Id="1"><![CDATA[b]]></inf>',
    f'<inf Id="1"><b xmlns="{NAMESPACE}"></b></inf>',
    '<inf Id="1"><b xmlns=""></b></inf>',
    '<inf Id="1"><b xmlns="http://outro"></b></inf>',
    '<inf Id="1" xmlns="http://outro"></inf>',
    '<inf xmlns="http://outro" Id="1"></inf>',
    '<inf Id="1" xmlns:p="http://outro"></inf>',
    '<inf Id="1" xml:lang="pt"></inf>',
)
"""each would be wrong if it were taken as it stands"""


@needs_native
@pytest.mark.parametrize("inf", CANONICAL)
def test_canonical_bytes_are_taken_as_they_are(inf: str) -> None:
    assert is_own(read(inf))


@pytest.mark.parametrize("inf", OTHERWISE)
def test_other_bytes_are_written_by_libxml2(inf: str) -> None:
    assert not is_own(read(inf))


@pytest.mark.parametrize(
    "inside",
    [
        '<a><x><inf Id="0"></inf></x></a><a><inf Id="1"></inf></a>',
        '<?x <inf Id="0"></inf>?><a><inf Id="1"></inf></a>',
        '<!-- <inf Id="0"></inf>--><a><inf Id="1"></inf></a>',
        '<a><infx Id="0"></infx></a><a><inf Id="1"></inf></a>',
    ],
)
@pytest.mark.parametrize("marks", [f' xmlns="{NAMESPACE}"', "", ' xmlns="a"', ' xmlns="a:&amp;"'])
def test_an_element_is_never_taken_for_another(inside: str, marks: str) -> None:
    xml = parse(f"<nota{marks}>{inside}</nota>".encode(), Limits())
    (element,) = [node for node in xml.root.iter("{*}inf") if node.get("Id") == "1"]
    assert xml.canonical(element) == canonical(element, exclusive=True)


attributes = st.lists(
    st.tuples(
        st.sampled_from([" ", "  ", "\n"]),
        st.sampled_from(["Id", "A", "Ab", "b", "xmlns"]),
        st.sampled_from(["=", " = "]),
        st.sampled_from(['"1"', "'1'", '"&amp;"', '"&quot;>"', '"\t"', '"http://a"']),
    ),
    unique_by=lambda each: each[1],
    max_size=3,
).map(lambda several: "".join(map("".join, several)))
texts = st.lists(
    st.sampled_from(["x", "é", " ", "\n", "\r\n", "&amp;", "&lt;", "&gt;", "&quot;", ">", "&#9;"]),
    max_size=3,
).map("".join)
elements = st.recursive(
    texts,
    lambda inner: st.builds(
        lambda name, marks, several: (
            f"<{name}{marks}>{''.join(several)}</{name}>" if several else f"<{name}{marks}/>"
        ),
        st.sampled_from(["b", "inf", "Id"]),
        attributes,
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)


@given(attributes, st.lists(elements, max_size=3).map("".join))
def test_any_element_has_the_c14n_that_libxml2_writes(marks: str, content: str) -> None:
    with suppress(XmlRecusado):
        read(f"<inf{marks}>{content}</inf>")


def signed(data: bytes) -> list[Encontrado]:
    try:
        found = list(detect(parse(data, Limits()), Limits()))
    except XmlRecusado:
        return []
    return [each for each in found if isinstance(each, Encontrado) and each.assinado is not None]


def assert_same(found: Encontrado) -> None:
    assert found.assinado is not None
    assert found.xml.canonical(found.assinado) == canonical(found.assinado, exclusive=True)


@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind(kind: str) -> None:
    for found in signed(build(kind)):
        assert_same(found)


@needs_corpus
def test_of_the_corpus() -> None:
    for row in rows():
        for found in signed(row.data):
            assert_same(found)


@needs_native
@given(st.binary(max_size=40) | st.lists(st.sampled_from([*b'<>/="& aAb']), max_size=40).map(bytes))
def test_any_bytes_at_all_have_a_size_within_them_or_none(data: bytes) -> None:
    assert native is not None
    size = native.canonical_size(data)
    assert size == -1 or 0 < size <= len(data)


@needs_native
@pytest.mark.parametrize("argument", ["<a></a>", None, 1])
def test_only_bytes_are_asked(argument: Any) -> None:
    assert native is not None
    with pytest.raises(TypeError):
        native.canonical_size(argument)
