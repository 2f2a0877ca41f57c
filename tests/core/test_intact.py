"""A signature that is found sound by its bytes is sound by its elements, and says the same."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.manifest import needs_corpus, rows
from factory import XSW_VARIANTS, build, xsw
from factory.kinds import KINDS
from fiscalxml.documents import groups
from fiscalxml.documents.detect import detect, read_documents
from fiscalxml.documents.found import Encontrado
from fiscalxml.signatures import authenticity
from fiscalxml.signatures.authenticity import verify_signature
from fiscalxml.signatures.xmldsig import Assinatura
from fiscalxml.validate import validate
from fiscalxml.xml import Limits, Xml, parse

pytestmark = pytest.mark.skipif(groups.native is None, reason="built without a compiler")

LIMITS = Limits()
NOTE = build("nfe", protocol=True)
NFSE = build("nfse")
DSIG = b"http://www.w3.org/2000/09/xmldsig#"
OPENING = b'<Signature xmlns="%b"><SignedInfo>' % DSIG


def one(data: bytes) -> Encontrado | None:
    found = list(read_documents(data, LIMITS))
    return found[0] if len(found) == 1 and isinstance(found[0], Encontrado) else None


def by_tree(data: bytes) -> Encontrado:
    (found,) = detect(parse(data, LIMITS), LIMITS)
    assert isinstance(found, Encontrado)
    return found


def told(found: Encontrado, assinatura: Assinatura | None) -> object:
    """All that is known of a signature."""
    assert assinatura is not None
    return (
        found.posicao(assinatura.elemento),
        assinatura.integra,
        assinatura.falhas,
        assinatura.digest,
        assinatura.conteudo,
        assinatura.titular,
        assinatura.enviados,
    )


def is_sound(data: bytes) -> bool:
    """Whether it was found sound without a tree; then the tree says the same of it."""
    found = one(data)
    if found is None or found.plano is None:
        return False
    assinatura = verify_signature(found)
    if "root" in vars(found.xml) or assinatura is None:
        return False
    other = by_tree(data)
    assert told(found, assinatura) == told(other, verify_signature(other))
    return True


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind(kind: str, algorithm: Any) -> None:
    assert is_sound(build(kind, algorithm=algorithm))
    assert is_sound(build(kind))


@pytest.mark.parametrize("data", [NFSE, build("nfse_evento")])
def test_what_the_sefin_made_a_document_of_is_verified_so_too(data: bytes) -> None:
    found = one(data)
    assert found is not None
    assert found.kind is not None
    within = authenticity._kind_within(found.kind)
    assert within is not None
    inside = authenticity._verify_inside(found, within)
    assert inside is not None
    assert "root" not in vars(found.xml)
    other = by_tree(data)
    by_elements = authenticity._verify_inside(other, within)
    assert by_elements is not None
    assert told(found, inside[0]) == told(other, by_elements[0])
    changed = one(data.replace(b"</DigestValue>", b"=</DigestValue>", 1))
    assert changed is not None
    wrong = authenticity._verify_inside(changed, within)
    assert wrong is not None
    assert not wrong[0].integra


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<DPS ", b"<DPS/><DPS "),
        (b"</DPS>", b"</DPS><DPS/>"),
        (b"<infDPS ", b"<infDPS/><infDPS "),
        (b"<infNFSe ", b"<infNFSe/><infNFSe "),
        (OPENING, b'<Signature><SignedInfo xmlns="%b">' % DSIG),
    ],
)
def test_what_stands_inside_is_the_first_of_its_name_however_it_is_read(
    old: bytes, new: bytes
) -> None:
    data = NFSE.replace(old, new)
    assert data != NFSE
    report = validate(data)
    with patch("fiscalxml.documents.detect.read_plain", return_value=None):
        assert report == validate(data)
    assert report.camadas["assinatura"] == "falha"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/><SignatureMethod", b"></CanonicalizationMethod><SignatureMethod"),
        (b"/></Transforms>", b" /></Transforms>"),
        (b"<SignedInfo>", b'<SignedInfo xmlns="%b">' % DSIG),
        (b"<X509Data>", b"\n<X509Data>\n"),
        (b"<SignatureValue>", b"\n<SignatureValue>\n"),
        (b"<X509Certificate>", b"<X509Certificate>\n "),
        (b"<protNFe", b"\n<protNFe"),
    ],
)
def test_what_programs_usually_write(old: bytes, new: bytes) -> None:
    assert old in NOTE
    assert is_sound(NOTE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<DigestValue>", b"<DigestValue>\n"),  # another SignedInfo than was signed
        (b"<Reference ", b"\n<Reference "),
        (b"<Reference ", b'<Reference Id="1" '),
        (b"<SignedInfo>", b'<SignedInfo Id="1">'),
        (b"<SignedInfo>", b"<SignedInfo><!-- -->"),
        (b"<SignedInfo>", b"<SignedInfo/><SignedInfo>"),
        (b"</SignedInfo>", b"</SignedInfo><SignedInfo><a>1</a></SignedInfo>"),
        (b"<KeyInfo>", b"<KeyInfo/><KeyInfo>"),
        (b"<KeyInfo>", b'<KeyInfo xmlns="http://www.portalfiscal.inf.br/nfe">'),
        (b"<X509Certificate>", b'<X509Certificate xmlns="http://www.portalfiscal.inf.br/nfe">'),
        (b"<X509Certificate>", b"<X509Certificate/><X509Certificate>"),
        (b"<X509Certificate>", b"<X509Certificate>AAAA"),
        (b"<SignatureValue>", b"<SignatureValue>AAAA"),
        (b"<SignatureValue>", b"<SignatureValue>A"),
        (b"<SignatureValue>", b"<SignatureValue/><SignatureValue>"),
        (b"</SignatureValue>", "é</SignatureValue>".encode()),
        (b'xmlns="%b"' % DSIG, b'xmlns="http://www.portalfiscal.inf.br/nfe"'),
        (b'<Signature xmlns="%b">' % DSIG, b"<Signature>"),
        (OPENING, b'<Signature><SignedInfo xmlns="%b">' % DSIG),
        (b"</infNFe>", b'</infNFe><infNFe Id="1"><a>1</a></infNFe>'),
        (b"</infNFe>", b"</infNFe><infNFe/>"),
        (b"</infNFe>", b"</infNFe><Signature/>"),
        (b"</infNFe>", b'</infNFe><Signature xmlns="%b"><a>1</a></Signature>' % DSIG),
        (b"<natOp>", b"<natOp>x"),
        (b"<ide>", b"<ide> "),
        (b"xml-c14n-20010315", b"xml-c14n-20010315#WithComments"),
        (b"#rsa-sha1", b"#rsa-sha256"),
        (b"xmldsig#sha1", b"xmldsig#sha2"),
        (b'URI="#', b'URI="#x'),
    ],
)
def test_what_is_odd_or_wrong_is_left_to_its_elements(old: bytes, new: bytes) -> None:
    assert old in NOTE
    assert not is_sound(NOTE.replace(old, new))


@pytest.mark.parametrize("variant", XSW_VARIANTS)
def test_what_is_wrapped_is_never_sound(variant: int) -> None:
    assert not is_sound(xsw(build("nfe"), variant))


def test_what_has_an_id_twice_is_left_to_its_elements() -> None:
    (id_,) = re.findall(rb'<infNFe [^>]*(Id="[^"]*")', NOTE)
    assert not is_sound(NOTE.replace(b"<infProt", b"<infProt " + id_))


# The schemas of the others have what their tables do not know.
@pytest.mark.parametrize("kind", sorted({*KINDS} - {"nf3e", "nfcom", "substituicao"}))
def test_a_sound_document_is_judged_without_a_tree(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = build(kind)
    expected = validate(data)

    def root(_: object) -> None:
        raise AssertionError("its text was parsed")

    for _ in range(25):  # until its schemas have their tables
        validate(data)
    monkeypatch.setattr(Xml, "root", property(root))
    assert validate(data) == expected


PIECES = (
    *(
        b"<",
        b">",
        b"/",
        b'"',
        b"&amp;",
        b"\n",
        b" ",
        b"=",
        b"A",
        b"0",
        b"<a/>",
        b"</a>",
        b"<!-- -->",
    ),
    *(b' xmlns=""', b' Id="1"', b"<Signature/>", b"<SignedInfo/>", b"<infNFe/>", b"</Signature>"),
)
PARTS = re.compile(
    rb"</?(?:Signature|SignedInfo|KeyInfo|X509Data|X509Certificate|SignatureValue|infNFe|NFe|DPS|infDPS)"
    rb"(?: [^>]*)?>|<SignatureMethod[^>]*>"
)
DECLARED = (b"", b' xmlns="%b"' % DSIG, b' xmlns="http://www.portalfiscal.inf.br/nfe"')


@given(st.data())
def test_whatever_declares_a_namespace_only_the_standard_is_sound(draw: st.DataObject) -> None:
    """Where the C14N of what was signed stays as it was, no digest tells."""
    data = draw.draw(st.sampled_from([NOTE, NFSE]))
    for _ in range(draw.draw(st.integers(1, 3))):
        tags = list(PARTS.finditer(data))
        tag = draw.draw(st.sampled_from(tags))
        bare = re.sub(rb' xmlns="[^"]*"', b"", tag[0])
        name = re.match(rb"</?\w+", bare)
        assert name is not None
        declared = b"" if bare.startswith(b"</") else draw.draw(st.sampled_from(DECLARED))
        new = name[0] + declared + bare[name.end() :]
        new = draw.draw(st.sampled_from([new, new, new, b"", tag[0] * 2, name[0] + b"/>" + tag[0]]))
        data = data[: tag.start()] + new + data[tag.end() :]
    is_sound(data)


@given(st.data())
def test_of_what_was_damaged_anywhere_only_what_is_sound_by_its_elements_is_sound(
    draw: st.DataObject,
) -> None:
    data = bytearray(draw.draw(st.sampled_from([NOTE, NFSE])))
    signature = data.index(b"<Signature")
    for _ in range(draw.draw(st.integers(1, 2))):
        start = draw.draw(st.integers(0, len(data)) | st.integers(signature, len(data)))
        end = start + draw.draw(st.integers(0, 3))
        data[start:end] = draw.draw(st.sampled_from(PIECES) | st.binary(max_size=1))
    is_sound(bytes(data))


@needs_corpus
def test_of_the_corpus() -> None:
    assert sum(is_sound(row.data) for row in rows()) > 10
