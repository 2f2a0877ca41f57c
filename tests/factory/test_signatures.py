"""Signatures hold for xmlsec; wrapped ones fool a naive verifier."""

import pytest
from lxml import etree

from . import KINDS, XSW_VARIANTS, build, xsw
from .oracles import naively_valid, signatures_hold
from .signing import DSIG, Algorithm


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("kind", KINDS)
def test_xmlsec_accepts_every_signature(kind: str, algorithm: Algorithm) -> None:
    document = build(kind, algorithm=algorithm)
    assert algorithm in document.decode().partition("SignatureMethod")[2].partition("/>")[0]
    assert signatures_hold(document)


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.proc])
def test_a_signature_still_holds_inside_the_authorised_form(kind: str) -> None:
    assert signatures_hold(build(kind, protocol=True))


def test_xmlsec_refuses_a_document_touched_after_signing() -> None:
    assert not signatures_hold(build("nfe").replace(b"NOTEBOOK FICTICIO", b"NOTEBOOK FALSO"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_signature_is_the_last_child_of_the_document(kind: str) -> None:
    assert etree.fromstring(build(kind))[-1].tag == f"{{{DSIG}}}Signature"


def test_an_nfse_carries_two_signatures_of_two_signers() -> None:
    root = etree.fromstring(build("nfse"))
    certificates = {e.text for e in root.iter(f"{{{DSIG}}}X509Certificate")}
    assert len(certificates) == 2


def test_the_whole_chain_may_travel_in_the_signature() -> None:
    root = etree.fromstring(build("nfe", include_chain=True))
    assert len(list(root.iter(f"{{{DSIG}}}X509Certificate"))) == 3


@pytest.mark.parametrize("protocol", [False, True])
@pytest.mark.parametrize("variant", XSW_VARIANTS)
def test_wrapping_fools_a_naive_verifier_and_shows_a_forged_document(
    variant: int, protocol: bool
) -> None:
    attack = xsw(build("nfe", protocol=protocol), variant)
    assert naively_valid(attack)
    nota = next(etree.fromstring(attack).iter("{*}NFe"))
    assert nota.findtext("{*}infNFe/{*}emit/{*}xNome") == "EMITENTE FORJADO LTDA"


def test_other_kinds_can_be_wrapped_too() -> None:
    forged = build("cte", sign=False, changes={"vPrest/vTPrest": "1.00"})
    for variant in XSW_VARIANTS:
        attack = xsw(build("cte"), variant, forged)
        assert naively_valid(attack)
        assert etree.fromstring(attack).findtext("{*}infCte/{*}vPrest/{*}vTPrest") == "1.00"


def test_the_naive_verifier_still_refuses_a_plain_forgery() -> None:
    assert naively_valid(build("nfe"))
    assert not naively_valid(build("nfe").replace(b"NOTEBOOK", b"GELADEIRA"))


@pytest.mark.parametrize("variant", [2, 3, 4, 5, 7])
def test_these_attacks_fool_even_xmlsec_alone(variant: int) -> None:
    assert signatures_hold(xsw(build("nfe"), variant))
