"""The C14N that is written from the bytes of a plain document is, to the byte, libxml2's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.manifest import needs_corpus, rows
from factory import build
from factory.kinds import KINDS
from fiscalxml.documents.groups import native
from fiscalxml.documents.plain import DocumentoPlano, read_plain
from fiscalxml.xml import Element, Limits, canonical, child, parse

pytestmark = pytest.mark.skipif(native is None, reason="built without a compiler")

NAMESPACE = "http://www.portalfiscal.inf.br/nfe"
OTHER = "http://www.w3.org/2000/09/xmldsig#"


def note(inf: str) -> bytes:
    return f'<NFe xmlns="{NAMESPACE}">{inf}</NFe>'.encode()


def assert_same(data: bytes) -> bool:
    """Whether it is plain; then the C14N of its bytes is that of its tree."""
    plano = read_plain(data, Limits())
    if plano is None:
        return False
    documento, assinado = elements(data, plano)
    assert plano.canonical(*plano.acima) == canonical(documento, exclusive=True)
    signed = plano.canonical(*plano.acima, plano.assinado)
    assert signed == canonical(assinado, exclusive=True)
    return True


def elements(data: bytes, plano: DocumentoPlano) -> tuple[Element, Element]:
    root = parse(data, Limits()).root
    documento = root if plano.documento is plano.envelope else child(root, plano.kind.raiz)
    assert documento is not None
    assinado = child(documento, plano.kind.assinado)
    assert assinado is not None
    return documento, assinado


@pytest.mark.parametrize(
    "inf",
    [
        '<infNFe Id="1"><b>x</b></infNFe>',
        '<infNFe Id="1" versao="4.00"><b n="1"><c>á &amp; &lt; "\'</c><d></d></b>\n\t</infNFe>',
        '<infNFe Id=">"><b A="1" AB="\'>" Ab="é" a=""><c>1</c></b></infNFe>',
        '<infNFe versao="4.00" Id="1"><b>x</b></infNFe>',
        '<infNFe Ab="1" A="2" Id="3" ><b Ab="1" A="2"><c/></b></infNFe>',
        '<infNFe  Id="1"   versao="4.00"><b  b="1"   a="2" ></b></infNFe>',
        '<infNFe Id="1"><b/><b /><b a="1"/><b a="1" /></infNFe>',
        '<infNFe Id="1"><b>&quot;&apos;&gt;</b><c>&#xD;x&#13;</c></infNFe>',
        f'<infNFe Id="1" xmlns="{NAMESPACE}"><b>x</b></infNFe>',
        f'<infNFe xmlns="{OTHER}" Id="1"><b>x</b></infNFe>',
        f'<infNFe Id="1"><b a="1" xmlns="{NAMESPACE}"><c>1</c></b></infNFe>',
        f'<infNFe Id="1"><b xmlns="{OTHER}"><c>1</c><d xmlns="{OTHER}"/></b><c>1</c></infNFe>',
        f'<infNFe Id="1"><b a="1" xmlns="{OTHER}" A="1"><c xmlns="{NAMESPACE}"/></b></infNFe>',
    ],
)
def test_what_is_written_of_bytes_is_what_libxml2_writes(inf: str) -> None:
    assert assert_same(note(inf))


attributes = st.lists(
    st.tuples(
        st.sampled_from([" ", "  "]),
        st.sampled_from(["A", "Ab", "b", "Z", "xmlns"]),
        st.sampled_from(['"1"', '"\'"', '">"', '"+"']),
        st.sampled_from([NAMESPACE, OTHER]),
    ),
    unique_by=lambda each: each[1],
    max_size=3,
).map(
    lambda several: "".join(
        f'{blank}{name}="{space}"' if name == "xmlns" else f"{blank}{name}={text}"
        for blank, name, text, space in several
    )
)
texts = st.lists(
    st.sampled_from(["x", "é", " ", "\n", "&amp;", "&lt;", "&gt;", "&quot;", "&#xD;", "&#13;"]),
    max_size=3,
).map("".join)
leaves = st.builds("<{0}{1}>{2}</{0}>".format, st.sampled_from(["b", "Id"]), attributes, texts)
elements_ = st.recursive(
    leaves | st.builds("<b{0}{1}/>".format, attributes, st.sampled_from(["", " "])),
    lambda inner: st.builds(
        lambda name, marks, blank, several: f"<{name}{marks}>{blank.join(several)}</{name}>",
        st.sampled_from(["b", "infNFe", "Id"]),
        attributes,
        st.sampled_from(["", "\n\t"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@given(attributes, st.lists(elements_, max_size=3).map("".join))
def test_any_element_has_the_c14n_that_libxml2_writes(marks: str, content: str) -> None:
    assert assert_same(note(f'<infNFe{marks} Id="1"><a>1</a>{content}</infNFe>'))


@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind(kind: str) -> None:
    assert assert_same(build(kind))


@needs_corpus
def test_of_the_corpus() -> None:
    assert sum(assert_same(row.data) for row in rows()) > len(rows()) / 4


@given(
    st.binary(max_size=40) | st.lists(st.sampled_from([*b'<>/="& aAb']), max_size=40).map(bytes),
    st.integers(-2, 50),
)
def test_any_bytes_at_all_have_a_form_or_none(data: bytes, begin: int) -> None:
    assert native is not None
    content = native.canonical(data, begin, b"urn:x")
    assert content is None or content.startswith(b"<")


@pytest.mark.parametrize(
    "arguments", [(), ("<a></a>", 0, b""), (b"", None, b""), (b"", 0), (b"", 2**80, b"")]
)
def test_c_takes_what_it_is_meant_to_take(arguments: tuple[Any, ...]) -> None:
    assert native is not None
    with pytest.raises((TypeError, OverflowError)):
        native.canonical(*arguments)
