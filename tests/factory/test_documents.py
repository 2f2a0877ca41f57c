"""Contents are coherent, and tests can bend them."""

from decimal import Decimal

import pytest
from lxml import etree

from . import KINDS, build, chave_of
from .oracles import signatures_hold
from .paths import Element, child, text
from .signing import DSIG


def inf_of(document: bytes, kind: str) -> Element:
    return child(etree.fromstring(document), KINDS[kind].inf)


@pytest.mark.parametrize("itens", [1, 3, 990])
@pytest.mark.parametrize("kind", ["nfe", "nfce"])
def test_totals_are_the_sum_of_the_items(kind: str, itens: int) -> None:
    document = build(kind, itens=itens)
    inf = inf_of(document, kind)

    def total(path: str) -> Decimal:
        return sum((Decimal(e.text or "") for e in inf.iterfind(path, inf.nsmap)), start=Decimal(0))

    assert [e.get("nItem") for e in inf.iterfind("det", inf.nsmap)] == [
        str(n) for n in range(1, itens + 1)
    ]
    assert total("det/prod/vProd") == total("total/ICMSTot/vProd") == total("total/ICMSTot/vNF")
    assert total("total/ICMSTot/vNF") == total("pag/detPag/vPag") == 1000 * itens
    for tag in ("vICMS", "vPIS", "vCOFINS"):
        assert total(f"det/imposto//{tag}") == total(f"total/ICMSTot/{tag}")
    for tag in ("vIBSUF", "vIBS", "vCBS"):
        assert total(f"det/imposto//{tag}") == total(f"total/IBSCBSTot//{tag}")


def test_the_ibs_and_cbs_of_the_note_follow_the_rates_of_2026() -> None:
    grupo = child(inf_of(build("nfe"), "nfe"), "det[1]/imposto/IBSCBS/gIBSCBS")
    base = Decimal(text(grupo, "vBC"))
    centavo = Decimal("0.01")
    assert base == 1000 - Decimal("180.00") - Decimal("13.53") - Decimal("62.32")
    assert Decimal(text(grupo, "gIBSUF/vIBSUF")) == (base / 1000).quantize(centavo)
    assert Decimal(text(grupo, "gCBS/vCBS")) == (base * 9 / 1000).quantize(centavo)


def test_in_homologacao_the_recipient_has_the_official_name() -> None:
    inf = inf_of(build("nfe", ambiente=2), "nfe")
    assert text(inf, "dest/xNome") == "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"


def test_changes_insertions_and_removals_follow_simple_paths() -> None:
    document = build(
        "nfe",
        itens=2,
        changes={"det[2]/prod/xProd": "OUTRO", "@versao": "3.10"},
        after={"det[2]/prod/NCM": "<CEST>1234567</CEST><indEscala>S</indEscala>"},
        remove=["dest/IE", "det[1]/@nItem"],
    )
    inf = inf_of(document, "nfe")
    assert inf.get("versao") == "3.10"
    assert text(inf, "det[1]/prod/xProd") == "NOTEBOOK FICTICIO"
    assert text(inf, "det[2]/prod/xProd") == "OUTRO"
    tags = [etree.QName(e).localname for e in child(inf, "det[2]/prod")]
    assert tags[3:6] == ["NCM", "CEST", "indEscala"]
    assert inf.find("{*}dest/{*}IE") is None
    assert child(inf, "det[1]").get("nItem") is None
    assert signatures_hold(document)


@pytest.mark.parametrize("path", ["ide/inexistente", "det[2]/prod/xProd"])
def test_a_path_that_leads_nowhere_is_an_error(path: str) -> None:
    with pytest.raises(LookupError, match=path.replace("[", r"\[").replace("]", r"\]")):
        build("nfe", changes={path: "1"})


def test_unsigned_documents_have_no_signature_and_no_digval() -> None:
    assert b"Signature" not in build("nfe", sign=False)
    assert b"digVal" not in build("nfe", sign=False, protocol=True)


def test_the_protocol_repeats_the_digest_and_the_chave_of_the_note() -> None:
    root = etree.fromstring(build("nfe", protocol=True))
    assert root.findtext(".//{*}digVal") == root.findtext(f".//{{{DSIG}}}DigestValue")
    assert root.findtext(".//{*}chNFe") == chave_of(build("nfe"))


def test_the_protocol_may_contradict_the_note() -> None:
    root = etree.fromstring(build("nfe", protocol={"cStat": "101", "digVal": "AAAA", "nProt": ""}))
    assert root.findtext(".//{*}infProt/{*}cStat") == "101"
    assert root.findtext(".//{*}digVal") == "AAAA"
    assert root.find(".//{*}nProt") is None


@pytest.mark.parametrize("kind", ["dps", "nfse", "epec"])
def test_a_kind_without_authorised_form_says_so(kind: str) -> None:
    with pytest.raises(LookupError, match="no authorised form"):
        build(kind, protocol=True)


def test_a_protocol_field_of_another_kind_is_an_error() -> None:
    with pytest.raises(LookupError, match="chCTe"):
        build("nfe", protocol={"chCTe": "1"})


@pytest.mark.parametrize("kind", KINDS)
def test_building_twice_gives_the_same_bytes(kind: str) -> None:
    assert build(kind) == build(kind)
