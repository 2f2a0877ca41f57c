"""Documents obey rules that SEFAZ has and `validate` does not judge yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from lxml import etree

from fiscalxml.generator import Faixa, Pedido, TipoGerado, generate
from fiscalxml.generator.money import share
from fiscalxml.generator.parties import MUNICIPIOS
from fiscalxml.generator.routes import percurso
from fiscalxml.xml import Element


def drawn(
    tipo: TipoGerado, quantidade: int = 150, em: datetime = datetime(2026, 11, 10, tzinfo=UTC)
) -> Iterator[Element]:
    """Roots, without namespaces."""
    pedido = Pedido(quantidade=quantidade, semente=5, tipos={tipo: 1}, em=em, itens=[Faixa(1, 6)])
    for documento in generate(pedido):
        yield etree.fromstring(re.sub(rb' xmlns="[^"]+"', b"", documento.xml))


def texts(root: Element, *names: str) -> tuple[str | None, ...]:
    return tuple(root.findtext(f".//{name}") for name in names)


def test_383_nfce_gives_no_credit_of_simples() -> None:
    csosn = {e.text for root in drawn("nfce") for e in root.iter("CSOSN")}
    assert csosn == {"102", "500"}


def test_391_card_and_pix_of_an_nfce_have_the_group_card() -> None:
    for root in drawn("nfce"):
        for pag in root.iter("detPag"):
            assert (pag.find("card") is not None) == (pag.findtext("tPag") in ("03", "17"))


@pytest.mark.parametrize("tipo", ["nfe", "nfce"])
def test_806_938_906_goods_taxed_before_have_their_cest_and_what_was_retained(
    tipo: TipoGerado,
) -> None:
    seen = 0
    for root in drawn(tipo):
        for det in root.iter("det"):
            grupo = next((e for e in det.iter("ICMS60", "ICMSSN500")), None)
            if grupo is None:
                continue
            seen += 1
            assert det.findtext("prod/CEST")
            names = ("vBCSTRet", "pST", "vICMSSubstituto", "vICMSSTRet")
            assert all(grupo.findtext(name) for name in names)
            assert (grupo.find("vBCEfet") is not None) == (tipo == "nfce")
    assert seen > 20


@pytest.mark.parametrize("tipo", ["nfe", "nfce", "cte", "mdfe"])
def test_972_867_720_the_responsavel_tecnico_is_named(tipo: TipoGerado) -> None:
    assert all(root.find(".//infRespTec/CNPJ") is not None for root in drawn(tipo, 20))


def test_524_908_a_carrier_of_another_state_says_so() -> None:
    seen = set()
    for root in drawn("cte"):
        cfop, emit, ini, fim = texts(root, "CFOP", "enderEmit/UF", "UFIni", "UFFim")
        assert cfop is not None
        assert (cfop[0] == "5") == (ini == fim)
        assert (cfop[1:] == "932") == (emit != ini)
        seen.add(cfop)
    assert seen == {"5353", "6353", "5932", "6932"}


def test_851_the_qr_code_is_at_the_address_of_the_states_authority() -> None:
    for root in drawn("cte"):
        uf, qr = texts(root, "enderEmit/UF", "qrCodCTe")
        assert qr is not None
        assert ("fazenda.sp.gov.br" in qr) == (uf in ("SP", "PE"))


def test_523_663_a_truck_without_a_trailer_crosses_neighbouring_states() -> None:
    for root in drawn("mdfe"):
        assert root.findtext(".//tpRod") != "03"
        ini, fim = texts(root, "UFIni", "UFFim")
        assert ini is not None
        assert fim is not None
        assert [e.text for e in root.iter("UFPer")] == list(percurso(ini, fim))
    assert percurso("CE", "RS") == ("PE", "BA", "MG", "SP", "PR", "SC")
    ufs = {municipio.uf for municipio in MUNICIPIOS}
    assert all(percurso(a, a) == () and set(percurso(a, b)) <= ufs for a in ufs for b in ufs)


@pytest.mark.parametrize("tipo", ["nfe", "nfce", "cte", "nfse"])
@pytest.mark.parametrize(("ano", "uf", "municipio"), [(2026, "0.1", "0"), (2027, "0.05", "0.05")])
def test_1026_1036_rates_of_ibs_are_those_of_the_year(
    tipo: TipoGerado, ano: int, uf: str, municipio: str
) -> None:
    roots = list(drawn(tipo, 30, datetime(ano, 6, 15, tzinfo=UTC)))
    ufs = {Decimal(e.text or "") for root in roots for e in root.iter("pIBSUF")}
    municipios = {Decimal(e.text or "") for root in roots for e in root.iter("pIBSMun")}
    assert (ufs, municipios) == ({Decimal(uf)}, {Decimal(municipio)})


@pytest.mark.parametrize("tipo", ["nfe", "nfce", "cte", "nfse"])
def test_there_is_no_ibs_before_2026(tipo: TipoGerado) -> None:
    for root in drawn(tipo, 30, datetime(2025, 6, 15, tzinfo=UTC)):
        assert root.find(".//IBSCBS") is None


def test_ibs_of_software_is_due_where_the_buyer_is() -> None:
    for root in drawn("nfse", 40):
        local, tomador, prestador = texts(
            root, "cLocalidadeIncid", "toma/end/endNac/cMun", "cLocIncid"
        )
        assert local == tomador
        assert prestador == root.findtext(".//emit/enderNac/cMun")


def test_a_small_freight_over_many_items_has_no_negative_part() -> None:
    parts = share(Decimal(35), 990)
    assert sum(parts) == 35
    assert min(parts) >= 0
