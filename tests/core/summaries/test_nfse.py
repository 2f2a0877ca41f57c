"""The views of NFS-e and DPS, and of the DC-e."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest
from lxml import etree

from factory import build
from fiscalxml.documents.ramos import Ramo
from fiscalxml.summaries import dce, nfse
from fiscalxml.summaries.parts import Endereco, Pessoa, Referencia, Tributo
from fiscalxml.summaries.resumo import Item, Vista

Groups = Callable[..., Ramo]

CHAVE = "35095022212345678000195000000000120126114172935687"
OUTRA_CHAVE = "35095022212345678000195000000000120226114172935680"
NFE = "35261112345678000195550010000000011000000017"
FEDERAIS = (
    "<tribFed><piscofins><CST>01</CST><vBCPisCofins>990.00</vBCPisCofins>"
    "<pAliqPis>0.65</pAliqPis><pAliqCofins>3.00</pAliqCofins><vPis>6.44</vPis>"
    "<vCofins>29.70</vCofins><tpRetPisCofins>3</tpRetPisCofins></piscofins>"
    "<vRetCP>110.00</vRetCP><vRetIRRF>15.00</vRetIRRF><vRetCSLL>46.50</vRetCSLL></tribFed>"
)
DESCONTOS = (
    "<vDescCondIncond><vDescIncond>7.00</vDescIncond><vDescCond>3.00</vDescCond></vDescCondIncond>"
)
PERCENTUAIS = (
    "<pTotTrib><pTotTribFed>13.45</pTotTribFed><pTotTribEst>0.01</pTotTribEst>"
    "<pTotTribMun>2.02</pTotTribMun></pTotTrib>"
)
APROXIMADOS = (
    "<vTotTrib><vTotTribFed>134.50</vTotTribFed><vTotTribEst>0.10</vTotTribEst>"
    "<vTotTribMun>20.20</vTotTribMun></vTotTrib>"
)
CAMPINAS = Endereco(
    logradouro="RUA IMAGINARIA",
    numero="200",
    bairro="CENTRO",
    codigo_municipio="3509502",
    cep="13010000",
)
IBS_UF = Tributo(cst="000", classificacao="000001", base="980.00", aliquota="0.10", valor="0.98")


@pytest.fixture
def full(groups_of: Groups) -> Vista:
    """The view of an NFS-e with all federal taxes, withheld ISS and discounts."""
    return nfse.view(groups_of("nfse", **_full()))


def test_an_nfse_has_its_own_number_and_names_its_dps(groups_of: Groups) -> None:
    view = nfse.view(groups_of("nfse"))
    assert (view["serie"], view["numero"], view["finalidade"]) == (None, "1201", "0")
    assert view["detalhes"]["serie_dps"] == "00001"
    assert view["detalhes"]["numero_dps"] == "1301"
    assert view["detalhes"]["emissao_dps"] == "2026-11-12T14:00:00-03:00"


def test_a_bare_dps_has_its_serie_and_number(groups_of: Groups) -> None:
    view = nfse.view(groups_of("dps"))
    assert (view["serie"], view["numero"], view["finalidade"]) == ("00001", "1301", "0")
    assert "numero_dps" not in view["detalhes"]


def test_the_parties_are_read_with_their_addresses(groups_of: Groups) -> None:
    interm = "<interm><CPF>11144477735</CPF><xNome>INTERMEDIARIO</xNome><fone>19999</fone></interm>"
    view = nfse.view(groups_of("nfse", after={"DPS/infDPS/toma": interm}))
    assert view["participantes"] == {
        "emitente": Pessoa(
            cnpj="12345678000195",
            im="123456",
            nome="EMPRESA FICTICIA LTDA",
            endereco=msgspec.structs.replace(CAMPINAS, uf="SP"),
        ),
        "prestador": Pessoa(cnpj="12345678000195", im="123456"),
        "tomador": Pessoa(
            cnpj="11222333000181", nome="COMPRADORA IMAGINARIA SA", endereco=CAMPINAS
        ),
        "intermediario": Pessoa(cpf="11144477735", nome="INTERMEDIARIO", telefone="19999"),
    }


def test_a_destinatario_abroad_has_its_town_and_region(groups_of: Groups) -> None:
    dest = (
        "<dest><NIF>PT123</NIF><xNome>LONGE LDA</xNome><end><endExt><cPais>PT</cPais>"
        "<cEndPost>1000-001</cEndPost><xCidade>LISBOA</xCidade><xEstProvReg>ESTREMADURA"
        "</xEstProvReg></endExt><xLgr>RUA AUREA</xLgr><nro>1</nro><xBairro>BAIXA</xBairro></end>"
        "</dest>"
    )
    view = nfse.view(groups_of("dps", after={"IBSCBS/indDest": dest}))
    assert view["participantes"]["destinatario"] == Pessoa(
        id_estrangeiro="PT123",
        nome="LONGE LDA",
        endereco=Endereco(
            logradouro="RUA AUREA",
            numero="1",
            bairro="BAIXA",
            municipio="LISBOA",
            uf="ESTREMADURA",
            cep="1000-001",
            codigo_pais="PT",
        ),
    )


def test_the_service_is_the_one_item_with_the_taxes_of_the_whole(full: Vista) -> None:
    assert full["itens"] == [
        Item(
            codigo="010101",
            descricao="Desenvolvimento de sistema fictício",
            valor="1000.00",
            pedido="P-7",
            informacoes="Contrato 12 & aditivo",
            impostos=full["impostos"],
        )
    ]


def test_the_totals_of_an_nfse_are_those_it_states(full: Vista) -> None:
    assert full["totais"] == {
        "documento": "798.70",
        "documento_com_tributos_por_fora": "1000.00",
        "servicos": "1000.00",
        "desconto_incondicionado": "7.00",
        "desconto_condicionado": "3.00",
        "base": "1000.00",
        "retencoes": "191.30",
        "tributos_aproximados_federais": "134.50",
        "tributos_aproximados_estaduais": "0.10",
        "tributos_aproximados_municipais": "20.20",
    }


def test_the_amount_of_a_dps_is_that_of_its_service(groups_of: Groups) -> None:
    assert nfse.view(groups_of("dps"))["totais"] == {"documento": "1000.00", "servicos": "1000.00"}


def test_the_assessed_deductions_come_before_the_declared(groups_of: Groups) -> None:
    declared = {"DPS/infDPS/valores/vServPrest": "<vDedRed><vDR>50.00</vDR></vDedRed>"}
    view = nfse.view(groups_of("nfse", after=declared))
    assert view["totais"]["deducoes"] == "50.00"
    assessed = {"valores/vBC": "<vCalcDR>40.00</vCalcDR>"}
    view = nfse.view(groups_of("nfse", after=declared | assessed))
    assert view["totais"]["deducoes"] == "40.00"


def test_each_tax_has_its_own_label(full: Vista) -> None:
    assert full["impostos"] == {
        "iss": Tributo(base="1000.00", aliquota="2.00", valor="20.00", retido="20.00"),
        "pis": Tributo(cst="01", base="990.00", aliquota="0.65", valor="6.44"),
        "cofins": Tributo(cst="01", base="990.00", aliquota="3.00", valor="29.70"),
        "irrf": Tributo(retido="15.00"),
        "csll": Tributo(retido="46.50"),
        "previdencia": Tributo(retido="110.00"),
        "ibs_uf": IBS_UF,
        "ibs_municipio": msgspec.structs.replace(IBS_UF, aliquota="0.00", valor="0.00"),
        "ibs": msgspec.structs.replace(IBS_UF, aliquota=None, valor="0.98"),
        "cbs": msgspec.structs.replace(IBS_UF, aliquota="0.90", valor="8.82"),
    }


@pytest.mark.parametrize(
    ("tipo", "retido"), [("1", None), ("2", "20.00"), ("3", "20.00"), ("", None)]
)
def test_the_iss_is_withheld_by_tomador_or_intermediario(
    groups_of: Groups, tipo: str, retido: str | None
) -> None:
    changes = {"DPS/infDPS/valores/trib/tribMun/tpRetISSQN": tipo}
    assert nfse.view(groups_of("nfse", changes=changes))["impostos"]["iss"].retido == retido


def test_the_rate_that_a_dps_declares_is_not_taken_for_the_applied(groups_of: Groups) -> None:
    declared = "valores/trib/tribMun/tpRetISSQN"
    dps = nfse.view(groups_of("dps", after={declared: "<pAliq>5.00</pAliq>"}))
    assert dps["impostos"]["iss"] == Tributo(aliquota="5.00")
    note = nfse.view(
        groups_of(
            "nfse",
            after={f"DPS/infDPS/{declared}": "<pAliq>5.00</pAliq>"},
            remove=["valores/pAliqAplic"],
        )
    )
    assert note["impostos"]["iss"] == Tributo(base="1000.00", valor="20.00")
    assert note["detalhes"]["aliquota_iss_informada"] == "5.00"


def test_the_details_have_places_codes_and_regime(groups_of: Groups) -> None:
    after = {
        "valores": "<xOutInf>Lei 1 &lt; 2</xOutInf>",
        "DPS/infDPS/serv/cServ/cTribNac": "<cTribMun>001</cTribMun>",
    }
    assert nfse.view(groups_of("nfse", after=after))["detalhes"] == {
        "serie_dps": "00001",
        "numero_dps": "1301",
        "emissao_dps": "2026-11-12T14:00:00-03:00",
        "processamento": "2026-11-12T14:00:05-03:00",
        "status": "100",
        "numero_dfse": "123456",
        "ambiente_gerador": "2",
        "tipo_emissao": "1",
        "processo_emissao": "1",
        "municipio_emissao": "CAMPINAS",
        "municipio_prestacao": "CAMPINAS",
        "codigo_municipio_incidencia": "3509502",
        "municipio_incidencia": "CAMPINAS",
        "codigo_municipio_incidencia_ibs_cbs": "3509502",
        "municipio_incidencia_ibs_cbs": "CAMPINAS",
        "tributacao_nacional": "Análise e desenvolvimento de sistemas.",
        "descricao_nbs": "Serviços fictícios de desenvolvimento de software",
        "aliquota_efetiva_ibs_uf": "0.10",
        "aliquota_efetiva_ibs_municipio": "0.00",
        "aliquota_efetiva_cbs": "0.90",
        "informacoes_municipio": "Lei 1 < 2",
        "competencia": "2026-11-12",
        "tipo_emitente": "1",
        "codigo_municipio_emissao": "3509502",
        "codigo_municipio_prestacao": "3509502",
        "codigo_tributacao_nacional": "010101",
        "codigo_tributacao_municipal": "001",
        "nbs": "115022000",
        "simples_nacional": "1",
        "regime_especial": "0",
        "tributacao_iss": "1",
        "retencao_iss": "1",
        "indicador_operacao": "100301",
    }


def test_approximate_taxes_in_per_cent_are_no_totals(groups_of: Groups) -> None:
    view = nfse.view(groups_of("dps", **_instead_of_ind_tot_trib(PERCENTUAIS)))
    assert view["totais"] == {"documento": "1000.00", "servicos": "1000.00"}
    percents = {k: v for k, v in view["detalhes"].items() if k.startswith("percentual")}
    assert percents == {
        "percentual_tributos_federais": "13.45",
        "percentual_tributos_estaduais": "0.01",
        "percentual_tributos_municipais": "2.02",
    }


def test_the_notes_it_replaces_and_cites_are_references(groups_of: Groups) -> None:
    subst = (
        f"<subst><chSubstda>{CHAVE}</chSubstda><cMotivo>99</cMotivo><xMotivo>Erro</xMotivo></subst>"
    )
    refs = f"<gRefNFSe><refNFSe>{OUTRA_CHAVE}</refNFSe><refNFSe>{CHAVE}</refNFSe></gRefNFSe>"
    view = nfse.view(
        groups_of("nfse", after={"DPS/infDPS/cLocEmi": subst, "DPS/infDPS/IBSCBS/cIndOp": refs})
    )
    assert view["referencias"] == [
        Referencia(papel="substituido", chave=CHAVE),
        Referencia(papel="referenciado", chave=OUTRA_CHAVE),
        Referencia(papel="referenciado", chave=CHAVE),
    ]
    assert view["detalhes"]["chave_substituida"] == CHAVE
    assert view["detalhes"]["motivo_substituicao"] == "99"
    assert view["detalhes"]["justificativa_substituicao"] == "Erro"


def test_the_documents_of_deductions_and_reimbursements_are_references(groups_of: Groups) -> None:
    deduzidos = (
        f"<vDedRed><documentos><docDedRed><chNFe>{NFE}</chNFe></docDedRed>"
        "<docDedRed><NFNFS><nNFS>12</nNFS><modNFS>2</modNFS><serieNFS>A</serieNFS></NFNFS>"
        "<fornec><CNPJ>11222333000181</CNPJ></fornec></docDedRed></documentos></vDedRed>"
    )
    reembolsados = (
        f"<gReeRepRes><documentos><dFeNacional><chaveDFe>{NFE}</chaveDFe></dFeNacional>"
        "</documentos><documentos><docOutro><nDoc>R-1</nDoc></docOutro></documentos></gReeRepRes>"
    )
    after = {"valores/vServPrest": deduzidos, "IBSCBS/valores/trib": reembolsados}
    assert nfse.view(groups_of("dps", after=after))["referencias"] == [
        Referencia(papel="deduzido", chave=NFE),
        Referencia(papel="deduzido", numero="12", modelo="2", serie="A", cnpj="11222333000181"),
        Referencia(papel="reembolsado", chave=NFE),
        Referencia(papel="reembolsado", numero="R-1"),
    ]


def test_the_informations_are_those_of_the_emitter(full: Vista, groups_of: Groups) -> None:
    assert full["informacoes"] == "Contrato 12 & aditivo"
    assert nfse.view(groups_of("dps"))["informacoes"] is None


def test_every_amount_of_the_view_is_in_the_xml(full: Vista) -> None:
    texts = {element.text for element in etree.fromstring(build("nfse", **_full())).iter()}  # type: ignore[arg-type]
    amounts = [*full["totais"].values(), *_amounts(full["impostos"])]
    for item in full["itens"]:
        amounts += [item.valor or "", *_amounts(item.impostos or {})]
    assert len(amounts) > 50
    assert set(amounts) <= texts


def test_a_dce_has_its_parties_items_and_total() -> None:
    address = "<xLgr>RUA A</xLgr><nro>1</nro><xMun>CAMPINAS</xMun><UF>SP</UF>"
    infdce = (
        "<infDCe><ide><serie>0</serie><nDC>7</nDC><tpEmis>1</tpEmis><tpEmit>2</tpEmit></ide>"
        f"<emit><CNPJ>12345678000195</CNPJ><xNome>LOJA</xNome><enderEmit>{address}</enderEmit></emit>"
        f"<dest><CPF>11144477735</CPF><xNome>FULANA</xNome><enderDest>{address}"
        "<email>fulana@example.com</email></enderDest></dest>"
        '<det nItem="1"><prod><xProd>Livro</xProd><NCM>49</NCM><qCom>1.0000</qCom>'
        "<vUnCom>10.00</vUnCom><vProd>10.00</vProd></prod><infAdProd>Usado</infAdProd></det>"
        "<total><vDC>10.00</vDC></total>"
        "<transp><modTrans>0</modTrans><CNPJTransp>11222333000181</CNPJTransp></transp>"
        "<infAdic><infCpl>Presente</infCpl></infAdic>"
        "<infDec><xObs1>Declaro 1</xObs1><xObs2>Declaro 2</xObs2></infDec></infDCe>"
    )
    endereco = Endereco(logradouro="RUA A", numero="1", municipio="CAMPINAS", uf="SP")
    assert dce.view(Ramo(etree.fromstring(infdce))) == Vista(
        serie="0",
        numero="7",
        participantes={
            "emitente": Pessoa(cnpj="12345678000195", nome="LOJA", endereco=endereco),
            "destinatario": Pessoa(
                cpf="11144477735", nome="FULANA", email="fulana@example.com", endereco=endereco
            ),
            "transportador": Pessoa(cnpj="11222333000181"),
        },
        itens=[
            Item(
                numero="1",
                descricao="Livro",
                ncm="49",
                quantidade="1.0000",
                valor_unitario="10.00",
                valor="10.00",
                informacoes="Usado",
            )
        ],
        totais={"documento": "10.00"},
        detalhes={
            "tipo_emissao": "1",
            "tipo_emitente": "2",
            "modalidade_transporte": "0",
            "declaracao_1": "Declaro 1",
            "declaracao_2": "Declaro 2",
        },
        informacoes="Presente",
    )


def test_an_empty_dce_has_no_parties() -> None:
    view = dce.view(Ramo(etree.fromstring("<infDCe><ide><nDC>7</nDC></ide></infDCe>")))
    assert (view["numero"], view["participantes"], view["itens"]) == ("7", {}, [])


def _full() -> dict[str, object]:
    dps = "DPS/infDPS"
    approximate = _instead_of_ind_tot_trib(APROXIMADOS, f"{dps}/")
    return {
        "changes": {"valores/vLiq": "798.70", f"{dps}/valores/trib/tribMun/tpRetISSQN": "2"},
        "after": {
            "valores/vISSQN": "<vTotalRet>191.30</vTotalRet>",
            f"{dps}/serv/cServ": "<infoCompl><xPed>P-7</xPed>"
            "<xInfComp>Contrato 12 &amp; aditivo</xInfComp></infoCompl>",
            f"{dps}/valores/vServPrest": DESCONTOS,
            f"{dps}/valores/trib/tribMun": FEDERAIS,
            **approximate["after"],
        },
        "remove": approximate["remove"],
    }


def _instead_of_ind_tot_trib(xml: str, where: str = "") -> dict[str, dict[str, str]]:
    path = f"{where}valores/trib/totTrib/indTotTrib"
    return {"after": {path: xml}, "remove": {path: ""}}


def _amounts(impostos: dict[str, Tributo]) -> Iterator[str]:
    """All texts of taxes: amounts, rates and codes."""
    for tributo in impostos.values():
        yield from msgspec.to_builtins(tributo).values()
