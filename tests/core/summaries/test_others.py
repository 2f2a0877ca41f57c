"""The resumo of MDF-e, BP-e, NF3e and NFCom: each value is that of the XML, under its own name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from factory import build
from fiscalxml.documents.ramos import Ramo
from fiscalxml.summaries import bpe, mdfe, nf3e, nfcom
from fiscalxml.summaries.parts import Endereco, Pessoa, Referencia, Tributo
from fiscalxml.summaries.resumo import Item, Pagamento, Vista
from fiscalxml.xml import Limits, parse

GroupsOf = Callable[..., Ramo]

VIEWS: dict[str, Callable[[Ramo], Vista]] = {
    "mdfe": mdfe.view,
    "bpe": bpe.view,
    "nf3e": nf3e.view,
    "nfcom": nfcom.view,
}
NFE = "35261112345678000195550010000010011417293560"
CTE = "35261112345678000195570010000010011417293560"
MDFE = "35261112345678000195580010000010011417293560"
OUTRA = "35261012345678000195660010000008001085263940"
MAIS_UMA = "35260912345678000195660010000007001085263940"
EMITENTE = Pessoa(
    cnpj="12345678000195",
    nome="EMPRESA FICTICIA LTDA",
    ie="110042490114",
    endereco=Endereco(
        logradouro="PRACA FICTICIA",
        numero="100",
        bairro="SE",
        codigo_municipio="3550308",
        municipio="SAO PAULO",
        uf="SP",
        cep="01001000",
    ),
)
DESTINATARIO = Pessoa(
    cnpj="11222333000181",
    nome="COMPRADORA IMAGINARIA SA",
    ie="244135793116",
    indicador_ie="1",
    endereco=Endereco(
        logradouro="RUA IMAGINARIA",
        numero="200",
        bairro="CENTRO",
        codigo_municipio="3509502",
        municipio="CAMPINAS",
        uf="SP",
        cep="13010000",
    ),
)
RETIDOS = (
    "<retTrib><vRetPIS>0.11</vRetPIS><vRetCofins>0.22</vRetCofins><vRetCSLL>0.33</vRetCSLL>"
    "<vBCIRRF>90.00</vBCIRRF><vIRRF>0.44</vIRRF></retTrib>"
)


def group(xml: str) -> Ramo:
    """The groups of an element that the factory has no document for."""
    return Ramo(parse(xml.encode(), Limits()).root)


def leaves(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, inner in part.items():
            if name != "papel":  # its own word
                yield from leaves(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from leaves(inner)


@pytest.mark.parametrize("kind", VIEWS)
def test_every_text_of_a_view_occurs_verbatim_in_the_xml(kind: str, groups_of: GroupsOf) -> None:
    xml = build(kind).decode()
    view = msgspec.to_builtins(VIEWS[kind](groups_of(kind)))
    found = list(leaves(view))
    assert len(found) > 20
    assert [text for text in found if f">{text}<" not in xml and f'"{text}"' not in xml] == []


@pytest.mark.parametrize("kind", VIEWS)
def test_an_element_without_anything_gives_a_view_without_anything(kind: str) -> None:
    view: dict[str, Any] = {**VIEWS[kind](group("<inf><ide/></inf>"))}
    assert {name for name, part in view.items() if part} == set()


def test_an_mdfe_names_who_carries_what_from_where_to_where(groups_of: GroupsOf) -> None:
    assert mdfe.view(groups_of("mdfe")) == {
        "serie": "1",
        "numero": "701",
        "participantes": {"emitente": EMITENTE},
        "totais": {
            "documento": "1000.00",
            "quantidade_nfe": "1",
            "peso": "10.0000",
            "unidade_peso": "01",
        },
        "detalhes": {
            "modal": "1",
            "tipo_emitente": "2",
            "tipo_emissao": "1",
            "uf_inicio": "SP",
            "uf_fim": "SP",
            "placa": "ABC1D23",
            "uf_veiculo": "SP",
            "nome_condutor": "MOTORISTA FICTICIO",
            "cpf_condutor": "12345678909",
            "tipo_carga": "05",
            "produto_predominante": "NOTEBOOK FICTICIO",
            "ncm_produto_predominante": "84713012",
            "municipios_carregamento": "3550308",
            "municipios_descarregamento": "3509502",
        },
        "referencias": [Referencia(papel="transportado", chave=NFE)],
        "informacoes": None,
    }


def test_the_ufs_of_an_mdfe_s_way_are_in_their_order(groups_of: GroupsOf) -> None:
    way = "".join(f"<infPercurso><UFPer>{uf}</UFPer></infPercurso>" for uf in ("RJ", "ES", "BA"))
    begin = "<dhIniViagem>2026-11-11T12:00:00-03:00</dhIniViagem>"
    view = mdfe.view(groups_of("mdfe", after={"ide/infMunCarrega": way + begin}))
    assert view["detalhes"]["percurso"] == "RJ ES BA"
    assert view["detalhes"]["inicio_viagem"] == "2026-11-11T12:00:00-03:00"


def test_an_mdfe_references_all_documents_of_all_municipalities(groups_of: GroupsOf) -> None:
    more = (
        f"<infMunDescarga><cMunDescarga>3304557</cMunDescarga>"
        f"<infCTe><chCTe>{CTE}</chCTe></infCTe>"
        f"<infMDFeTransp><chMDFe>{MDFE}</chMDFe></infMDFeTransp></infMunDescarga>"
    )
    view = mdfe.view(groups_of("mdfe", after={"infDoc/infMunDescarga": more}))
    assert view["referencias"] == [
        Referencia(papel="transportado", chave=chave) for chave in (NFE, CTE, MDFE)
    ]
    assert view["detalhes"]["municipios_descarregamento"] == "3509502 3304557"


def test_the_road_modal_names_registry_ciot_and_who_contracts(groups_of: GroupsOf) -> None:
    antt = (
        "<infANTT><RNTRC>12345678</RNTRC>"
        "<infCIOT><CIOT>111111111111</CIOT><CPF>11144477735</CPF></infCIOT>"
        "<infCIOT><CIOT>222222222222</CIOT><CPF>11144477735</CPF></infCIOT>"
        "<infContratante><xNome>UM</xNome><CPF>11144477735</CPF></infContratante>"
        "<infContratante><CNPJ>11222333000181</CNPJ></infContratante></infANTT>"
    )
    trailers = "".join(f"<veicReboque><placa>{p}</placa></veicReboque>" for p in ("AAA1", "BBB2"))
    grupo = groups_of("mdfe", after={"infModal/rodo/veicTracao": antt + trailers})
    view = mdfe.view(grupo)
    details = view["detalhes"]
    assert details["rntrc"] == "12345678"
    assert details["ciot"] == "111111111111 222222222222"
    assert details["placas_reboques"] == "AAA1 BBB2"
    assert view["participantes"] == {
        "emitente": EMITENTE,
        "contratante": Pessoa(nome="UM", cpf="11144477735"),
        "contratante_2": Pessoa(cnpj="11222333000181"),
    }


def test_the_registry_beside_the_vehicle_of_layout_1_00_is_found(groups_of: GroupsOf) -> None:
    after = {"infModal/rodo/veicTracao": "<RNTRC>01263488</RNTRC>"}
    assert mdfe.view(groups_of("mdfe", after=after))["detalhes"]["rntrc"] == "01263488"


def test_the_owner_of_the_vehicle_and_its_registry_are_not_the_emitter_s(
    groups_of: GroupsOf,
) -> None:
    owner = (
        "<prop><CPF>11144477735</CPF><RNTRC>87654321</RNTRC><xNome>DONO</xNome><UF>PR</UF></prop>"
    )
    view = mdfe.view(groups_of("mdfe", after={"infModal/rodo/veicTracao/capKG": owner}))
    assert view["participantes"]["proprietario_veiculo"] == Pessoa(
        cpf="11144477735", nome="DONO", endereco=Endereco(uf="PR")
    )
    assert "rntrc" not in view["detalhes"]


def test_an_mdfe_names_the_insurance_of_the_load(groups_of: GroupsOf) -> None:
    insurance = (
        "<seg><infResp><respSeg>1</respSeg></infResp>"
        "<infSeg><xSeg>SEGURADORA FICTICIA</xSeg><CNPJ>11222333000181</CNPJ></infSeg>"
        "<nApol>AP-1</nApol></seg>"
    )
    view = mdfe.view(groups_of("mdfe", after={"infDoc": insurance}))
    assert view["participantes"]["seguradora"] == Pessoa(
        cnpj="11222333000181", nome="SEGURADORA FICTICIA"
    )
    assert view["detalhes"]["apolice"] == "AP-1"
    assert view["detalhes"]["responsavel_seguro"] == "1"


def test_an_mdfe_keeps_what_its_emitter_adds(groups_of: GroupsOf) -> None:
    extra = "<infAdic><infAdFisco>PARA O FISCO</infAdFisco><infCpl>LIVRE</infCpl></infAdic>"
    view = mdfe.view(groups_of("mdfe", after={"tot": extra}))
    assert view["informacoes"] == "LIVRE"
    assert view["detalhes"]["informacoes_fisco"] == "PARA O FISCO"


def test_the_modals_other_than_road_have_details_of_their_own() -> None:
    air = "<aereo><matr>PTABC</matr><nVoo>FI1234</nVoo><cAerEmb>GRU</cAerEmb></aereo>"
    rail = "<ferrov><trem><xPref>T1</xPref><xOri>A</xOri><xDest>B</xDest></trem></ferrov>"
    water = "<aquav><xEmbar>BARCO</xEmbar><nViag>7</nViag><cPrtEmb>BRSSZ</cPrtEmb></aquav>"
    found = [
        mdfe.view(group(f"<infMDFe><infModal>{modal}</infModal></infMDFe>"))["detalhes"]
        for modal in (air, rail, water)
    ]
    assert found == [
        {"matricula_aeronave": "PTABC", "voo": "FI1234", "aerodromo_embarque": "GRU"},
        {"prefixo_trem": "T1", "origem_trem": "A", "destino_trem": "B"},
        {"embarcacao": "BARCO", "viagem": "7", "porto_embarque": "BRSSZ"},
    ]


def test_a_bpe_names_the_passenger_the_trip_and_what_it_costs(groups_of: GroupsOf) -> None:
    common = {"cst": "000", "classificacao": "000001", "base": "88.00"}
    assert bpe.view(groups_of("bpe")) == {
        "serie": "1",
        "numero": "801",
        "participantes": {
            "emitente": msgspec.structs.replace(
                EMITENTE,
                cnpj="98765432000198",
                nome="TRANSPORTADORA FICTICIA LTDA",
                ie="369258143114",
                crt="3",
            )
        },
        "itens": [Item(codigo="01", valor="100.00")],
        "totais": {
            "documento": "100.00",
            "desconto": "0.00",
            "pagamento": "100.00",
            "troco": "0.00",
        },
        "impostos": {
            "icms": Tributo(cst="00", base="100.00", aliquota="12.00", valor="12.00"),
            "ibs": Tributo(base="88.00", valor="0.09"),
            "ibs_uf": Tributo(**common, aliquota="0.1000", valor="0.09"),
            "ibs_municipio": Tributo(**common, aliquota="0.0000", valor="0.00"),
            "cbs": Tributo(**common, aliquota="0.9000", valor="0.79"),
        },
        "pagamentos": [Pagamento(forma="01", valor="100.00")],
        "detalhes": {
            "modal": "1",
            "tipo_bilhete": "0",
            "tipo_emissao": "1",
            "presenca": "1",
            "uf_inicio": "SP",
            "codigo_municipio_inicio": "3550308",
            "uf_fim": "SP",
            "codigo_municipio_fim": "3509502",
            "codigo_origem": "3550308",
            "origem": "SAO PAULO",
            "codigo_destino": "3509502",
            "destino": "CAMPINAS",
            "embarque": "2026-11-13T08:00:00-03:00",
            "validade": "2027-11-12T07:00:00-03:00",
            "nome_passageiro": "PASSAGEIRA FICTICIA",
            "cpf_passageiro": "11144477735",
            "tipo_documento": "1",
            "documento": "123456789",
            "codigo_percurso": "1",
            "percurso": "SAO PAULO - CAMPINAS",
            "viagem": "2026-11-13T08:00:00-03:00",
            "tipo_viagem": "00",
            "tipo_servico": "1",
            "tipo_acomodacao": "1",
            "tipo_trecho": "1",
            "poltrona": "12",
        },
        "referencias": [],
        "informacoes": None,
    }


def test_departure_and_reference_of_a_trip_are_two_times(groups_of: GroupsOf) -> None:
    later = "2026-11-13T09:30:00-03:00"
    view = bpe.view(groups_of("bpe", changes={"infViagem/dhViagem": later}))
    assert view["detalhes"]["viagem"] == later
    assert view["detalhes"]["embarque"] == "2026-11-13T08:00:00-03:00"


def test_a_bpe_names_buyer_agency_and_the_ticket_it_replaces(groups_of: GroupsOf) -> None:
    groups = (
        "<comp><xNome>COMPRADOR</xNome><CPF>11144477735</CPF>"
        "<enderComp><UF>SP</UF></enderComp></comp>"
        "<agencia><xNome>AGENCIA</xNome><CNPJ>11222333000181</CNPJ></agencia>"
        f"<infBPeSub><chBPe>{OUTRA}</chBPe><tpSub>1</tpSub></infBPeSub>"
    )
    view = bpe.view(groups_of("bpe", after={"emit": groups}))
    assert view["participantes"]["comprador"] == Pessoa(
        nome="COMPRADOR", cpf="11144477735", endereco=Endereco(uf="SP")
    )
    assert view["participantes"]["agencia"] == Pessoa(nome="AGENCIA", cnpj="11222333000181")
    assert view["referencias"] == [Referencia(papel="substituido", chave=OUTRA)]
    assert view["detalhes"]["tipo_substituicao"] == "1"


def test_each_component_and_each_payment_of_a_bpe_is_kept(groups_of: GroupsOf) -> None:
    card = "<card><tpIntegra>1</tpIntegra><tBand>01</tBand><cAut>A1</cAut></card>"
    after = {
        "infValorBPe/Comp": "<Comp><tpComp>03</tpComp><vComp>4.50</vComp></Comp>",
        "pag": f"<pag><tPag>03</tPag><vPag>4.50</vPag>{card}</pag>",
    }
    view = bpe.view(groups_of("bpe", after=after))
    assert view["itens"] == [
        Item(codigo="01", valor="100.00"),
        Item(codigo="03", valor="4.50"),
    ]
    assert view["pagamentos"] == [
        Pagamento(forma="01", valor="100.00"),
        Pagamento(forma="03", valor="4.50", bandeira="01", autorizacao="A1"),
    ]


def test_the_share_of_the_uf_where_a_trip_ends_is_told(groups_of: GroupsOf) -> None:
    share = (
        "<vTotTrib>15.00</vTotTrib><ICMSUFFim><vBCUFFim>100.00</vBCUFFim><pFCPUFFim>2.00"
        "</pFCPUFFim><pICMSUFFim>18.00</pICMSUFFim><pICMSInter>12.00</pICMSInter>"
        "<vFCPUFFim>2.01</vFCPUFFim><vICMSUFFim>6.01</vICMSUFFim><vICMSUFIni>0.00</vICMSUFIni>"
        "</ICMSUFFim><vTotDFe>100.88</vTotDFe>"
    )
    view = bpe.view(groups_of("bpe", after={"imp/ICMS": share}))
    assert view["impostos"]["icms_uf_destino"] == Tributo(
        base="100.00", aliquota="18.00", valor="6.01"
    )
    assert view["impostos"]["fcp"] == Tributo(aliquota="2.00", valor="2.01")
    assert view["totais"]["tributos_aproximados"] == "15.00"
    assert view["totais"]["documento_com_tributos_por_fora"] == "100.88"


def test_a_metropolitan_bpe_has_its_journeys_as_items() -> None:
    journey = (
        '<det nViagem="4"><qPass>3</qPass><vBP>15.00</vBP><imp><ICMS><ICMS45><CST>40</CST>'
        "</ICMS45></ICMS></imp></det>"
    )
    total = (
        "<total><qPass>3</qPass><vBP>15.00</vBP><ICMSTot><vBC>0.00</vBC><vICMS>0.00</vICMS>"
        "</ICMSTot><IBSCBSTot><vBCIBSCBS>14.00</vBCIBSCBS><gIBS><vIBS>0.01</vIBS></gIBS>"
        "</IBSCBSTot></total>"
    )
    view = bpe.view(group(f"<infBPe><detBPeTM>{journey}</detBPeTM>{total}</infBPe>"))
    assert view["itens"] == [
        Item(numero="4", quantidade="3", valor="15.00", impostos={"icms": Tributo(cst="40")})
    ]
    assert view["totais"] == {"documento": "15.00", "quantidade_passagens": "3"}
    assert view["impostos"] == {
        "icms": Tributo(base="0.00", valor="0.00"),
        "ibs": Tributo(base="14.00", valor="0.01"),
        "cbs": Tributo(base="14.00"),
    }


def test_a_bpe_by_air_names_the_flight_and_its_airports() -> None:
    trip = (
        "<infViagem><nroVoo>FI1234</nroVoo><SiglaCiaOperVoo>FI</SiglaCiaOperVoo>"
        "<cAeroOrig>GRU</cAeroOrig><cAeroDest>REC</cAeroDest></infViagem>"
        f"<infBPeVinculado><chBPeMultiplo>{OUTRA}</chBPeMultiplo></infBPeVinculado>"
        "<imp><vINSSRet>1.10</vINSSRet></imp>"
    )
    view = bpe.view(group(f"<infBPe>{trip}</infBPe>"))
    assert view["detalhes"] == {
        "codigo_origem": "GRU",
        "codigo_destino": "REC",
        "voo": "FI1234",
        "companhia_aerea": "FI",
    }
    assert view["impostos"] == {"inss": Tributo(retido="1.10")}
    assert view["referencias"] == [Referencia(papel="vinculado", chave=OUTRA)]


def test_an_nf3e_names_the_place_of_use_the_readings_and_the_bill(groups_of: GroupsOf) -> None:
    view = nf3e.view(groups_of("nf3e"))
    assert view["serie"] == "1"
    assert view["numero"] == "901"
    assert view["finalidade"] == "1"
    assert view["participantes"] == {"emitente": EMITENTE, "destinatario": DESTINATARIO}
    assert view["referencias"] == []
    assert view["detalhes"] == {
        "codigo_municipio_fato_gerador": "3509502",
        "tipo_emissao": "1",
        "competencia": "202611",
        "vencimento": "2026-12-10",
        "linha_digitavel": "123456789",
        "debito_automatico": "123456",
        "id_acesso": "UC12345",
        "tipo_acesso": "1",
        "tipo_classe": "02",
        "tipo_subclasse": "99",
        "tipo_fase": "1",
        "grupo_tensao": "09",
        "modalidade_tarifaria": "01",
        "medidor": "MED123",
        "leitura_anterior": "2026-10-10",
        "leitura_atual": "2026-11-10",
        "proxima_leitura": "2026-12-10",
    }


def test_an_nf3e_has_its_items_with_their_taxes(groups_of: GroupsOf) -> None:
    common = {"cst": "000", "classificacao": "000001", "base": "148.83"}
    assert nf3e.view(groups_of("nf3e"))["itens"] == [
        Item(
            numero="1",
            codigo="ENERGIA",
            descricao="ENERGIA FICTICIA",
            cfop="5253",
            unidade="2",
            quantidade="200.0000",
            valor_unitario="1.00",
            valor="200.00",
            impostos={
                "icms": Tributo(cst="00", base="200.00", aliquota="18.00", valor="36.00"),
                "pis": Tributo(cst="01", base="164.00", aliquota="1.6500", valor="2.71"),
                "cofins": Tributo(cst="01", base="164.00", aliquota="7.6000", valor="12.46"),
                "ibs_uf": Tributo(**common, aliquota="0.1000", valor="0.15"),
                "ibs_municipio": Tributo(**common, aliquota="0.0000", valor="0.00"),
                "cbs": Tributo(**common, aliquota="0.9000", valor="1.34"),
            },
        )
    ]


def test_an_nf3e_has_the_totals_of_the_whole(groups_of: GroupsOf) -> None:
    changes = {
        "total/vNF": "199.00",
        "total/ICMSTot/vBCST": "1.01",
        "total/ICMSTot/vST": "1.02",
        "total/ICMSTot/vFCP": "1.03",
        "total/ICMSTot/vFCPST": "1.04",
        "total/vRetTribTot/vRetPIS": "1.05",
        "total/vRetTribTot/vRetCofins": "1.06",
        "total/vRetTribTot/vRetCSLL": "1.07",
        "total/vRetTribTot/vIRRF": "1.08",
        "total/vPISEfet": "1.09",
        "total/vCOFINSEfet": "1.10",
    }
    after = {"total/IBSCBSTot": "<vTotDFe>200.49</vTotDFe>"}
    view = nf3e.view(groups_of("nf3e", changes=changes, after=after))
    assert view["totais"] == {
        "documento": "199.00",
        "produtos": "200.00",
        "documento_com_tributos_por_fora": "200.49",
    }
    assert view["impostos"] == {
        "icms": Tributo(base="200.00", valor="36.00", desonerado="0.00"),
        "icms_st": Tributo(base="1.01", valor="1.02"),
        "fcp": Tributo(valor="1.03"),
        "fcp_st": Tributo(valor="1.04"),
        "pis": Tributo(valor="2.71", retido="1.05"),
        "pis_efetivo": Tributo(valor="1.09"),
        "cofins": Tributo(valor="12.46", retido="1.06"),
        "cofins_efetivo": Tributo(valor="1.10"),
        "csll": Tributo(retido="1.07"),
        "irrf": Tributo(retido="1.08"),
        "ibs_uf": Tributo(valor="0.15", diferido="0.00", devolvido="0.00"),
        "ibs_municipio": Tributo(valor="0.00", diferido="0.00", devolvido="0.00"),
        "ibs": Tributo(base="148.83", valor="0.15"),
        "cbs": Tributo(base="148.83", valor="1.34", diferido="0.00", devolvido="0.00"),
    }


@pytest.mark.parametrize(
    ("icms", "expected"),
    [
        (
            "<ICMS10><CST>10</CST><vBCST>1.01</vBCST><pICMSST>18.00</pICMSST><vICMSST>1.02"
            "</vICMSST><pFCPST>2.00</pFCPST><vFCPST>1.03</vFCPST></ICMS10>",
            {
                "icms": Tributo(cst="10"),
                "icms_st": Tributo(base="1.01", aliquota="18.00", valor="1.02"),
                "fcp_st": Tributo(aliquota="2.00", valor="1.03"),
            },
        ),
        (
            "<ICMS20><CST>20</CST><pRedBC>10.00</pRedBC><vBC>1.01</vBC><pICMS>18.00</pICMS>"
            "<vICMS>1.02</vICMS><vICMSDeson>1.03</vICMSDeson><pFCP>2.00</pFCP><vFCP>1.04</vFCP>"
            "</ICMS20>",
            {
                "icms": Tributo(
                    cst="20", base="1.01", aliquota="18.00", valor="1.02", desonerado="1.03"
                ),
                "fcp": Tributo(aliquota="2.00", valor="1.04"),
            },
        ),
        (
            "<ICMS60><CST>60</CST><vBCSTRet>1.01</vBCSTRet><pICMSSTRet>18.00</pICMSSTRet>"
            "<vICMSSTRet>1.02</vICMSSTRet><vBCFCPSTRet>1.03</vBCFCPSTRet><pFCPSTRet>2.00"
            "</pFCPSTRet><vFCPSTRet>1.04</vFCPSTRet><vBCEfet>1.05</vBCEfet><pICMSEfet>17.00"
            "</pICMSEfet><vICMSEfet>1.06</vICMSEfet></ICMS60>",
            {
                "icms": Tributo(cst="60"),
                "icms_st_retido": Tributo(base="1.01", aliquota="18.00", valor="1.02"),
                "fcp_st_retido": Tributo(base="1.03", aliquota="2.00", valor="1.04"),
                "icms_efetivo": Tributo(base="1.05", aliquota="17.00", valor="1.06"),
            },
        ),
        ("<indSemCST>1</indSemCST>", {}),
    ],
)
def test_the_forms_of_icms_of_an_nf3e_are_told_apart(
    icms: str, expected: dict[str, Tributo]
) -> None:
    item = f"<detItem><prod/><imposto>{icms}<PIS><CST>07</CST></PIS></imposto></detItem>"
    (read,) = nf3e.view(group(f"<inf><NFdet><det>{item}</det></NFdet></inf>"))["itens"]
    assert read.impostos == expected | {"pis": Tributo(cst="07")}


def test_what_is_retained_or_effective_of_an_nf3e_s_item_is_told(groups_of: GroupsOf) -> None:
    effective = (
        "<PISEfet><vBCPISEfet>9.01</vBCPISEfet><pPISEfet>1.0000</pPISEfet><vPISEfet>9.02"
        "</vPISEfet></PISEfet><COFINSEfet><vBCCOFINSEfet>9.03</vBCCOFINSEfet><pCOFINSEfet>3.0000"
        "</pCOFINSEfet><vCOFINSEfet>9.04</vCOFINSEfet></COFINSEfet>"
    )
    where = "NFdet/det/detItem/imposto/COFINS"
    (item,) = nf3e.view(groups_of("nf3e", after={where: effective + RETIDOS}))["itens"]
    assert item.impostos is not None
    assert item.impostos["pis"].retido == "0.11"
    assert item.impostos["cofins"].retido == "0.22"
    assert item.impostos["csll"] == Tributo(retido="0.33")
    assert item.impostos["irrf"] == Tributo(base="90.00", retido="0.44")
    assert item.impostos["pis_efetivo"] == Tributo(base="9.01", aliquota="1.0000", valor="9.02")
    assert item.impostos["cofins_efetivo"] == Tributo(base="9.03", aliquota="3.0000", valor="9.04")


def test_the_items_of_an_earlier_nf3e_are_not_those_of_the_one_that_adjusts_it() -> None:
    notes = (
        f'<NFdet chNF3eAnt="{OUTRA}"><det nItem="1"><detItemAnt nItemAnt="1"><vProd>9.00</vProd>'
        "<retTrib><vIRRF>1.00</vIRRF></retTrib></detItemAnt></det>"
        '<det nItem="2"><detItem><prod><vProd>8.00</vProd></prod>'
        "<infAdProd>NOVO</infAdProd></detItem></det></NFdet>"
        f'<NFdet chNF3eAnt="{MAIS_UMA}"><det nItem="3"><detItem><prod><vProd>7.00</vProd></prod>'
        "</detItem></det></NFdet>"
    )
    view = nf3e.view(group(f"<infNF3e>{notes}</infNF3e>"))
    assert view["itens"] == [
        Item(numero="2", valor="8.00", informacoes="NOVO"),
        Item(numero="3", valor="7.00"),
    ]
    assert view["referencias"] == [
        Referencia(papel="ajustado", chave=OUTRA),
        Referencia(papel="ajustado", chave=MAIS_UMA),
    ]


def test_an_nf3e_references_what_it_replaces_and_what_a_court_separated(
    groups_of: GroupsOf,
) -> None:
    groups = (
        f"<gSub><chNF3e>{OUTRA}</chNF3e><motSub>01</motSub></gSub>"
        f"<gJudic><chNF3e>{MAIS_UMA}</chNF3e></gJudic>"
    )
    view = nf3e.view(groups_of("nf3e", after={"acessante": groups}))
    assert view["referencias"] == [
        Referencia(papel="substituido", chave=OUTRA),
        Referencia(papel="separado_por_decisao_judicial", chave=MAIS_UMA),
    ]
    assert view["detalhes"]["motivo_substituicao"] == "01"


def test_a_note_on_paper_that_an_nf3e_replaces_has_no_chave(groups_of: GroupsOf) -> None:
    paper = (
        "<gSub><gNF><CNPJ>12345678000195</CNPJ><serie>U</serie><nNF>77</nNF><CompetEmis>202001"
        "</CompetEmis><CompetApur>202002</CompetApur></gNF><motSub>02</motSub></gSub>"
    )
    view = nf3e.view(groups_of("nf3e", after={"acessante": paper}))
    assert view["referencias"] == [
        Referencia(
            papel="substituido", cnpj="12345678000195", serie="U", numero="77", emissao="202001"
        )
    ]


def test_information_that_repeats_has_a_line_each(groups_of: GroupsOf) -> None:
    extra = "<infAdic><infCpl>UMA</infCpl><infCpl>OUTRA</infCpl></infAdic>"
    views = (
        nf3e.view(groups_of("nf3e", after={"gANEEL": extra})),
        nfcom.view(groups_of("nfcom", after={"gFat": extra})),
    )
    assert [view["informacoes"] for view in views] == ["UMA\nOUTRA", "UMA\nOUTRA"]


def test_an_nfcom_names_the_subscriber_and_the_bill(groups_of: GroupsOf) -> None:
    view = nfcom.view(groups_of("nfcom"))
    assert view["serie"] == "1"
    assert view["numero"] == "1101"
    assert view["finalidade"] == "0"
    assert DESTINATARIO.endereco is not None
    abroad = msgspec.structs.replace(DESTINATARIO.endereco, codigo_pais="1058", pais="BRASIL")
    assert view["participantes"] == {
        "emitente": msgspec.structs.replace(EMITENTE, crt="3"),
        "destinatario": msgspec.structs.replace(DESTINATARIO, endereco=abroad),
    }
    assert view["referencias"] == []
    assert view["detalhes"] == {
        "codigo_municipio_fato_gerador": "3509502",
        "tipo_emissao": "1",
        "competencia": "202611",
        "vencimento": "2026-12-10",
        "linha_digitavel": "123456789",
        "tipo_faturamento": "0",
        "codigo_assinante": "12345",
        "tipo_assinante": "1",
        "tipo_servico": "4",
        "contrato": "C-123",
        "inicio_contrato": "2026-01-01",
    }


def test_an_nfcom_has_its_items_with_their_taxes(groups_of: GroupsOf) -> None:
    funds = (
        "<FUST><vBC>99.00</vBC><pFUST>1.0000</pFUST><vFUST>0.99</vFUST></FUST>"
        "<FUNTTEL><vBC>98.00</vBC><pFUNTTEL>0.5000</pFUNTTEL><vFUNTTEL>0.49</vFUNTTEL></FUNTTEL>"
    )
    after = {
        "det/prod/vItem": "<vDesc>3.00</vDesc><vOutro>2.00</vOutro>",
        "det/imposto/COFINS": funds + RETIDOS,
    }
    common = {"cst": "000", "classificacao": "000001", "base": "78.35"}
    assert nfcom.view(groups_of("nfcom", after=after))["itens"] == [
        Item(
            numero="1",
            codigo="INTERNET",
            descricao="ACESSO FICTICIO A INTERNET",
            cfop="5303",
            unidade="4",
            quantidade="1.0000",
            valor_unitario="100.00",
            valor="100.00",
            desconto="3.00",
            outros="2.00",
            impostos={
                "icms": Tributo(cst="00", base="100.00", aliquota="18.00", valor="18.00"),
                "pis": Tributo(
                    cst="01", base="100.00", aliquota="0.6500", valor="0.65", retido="0.11"
                ),
                "cofins": Tributo(
                    cst="01", base="100.00", aliquota="3.0000", valor="3.00", retido="0.22"
                ),
                "csll": Tributo(retido="0.33"),
                "irrf": Tributo(base="90.00", retido="0.44"),
                "fust": Tributo(base="99.00", aliquota="1.0000", valor="0.99"),
                "funttel": Tributo(base="98.00", aliquota="0.5000", valor="0.49"),
                "ibs_uf": Tributo(**common, aliquota="0.1000", valor="0.08"),
                "ibs_municipio": Tributo(**common, aliquota="0.0000", valor="0.00"),
                "cbs": Tributo(**common, aliquota="0.9000", valor="0.71"),
            },
        )
    ]


def test_an_nfcom_has_the_totals_of_the_whole(groups_of: GroupsOf) -> None:
    changes = {
        "total/vNF": "99.50",
        "total/vDesc": "1.50",
        "total/vOutro": "1.00",
        "total/vFUST": "1.01",
        "total/vFUNTTEL": "1.02",
        "total/ICMSTot/vFCP": "1.03",
        "total/vRetTribTot/vRetPIS": "1.05",
        "total/vRetTribTot/vRetCofins": "1.06",
        "total/vRetTribTot/vRetCSLL": "1.07",
        "total/vRetTribTot/vIRRF": "1.08",
    }
    view = nfcom.view(groups_of("nfcom", changes=changes))
    assert view["totais"] == {
        "documento": "99.50",
        "produtos": "100.00",
        "desconto": "1.50",
        "outros": "1.00",
    }
    assert view["impostos"] == {
        "icms": Tributo(base="100.00", valor="18.00", desonerado="0.00"),
        "fcp": Tributo(valor="1.03"),
        "pis": Tributo(valor="0.65", retido="1.05"),
        "cofins": Tributo(valor="3.00", retido="1.06"),
        "csll": Tributo(retido="1.07"),
        "irrf": Tributo(retido="1.08"),
        "fust": Tributo(valor="1.01"),
        "funttel": Tributo(valor="1.02"),
        "ibs_uf": Tributo(valor="0.08", diferido="0.00", devolvido="0.00"),
        "ibs_municipio": Tributo(valor="0.00", diferido="0.00", devolvido="0.00"),
        "ibs": Tributo(base="78.35", valor="0.08"),
        "cbs": Tributo(base="78.35", valor="0.71", diferido="0.00", devolvido="0.00"),
    }


def test_the_shares_of_several_ufs_of_an_nfcom_do_not_hide_each_other() -> None:
    def taxes_of(*ufs: str) -> dict[str, Tributo] | None:
        shares = "".join(
            f'<ICMSUFDest cUFDest="{uf}"><vBCUFDest>{uf}.01</vBCUFDest><pFCPUFDest>2.00'
            f"</pFCPUFDest><pICMSUFDest>18.00</pICMSUFDest><vFCPUFDest>{uf}.02</vFCPUFDest>"
            f"<vICMSUFDest>{uf}.03</vICMSUFDest></ICMSUFDest>"
            for uf in ufs
        )
        xml = f"<infNFCom><det><imposto>{shares}</imposto></det></infNFCom>"
        (item,) = nfcom.view(group(xml))["itens"]
        return item.impostos

    rio, minas = (
        (
            Tributo(base=f"{uf}.01", aliquota="18.00", valor=f"{uf}.03"),
            Tributo(aliquota="2.00", valor=f"{uf}.02"),
        )
        for uf in ("33", "31")
    )
    assert taxes_of("33") == {"icms_uf_destino": rio[0], "fcp_uf_destino": rio[1]}
    assert taxes_of("33", "31") == {
        "icms_uf_destino_33": rio[0],
        "fcp_uf_destino_33": rio[1],
        "icms_uf_destino_31": minas[0],
        "fcp_uf_destino_31": minas[1],
    }


def test_an_nfcom_references_what_it_replaces_bills_for_or_adjusts(groups_of: GroupsOf) -> None:
    groups = (
        f"<gSub><chNFCom>{OUTRA}</chNFCom><motSub>01</motSub></gSub>"
        "<gCofat><gNF><CNPJ>12345678000195</CNPJ><mod>22</mod><serie>U</serie><nNF>77</nNF>"
        "<CompetEmis>202001</CompetEmis></gNF></gCofat>"
        f'<det chNFComAnt="{MAIS_UMA}" nItem="9"/>'
        f'<det chNFComAnt="{MAIS_UMA}" nItem="8"><prod><cProd>X</cProd></prod></det>'
    )
    view = nfcom.view(groups_of("nfcom", after={"assinante": groups}))
    assert view["referencias"] == [
        Referencia(papel="substituido", chave=OUTRA),
        Referencia(papel="ajustado", chave=MAIS_UMA),
        Referencia(
            papel="cofaturado",
            cnpj="12345678000195",
            modelo="22",
            serie="U",
            numero="77",
            emissao="202001",
        ),
    ]


def test_the_note_of_the_local_operator_is_a_reference(groups_of: GroupsOf) -> None:
    local = f"<gCofat><chNFComLocal>{OUTRA}</chNFComLocal></gCofat>"
    view = nfcom.view(groups_of("nfcom", after={"assinante": local}))
    assert view["referencias"] == [Referencia(papel="cofaturado", chave=OUTRA)]
