"""The tables of the package: what they must know, and what they must not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fiscalxml.identifiers.uf import CODIGO_POR_UF
from fiscalxml.tables import (
    aliquotas,
    cest,
    cfop,
    classificacao,
    gtin,
    lc116,
    municipios,
    ncm,
    nfce_urls,
    pagamentos,
    paises,
)
from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.tabela import Tabela, read_rows

GENERATED = {
    name.lower(): table for name, table in vars(proveniencia).items() if isinstance(table, Tabela)
}


@pytest.mark.parametrize("name", GENERATED)
def test_each_table_says_what_it_is_and_has_the_rows_it_says(name: str) -> None:
    table, rows = GENERATED[name], list(read_rows(name))
    assert len(rows) == table.linhas
    assert len({len(row) for row in rows}) == 1
    assert table.licenca in ("MIT", "Apache-2.0")
    assert table.pacote
    assert table.fonte
    assert date(2026, 1, 1) < table.data


@pytest.mark.parametrize("name", GENERATED)
def test_no_row_is_there_twice(name: str) -> None:
    rows = [tuple(row) for row in read_rows(name)]
    assert len(set(rows)) == len(rows)


class TestMunicipios:
    def test_all_are_there_the_newest_too(self) -> None:
        assert municipios.TABELA.linhas == 5571
        assert municipios.nome("5101837") == "Boa Esperança do Norte"
        assert municipios.nome("3550308") == "São Paulo"

    def test_each_is_of_a_uf(self) -> None:
        ufs = {code for uf, code in CODIGO_POR_UF.items() if uf != "EX"}
        assert {row[0][:2] for row in read_rows("municipios")} <= ufs

    @pytest.mark.parametrize("codigo", ["", "9999999", "3550300", "355030", "35503080"])
    def test_what_is_none_is_not_there(self, codigo: str) -> None:
        assert not municipios.existe(codigo)


class TestPaises:
    @pytest.mark.parametrize("codigo", ["1058", "01058", "132", "0132", "175", "477", "2496"])
    def test_a_code_is_known_with_zeros_or_without(self, codigo: str) -> None:
        assert paises.existe(codigo)

    @pytest.mark.parametrize("codigo", ["", "0", "55", "9999", "BR"])
    def test_what_is_none_is_not_there(self, codigo: str) -> None:
        assert not paises.existe(codigo)


class TestNcm:
    def test_codes_in_force_are_there_and_extinct_ones_are_not(self) -> None:
        assert ncm.TABELA.linhas > 10_000
        assert ncm.existe("85171300")
        assert not ncm.existe("85171231")
        assert not ncm.existe("00000000")
        assert not ncm.existe("8517")

    @pytest.mark.parametrize(
        ("codigo", "dia", "pode"),
        [
            ("04031000", date(2020, 8, 20), True),  # replaced in 2022
            ("04031000", date(2022, 4, 1), False),
            ("77011000", date(2020, 8, 20), False),  # there is no chapter 77
            ("84713099", date(2023, 1, 1), True),  # below a subheading, some years ago
            ("84713099", date(2026, 5, 1), False),
        ],
    )
    def test_what_may_have_been_a_code_once(self, codigo: str, dia: date, pode: bool) -> None:
        assert ncm.pode_ter_existido(codigo, dia) is pode


class TestCest:
    def test_a_cest_and_its_ncm(self) -> None:
        assert cest.existe("0100100")
        assert cest.ncms("0100100") == ("38151210", "38151290")
        assert cest.ncms("0000000") == ()


class TestCfop:
    def test_a_cfop_says_what_it_is(self) -> None:
        found = cfop.busca("7101")
        assert found is not None
        assert found.descricao == "Venda de produção do estabelecimento"
        assert (found.exportacao, found.importacao, found.exterior) == (True, False, True)
        assert cfop.busca("5100") is None
        assert cfop.busca("") is None

    # How many the portal's Tabela CFOP (IT 2023.002) has of each.
    @pytest.mark.parametrize(
        ("indicador", "quantos"),
        [
            ("na_nfe", 619 - 34),
            ("comunicacao", 15),
            ("transporte", 23),
            ("devolucao", 99),
            ("retorno", 64),
            ("anulacao", 18),
            ("remessa", 52),
            ("combustivel", 63),
            ("combustivel_transportado", 47),
            ("so_ibs_cbs", 72),
        ],
    )
    def test_the_indicators_are_as_many_as_published(self, indicador: str, quantos: int) -> None:
        assert cfop.TABELA.linhas == 619
        assert len(cfop.com(indicador)) == quantos

    @pytest.mark.parametrize(
        ("codigo", "indicadores"),
        [
            ("5102", {"na_nfe"}),
            ("1503", {"na_nfe", "devolucao"}),
            ("1903", {"na_nfe", "retorno"}),
            ("5131", {"na_nfe"}),  # called a remessa, but not one there
            ("5656", {"na_nfe", "combustivel"}),
            ("6656", {"na_nfe", "combustivel", "combustivel_transportado"}),
            ("5657", {"na_nfe", "combustivel", "combustivel_transportado", "remessa"}),
            ("5206", {"na_nfe", "anulacao"}),
            ("5353", {"transporte"}),
            ("5931", {"na_nfe", "transporte"}),
            ("5303", {"comunicacao"}),
            ("5305", {"comunicacao"}),  # to who makes energy: not energy
            ("5252", {"na_nfe", "energia"}),
            ("5551", {"na_nfe", "so_ibs_cbs"}),
            ("1918", {"na_nfe", "devolucao", "so_ibs_cbs"}),
            ("5918", {"na_nfe", "devolucao"}),
        ],
    )
    def test_the_indicators_of_some(self, codigo: str, indicadores: set[str]) -> None:
        found = cfop.busca(codigo)
        assert found is not None
        names = set(cfop.Cfop.__struct_fields__) - {"codigo", "descricao"}
        assert {name for name in names if getattr(found, name)} == indicadores


class TestClassificacao:
    def test_a_cst_has_its_indicators(self) -> None:
        found = classificacao.cst("515")
        assert found is not None
        assert found.exige_tributacao
        assert found.diferimento
        assert found.reducao_aliquota
        assert not found.monofasica
        assert classificacao.cst("999") is None

    def test_a_class_has_its_rates_and_indicators(self) -> None:
        found = classificacao.classe("200025")
        assert found is not None
        assert (found.cst, found.reducao_ibs, found.reducao_cbs) == (
            "200",
            Decimal(60),
            Decimal(100),
        )
        mono = classificacao.classe("620004")
        assert mono is not None
        assert mono.mono_retida
        assert mono.mono_mistura
        assert classificacao.classe("000000") is None

    def test_a_class_is_of_a_cst_that_is_there(self) -> None:
        for row in read_rows("cclasstrib"):
            found = classificacao.classe(row[0])
            assert found is not None
            assert classificacao.cst(found.cst) is not None
            assert row[0].startswith(found.cst)

    def test_a_class_is_in_force_between_its_days(self) -> None:
        found = classificacao.classe("220001")
        assert found is not None
        assert not found.vale(date(2025, 5, 4))
        assert found.vale(date(2025, 5, 5))


class TestOthers:
    def test_services_of_the_law_and_of_its_amendments(self) -> None:
        assert lc116.TABELA.linhas == 201
        assert lc116.existe("01.01")
        assert lc116.existe("11.05")
        assert lc116.existe("14.14")
        assert not lc116.existe("1.01")
        assert not lc116.existe("99.99")

    def test_means_of_payment_and_their_first_days(self) -> None:
        pix = pagamentos.meio("23")
        assert pix is not None
        assert pix.desde == date(2026, 5, 4)
        assert pagamentos.meio("06") is None
        assert pagamentos.bandeira("01") == "Visa"
        assert pagamentos.bandeira("98") is None

    @pytest.mark.parametrize(
        ("codigo", "prefixo", "valido"),
        [
            ("7891000315507", "789", True),
            ("17891000315504", "789", True),
            ("78912342", "789", True),
            ("012345678905", "001", True),
            ("0000000000000", "000", True),
            ("9876543210982", "987", False),
            ("1419999999999", "141", False),
        ],
    )
    def test_prefixes_of_gtin(self, codigo: str, prefixo: str, valido: bool) -> None:
        assert gtin.prefixo(codigo) == prefixo
        assert gtin.prefixo_valido(codigo) is valido

    @pytest.mark.parametrize("uf", sorted(set(CODIGO_POR_UF) - {"EX"}))
    @pytest.mark.parametrize("ambiente", ["1", "2"])
    def test_each_uf_has_its_addresses(self, uf: str, ambiente: str) -> None:
        for urls in (nfce_urls.consulta(uf, ambiente), nfce_urls.qrcode(uf, ambiente)):
            assert urls
            assert all(url == nfce_urls.endereco(url) for url in urls)

    def test_an_address_is_compared_without_scheme_and_query(self) -> None:
        url = "HTTPS://www.sefaz.rs.gov.br/NFCE/NFCE-COM.aspx?p=4320|2|1|1|ABC"
        assert nfce_urls.endereco(url) in nfce_urls.qrcode("RS", "1")
        assert nfce_urls.consulta("XX", "1") == frozenset()

    @pytest.mark.parametrize(
        ("origem", "destino", "importado", "aliquota"),
        [
            ("SP", "BA", False, 7),
            ("SP", "ES", False, 7),
            ("SP", "RJ", False, 12),
            ("ES", "BA", False, 12),
            ("BA", "SP", False, 12),
            ("SP", "BA", True, 4),
        ],
    )
    def test_rates_between_states(
        self, origem: str, destino: str, importado: bool, aliquota: int
    ) -> None:
        assert aliquotas.interestadual(origem, destino, importado) == aliquota
