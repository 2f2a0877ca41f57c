"""The resumo views of CT-e, CT-e OS, CT-e Simplificado and GTV-e."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from factory import build
from fiscalxml.documents.ramos import Ramo
from fiscalxml.summaries.cte import view
from fiscalxml.summaries.parts import Endereco, Pessoa, Referencia, Tributo
from fiscalxml.summaries.resumo import Item, Parcela

Groups = Callable[..., Ramo]

KINDS = ("cte", "cteos", "ctesimp", "gtve")
NFE = "35261112345678000195550010000010011417293560"
CHAVES = tuple(f"352611123456780001955700100000100114172935{n:02}" for n in range(8))

ENDERECO = (
    "<{0}><xLgr>RUA X</xLgr><nro>1</nro><xBairro>B</xBairro><cMun>3550308</cMun>"
    "<xMun>SAO PAULO</xMun><UF>SP</UF></{0}>"
)
ENDERECO_LIDO = Endereco(
    logradouro="RUA X",
    numero="1",
    bairro="B",
    codigo_municipio="3550308",
    municipio="SAO PAULO",
    uf="SP",
)
TERCEIRO = "<CNPJ>44555666000181</CNPJ><xNome>TERCEIRO SA</xNome><fone>1133334444</fone>"
TERCEIRO_LIDO = Pessoa(
    cnpj="44555666000181", nome="TERCEIRO SA", telefone="1133334444", endereco=ENDERECO_LIDO
)
EXPEDIDOR = (
    f"<exped><CNPJ>22333444000181</CNPJ><xNome>E</xNome>{ENDERECO.format('enderExped')}</exped>"
)
RECEBEDOR = f"<receb><CPF>12345678909</CPF><xNome>R</xNome>{ENDERECO.format('enderReceb')}</receb>"


def icms(conteudo: str) -> dict[str, object]:
    """Options of the factory: this instead of ICMS00."""
    return {"after": {"imp/ICMS/ICMS00": conteudo}, "remove": ["imp/ICMS/ICMS00"]}


def texts_of(value: object) -> Iterator[str]:
    """All texts of a view, without the names."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "papel":  # its own word
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
    elif value is not None:
        yield str(value)


def test_a_cte_has_its_identification(groups_of: Groups) -> None:
    seen = view(groups_of("cte", after={"ide": "<compl><xObs>FRAGIL</xObs></compl>"}))
    assert (seen["serie"], seen["numero"]) == ("1", "301")
    assert seen["natureza"] == "TRANSPORTE DE CARGA"
    assert seen["finalidade"] == "0"
    assert seen["saida"] is None
    assert seen["informacoes"] == "FRAGIL"


@pytest.mark.parametrize(
    ("codigo", "papel"),
    [("0", "remetente"), ("1", "expedidor"), ("2", "recebedor"), ("3", "destinatario")],
)
def test_the_tomador_of_a_cte_is_the_party_that_its_code_names(
    groups_of: Groups, codigo: str, papel: str
) -> None:
    grupo = groups_of(
        "cte", changes={"ide/toma3/toma": codigo}, after={"rem": EXPEDIDOR + RECEBEDOR}
    )
    participantes = view(grupo)["participantes"]
    assert participantes["tomador"] is participantes[papel]


def test_a_tomador_that_is_not_there_is_left_out(groups_of: Groups) -> None:
    participantes = view(groups_of("cte", changes={"ide/toma3/toma": "1"}))["participantes"]
    assert list(participantes) == ["emitente", "remetente", "destinatario"]


def test_the_tomador_of_layout_2_00_is_found_too(groups_of: Groups) -> None:
    grupo = groups_of(
        "cte",
        after={"ide/toma3": "<toma03><toma>3</toma></toma03>"},
        remove=["ide/toma3"],
    )
    participantes = view(grupo)["participantes"]
    assert participantes["tomador"] is participantes["destinatario"]


def test_a_tomador_that_is_another_party_is_described_on_its_own(groups_of: Groups) -> None:
    toma4 = f"<toma4><toma>4</toma>{TERCEIRO}{ENDERECO.format('enderToma')}</toma4>"
    seen = view(groups_of("cte", after={"ide/toma3": toma4}, remove=["ide/toma3"]))
    assert seen["participantes"]["tomador"] == TERCEIRO_LIDO
    assert seen["detalhes"]["papel_tomador"] == "4"


@pytest.mark.parametrize("kind", ["cteos", "ctesimp"])
def test_the_tomador_of_other_services_and_of_the_simplificado_is_its_own_group(
    groups_of: Groups, kind: str
) -> None:
    tomador = view(groups_of(kind))["participantes"]["tomador"]
    assert tomador.cnpj == "12345678000195"
    assert tomador.nome == "EMPRESA FICTICIA LTDA"
    assert tomador.endereco is not None
    assert tomador.endereco.municipio == "SAO PAULO"


@pytest.mark.parametrize(("codigo", "papel"), [("0", "remetente"), ("1", "destinatario")])
def test_the_codes_of_the_tomador_of_a_gtve_are_its_own(
    groups_of: Groups, codigo: str, papel: str
) -> None:
    grupo = groups_of("gtve", changes={"ide/toma/toma": codigo})
    participantes = view(grupo)["participantes"]
    assert participantes["tomador"] is participantes[papel]


def test_a_gtve_may_be_paid_by_a_third_party(groups_of: Groups) -> None:
    terceiro = f"<toma>4</toma>{TERCEIRO}{ENDERECO.format('enderToma')}"
    grupo = groups_of(
        "gtve",
        after={"ide/toma": f"<tomaTerceiro>{terceiro}</tomaTerceiro>"},
        remove=["ide/toma"],
    )
    assert view(grupo)["participantes"]["tomador"] == TERCEIRO_LIDO


def test_origin_and_destination_of_a_gtve_are_addresses(groups_of: Groups) -> None:
    enderecos = ENDERECO.format("origem") + ENDERECO.format("destino")
    participantes = view(groups_of("gtve", after={"dest": enderecos}))["participantes"]
    assert participantes["origem"] == Pessoa(endereco=ENDERECO_LIDO)
    assert participantes["destino"] == Pessoa(endereco=ENDERECO_LIDO)


def test_the_components_of_the_price_are_the_items(groups_of: Groups) -> None:
    pedagio = "<Comp><xNome>PEDAGIO</xNome><vComp>12.3</vComp></Comp>"
    grupo = groups_of("cte", after={"vPrest/Comp": pedagio})
    assert view(grupo)["itens"] == [
        Item(descricao="FRETE VALOR", valor="1000.00"),
        Item(descricao="PEDAGIO", valor="12.3"),
    ]


def test_the_deliveries_of_a_simplificado_are_the_items(groups_of: Groups) -> None:
    entrega = (
        '<det nItem="2"><cMunIni>3550308</cMunIni><xMunIni>SAO PAULO</xMunIni>'
        "<cMunFim>3304557</cMunFim><xMunFim>RIO DE JANEIRO</xMunFim>"
        f"<vPrest>20.00</vPrest><vRec>19.00</vRec><infDocAnt><chCTe>{CHAVES[0]}</chCTe>"
        f"<infNFeTranspParcial><chNFe>{CHAVES[1]}</chNFe></infNFeTranspParcial></infDocAnt></det>"
    )
    seen = view(groups_of("ctesimp", after={"det": entrega}))
    comum = {"cst": "000", "classificacao": "000001", "base": "880.00"}
    assert seen["itens"] == [
        Item(
            numero="1",
            valor="1000.00",
            impostos={
                "ibs_uf": Tributo(**comum, aliquota="0.1000", valor="0.88"),
                "ibs_municipio": Tributo(**comum, aliquota="0.0000", valor="0.00"),
                "cbs": Tributo(**comum, aliquota="0.9000", valor="7.92"),
            },
        ),
        Item(numero="2", valor="20.00"),
    ]
    assert seen["detalhes"]["municipio_fim"] == "CAMPINAS"
    assert seen["detalhes"]["municipio_fim_2"] == "RIO DE JANEIRO"
    assert seen["detalhes"]["receber_entrega_2"] == "19.00"
    assert seen["referencias"] == [
        Referencia(papel="transportado", chave=NFE),
        Referencia(papel="transporte_anterior", chave=CHAVES[0]),
        Referencia(papel="transportado_em_parte", chave=CHAVES[1]),
    ]


def test_what_a_gtve_carries_are_the_items(groups_of: Groups) -> None:
    dolares = (
        "<infEspecie><tpEspecie>3</tpEspecie><vEspecie>70.00</vEspecie>"
        "<tpNumerario>2</tpNumerario><xMoedaEstr>DOLAR</xMoedaEstr></infEspecie>"
    )
    seen = view(groups_of("gtve", after={"detGTV/infEspecie": dolares}))
    assert seen["itens"] == [
        Item(codigo="1", valor="5000.00"),
        Item(codigo="3", valor="70.00", informacoes="DOLAR"),
    ]
    assert seen["totais"] == {}
    assert seen["saida"] == "2026-11-11T09:00:00-03:00"


def test_each_total_of_a_cte_has_its_name(groups_of: Groups) -> None:
    grupo = groups_of(
        "cte",
        changes={"vPrest/vTPrest": "900.00", "vPrest/vRec": "800.00"},
        after={
            "vPrest/vTPrest": "<vTPrestLiq>700.00</vTPrestLiq>",
            "imp/ICMS": "<vTotTrib>33.00</vTotTrib>",
            "imp/IBSCBS": "<vTotDFe>901.00</vTotDFe>",
            "infCTeNorm/infCarga/infQ": "<vCargaAverb>1100.00</vCargaAverb>",
        },
    )
    assert view(grupo)["totais"] == {
        "documento": "900.00",
        "liquido": "700.00",
        "receber": "800.00",
        "documento_fiscal": "901.00",
        "tributos_aproximados": "33.00",
        "carga": "1000.00",
        "carga_averbacao": "1100.00",
    }


def test_the_totals_of_a_simplificado_are_those_of_its_total(groups_of: Groups) -> None:
    changes = {"total/vTPrest": "900.00", "total/vTRec": "800.00"}
    assert view(groups_of("ctesimp", changes=changes))["totais"] == {
        "documento": "900.00",
        "receber": "800.00",
        "carga": "1000.00",
    }


def test_a_cte_has_its_taxes(groups_of: Groups) -> None:
    comum = {"cst": "000", "classificacao": "000001", "base": "880.00"}
    assert view(groups_of("cte"))["impostos"] == {
        "icms": Tributo(cst="00", base="1000.00", aliquota="12.00", valor="120.00"),
        "ibs": Tributo(base="880.00", valor="0.88"),
        "ibs_uf": Tributo(**comum, aliquota="0.1000", valor="0.88"),
        "ibs_municipio": Tributo(**comum, aliquota="0.0000", valor="0.00"),
        "cbs": Tributo(**comum, aliquota="0.9000", valor="7.92"),
    }


def test_ibs_and_cbs_of_a_simplificado_are_its_totals(groups_of: Groups) -> None:
    assert view(groups_of("ctesimp"))["impostos"] == {
        "icms": Tributo(cst="00", base="1000.00", aliquota="12.00", valor="120.00"),
        "ibs": Tributo(base="880.00", valor="0.88"),
        "ibs_uf": Tributo(valor="0.88", diferido="0.00", devolvido="0.00"),
        "ibs_municipio": Tributo(valor="0.00", diferido="0.00", devolvido="0.00"),
        "cbs": Tributo(base="880.00", valor="7.92", diferido="0.00", devolvido="0.00"),
    }


REDUCAO = "<CST>20</CST><pRedBC>10.00</pRedBC><vBC>9.00</vBC><pICMS>7.00</pICMS><vICMS>1.00</vICMS>"
OUTRA_UF = (
    "<CST>90</CST><pRedBCOutraUF>5.00</pRedBCOutraUF><vBCOutraUF>9.00</vBCOutraUF>"
    "<pICMSOutraUF>7.00</pICMSOutraUF><vICMSOutraUF>1.00</vICMSOutraUF>"
)


@pytest.mark.parametrize(
    ("conteudo", "tributo", "detalhes"),
    [
        (
            f"<ICMS20>{REDUCAO}<vICMSDeson>2.00</vICMSDeson><cBenef>SP1</cBenef></ICMS20>",
            Tributo(cst="20", base="9.00", aliquota="7.00", valor="1.00", desonerado="2.00"),
            {"percentual_reducao_base_icms": "10.00", "codigo_beneficio_fiscal": "SP1"},
        ),
        ("<ICMS45><CST>40</CST></ICMS45>", Tributo(cst="40"), {}),
        (
            "<ICMS90><CST>90</CST><vBC>9.00</vBC><pICMS>7.00</pICMS><vICMS>1.00</vICMS>"
            "<vCred>0.20</vCred></ICMS90>",
            Tributo(cst="90", base="9.00", aliquota="7.00", valor="1.00"),
            {"credito_outorgado_icms": "0.20"},
        ),
        (
            f"<ICMSOutraUF>{OUTRA_UF}</ICMSOutraUF>",
            Tributo(cst="90", base="9.00", aliquota="7.00", valor="1.00"),
            {"percentual_reducao_base_icms": "5.00"},
        ),
        (
            "<ICMSSN><CST>90</CST><indSN>1</indSN></ICMSSN>",
            Tributo(cst="90"),
            {"simples_nacional": "1"},
        ),
    ],
)
def test_each_form_of_icms_is_read(
    groups_of: Groups, conteudo: str, tributo: Tributo, detalhes: dict[str, str]
) -> None:
    seen = view(groups_of("cte", **icms(conteudo)))
    assert seen["impostos"]["icms"] == tributo
    assert "icms_st_retido" not in seen["impostos"]
    assert detalhes.items() <= seen["detalhes"].items()


def test_icms_that_was_retained_before_is_not_icms_of_this_document(groups_of: Groups) -> None:
    retido = (
        "<ICMS60><CST>60</CST><vBCSTRet>9.00</vBCSTRet><vICMSSTRet>1.00</vICMSSTRet>"
        "<pICMSSTRet>12.00</pICMSSTRet><vCred>0.20</vCred></ICMS60>"
    )
    seen = view(groups_of("cte", **icms(retido)))
    assert seen["impostos"]["icms"] == Tributo(cst="60")
    assert seen["impostos"]["icms_st_retido"] == Tributo(
        base="9.00", aliquota="12.00", valor="1.00"
    )
    assert seen["detalhes"]["credito_outorgado_icms"] == "0.20"


def test_icms_of_a_payment_in_advance_is_only_expected(groups_of: Groups) -> None:
    previsto = (
        "<gICMSPrevistoPagtoAntecip><vICMSPrevisto>4.00</vICMSPrevisto></gICMSPrevistoPagtoAntecip>"
    )
    impostos = view(groups_of("cte", **icms(previsto)))["impostos"]
    assert impostos["icms_previsto"] == Tributo(valor="4.00")
    assert "icms" not in impostos


def test_icms_shared_between_states_is_told_apart(groups_of: Groups) -> None:
    partilha = (
        "<ICMSUFFim><vBCUFFim>1.00</vBCUFFim><pFCPUFFim>2.00</pFCPUFFim>"
        "<pICMSUFFim>3.00</pICMSUFFim><pICMSInter>4.00</pICMSInter><vFCPUFFim>5.00</vFCPUFFim>"
        "<vICMSUFFim>6.00</vICMSUFFim><vICMSUFIni>7.00</vICMSUFIni></ICMSUFFim>"
    )
    seen = view(groups_of("cte", after={"imp/ICMS": partilha}))
    impostos = seen["impostos"]
    assert impostos["icms_uf_destino"] == Tributo(base="1.00", aliquota="3.00", valor="6.00")
    assert impostos["icms_uf_origem"] == Tributo(valor="7.00")
    assert impostos["fcp"] == Tributo(aliquota="2.00", valor="5.00")
    assert seen["detalhes"]["aliquota_interestadual"] == "4.00"


def test_federal_taxes_of_other_services_are_read(groups_of: Groups) -> None:
    federais = (
        "<infTribFed><vPIS>1.00</vPIS><vCOFINS>2.00</vCOFINS><vIR>3.00</vIR>"
        "<vINSS>4.00</vINSS><vCSLL>5.00</vCSLL></infTribFed>"
    )
    impostos = view(groups_of("cteos", after={"imp/ICMS": federais}))["impostos"]
    assert [impostos[name] for name in ("pis", "cofins", "ir", "inss", "csll")] == [
        Tributo(valor=f"{n}.00") for n in range(1, 6)
    ]


def test_the_price_by_water_is_the_base_of_the_afrmm_only(groups_of: Groups) -> None:
    aquav = (
        "<aquav><vPrest>50.00</vPrest><vAFRMM>4.00</vAFRMM><xNavio>N</xNavio>"
        f"<direc>N</direc><irin>I</irin><detCont><nCont>C1</nCont></detCont><detCont><nCont>C2"
        f"</nCont><infDoc><infNFe><chave>{CHAVES[0]}</chave></infNFe></infDoc></detCont></aquav>"
    )
    seen = view(groups_of("cte", after={"infCTeNorm/infModal/rodo": aquav}))
    assert seen["impostos"]["afrmm"] == Tributo(base="50.00", valor="4.00")
    assert seen["totais"]["documento"] == "1000.00"
    assert seen["detalhes"]["navio"] == "N"
    assert Referencia(papel="transportado", chave=CHAVES[0]) in seen["referencias"]


def test_a_cte_has_its_details(groups_of: Groups) -> None:
    cubado = "<infQ><cUnid>00</cUnid><tpMed>PESO CUBADO</tpMed><qCarga>2.5000</qCarga></infQ>"
    compl = (
        "<compl><xCaracAd>DEVOLUCAO</xCaracAd><Entrega><comData><tpPer>1</tpPer>"
        "<dProg>2026-11-13</dProg></comData><semHora><tpHor>0</tpHor></semHora></Entrega></compl>"
    )
    grupo = groups_of("cte", after={"infCTeNorm/infCarga/infQ": cubado, "ide": compl})
    assert view(grupo)["detalhes"] == {
        "modal": "01",
        "tipo_servico": "0",
        "cfop": "5353",
        "tipo_emissao": "1",
        "codigo_municipio_envio": "3550308",
        "municipio_envio": "SAO PAULO",
        "uf_envio": "SP",
        "codigo_municipio_inicio": "3550308",
        "municipio_inicio": "SAO PAULO",
        "uf_inicio": "SP",
        "codigo_municipio_fim": "3509502",
        "municipio_fim": "CAMPINAS",
        "uf_fim": "SP",
        "retira": "1",
        "papel_tomador": "0",
        "indicador_ie_tomador": "1",
        "caracteristica_transporte": "DEVOLUCAO",
        "tipo_data_entrega": "1",
        "data_programada_entrega": "2026-11-13",
        "tipo_hora_entrega": "0",
        "produto_predominante": "NOTEBOOK FICTICIO",
        "rntrc": "12345678",
        "medida_carga": "PESO BRUTO",
        "unidade_carga": "01",
        "quantidade_carga": "10.0000",
        "medida_carga_2": "PESO CUBADO",
        "unidade_carga_2": "00",
        "quantidade_carga_2": "2.5000",
    }


def test_other_services_have_details_of_their_own(groups_of: Groups) -> None:
    percurso = (
        "<infPercurso><UFPer>MG</UFPer></infPercurso><infPercurso><UFPer>RJ</UFPer></infPercurso>"
    )
    seguro = "<seg><respSeg>4</respSeg><xSeg>SEGURADORA</xSeg><nApol>99</nApol></seg>"
    grupo = groups_of("cteos", after={"ide/UFFim": percurso, "infCTeNorm/infServico": seguro})
    own = {
        "descricao_servico": "TRANSPORTE DE PESSOAS",
        "quantidade_servico": "20.0000",
        "registro_estadual": "1234567890123456789012345",
        "tipo_fretamento": "1",
        "viagem": "2026-11-12T06:00:00-03:00",
        "placa": "ABC1D23",
        "uf_placa": "SP",
        "uf_percurso": "MG",
        "uf_percurso_2": "RJ",
        "responsavel_seguro": "4",
        "seguradora": "SEGURADORA",
        "apolice": "99",
    }
    assert own.items() <= view(grupo)["detalhes"].items()


def test_a_gtve_has_all_its_vehicles(groups_of: Groups) -> None:
    segundo = "<infVeiculo><placa>XYZ9A87</placa><RNTRC>87654321</RNTRC></infVeiculo>"
    own = {
        "chegada": "2026-11-11T11:00:00-03:00",
        "quantidade_volumes": "2.0000",
        "placa": "ABC1D23",
        "uf_placa": "SP",
        "placa_2": "XYZ9A87",
        "rntrc_2": "87654321",
    }
    grupo = groups_of("gtve", after={"detGTV/infVeiculo": segundo})
    assert own.items() <= view(grupo)["detalhes"].items()


@pytest.mark.parametrize(
    ("kind", "where"), [("cte", "infCTeNorm/infModal"), ("ctesimp", "infModal")]
)
def test_instalments_are_read(groups_of: Groups, kind: str, where: str) -> None:
    cobr = (
        "<cobr><fat><nFat>F1</nFat><vOrig>1000.00</vOrig><vLiq>990.00</vLiq></fat>"
        "<dup><nDup>001</nDup><dVenc>2026-12-11</dVenc><vDup>990.00</vDup></dup><dup/></cobr>"
    )
    seen = view(groups_of(kind, after={where: cobr}))
    assert seen["parcelas"] == [Parcela(numero="001", vencimento="2026-12-11", valor="990.00")]
    assert seen["detalhes"]["fatura"] == "F1"
    assert seen["detalhes"]["valor_liquido_fatura"] == "990.00"


def test_documents_that_are_carried_are_references(groups_of: Groups) -> None:
    docs = (
        "<infNF><mod>01</mod><serie>1</serie><nDoc>7</nDoc><dEmi>2026-11-01</dEmi></infNF>"
        "<infOutros><tpDoc>00</tpDoc><nDoc>8</nDoc></infOutros>"
        f"<infDCe><chave>{CHAVES[0]}</chave></infDCe>"
    )
    grupo = groups_of("cte", after={"infCTeNorm/infDoc/infNFe": docs})
    assert view(grupo)["referencias"] == [
        Referencia(papel="transportado", chave=NFE),
        Referencia(papel="transportado", modelo="01", serie="1", numero="7", emissao="2026-11-01"),
        Referencia(papel="transportado", numero="8"),
        Referencia(papel="transportado", chave=CHAVES[0]),
    ]


def test_previous_documents_are_references(groups_of: Groups) -> None:
    papel = (
        "<idDocAntPap><tpDoc>07</tpDoc><serie>2</serie><nDoc>9</nDoc>"
        "<dEmi>2026-11-02</dEmi></idDocAntPap>"
    )
    eletronicos = "".join(
        f"<idDocAntEle><chCTe>{chave}</chCTe></idDocAntEle>" for chave in CHAVES[:2]
    )
    anterior = (
        "<docAnt><emiDocAnt><CNPJ>22333444000181</CNPJ><IE>123</IE><UF>SP</UF><xNome>T</xNome>"
        f"<idDocAnt>{papel}</idDocAnt><idDocAnt>{eletronicos}</idDocAnt></emiDocAnt></docAnt>"
    )
    grupo = groups_of("cte", after={"infCTeNorm/infDoc": anterior})
    assert view(grupo)["referencias"] == [
        Referencia(papel="transportado", chave=NFE),
        Referencia(
            papel="transporte_anterior",
            cnpj="22333444000181",
            ie="123",
            uf="SP",
            serie="2",
            numero="9",
            emissao="2026-11-02",
        ),
        Referencia(papel="transporte_anterior", chave=CHAVES[0]),
        Referencia(papel="transporte_anterior", chave=CHAVES[1]),
    ]


def test_documents_that_a_cte_changes_or_needs_are_references(groups_of: Groups) -> None:
    mais = (
        f"<infCteSub><chCte>{CHAVES[0]}</chCte><refCteAnu>{CHAVES[1]}</refCteAnu>"
        "<indAlteraToma>1</indAlteraToma></infCteSub>"
        f"<infServVinc><infCTeMultimodal><chCTeMultimodal>{CHAVES[2]}</chCTeMultimodal>"
        "</infCTeMultimodal></infServVinc>"
    )
    governo = f"<refDFeAnt>{CHAVES[4]}</refDFeAnt><refDFeAnt>{CHAVES[5]}</refDFeAnt>"
    ide = (
        f"<gCompraGov><tpEnteGov>1</tpEnteGov>{governo}</gCompraGov>"
        f"<gPagAntecipado><chDFePagAnt>{CHAVES[3]}</chDFePagAnt></gPagAntecipado>"
    )
    grupo = groups_of("cte", after={"infCTeNorm/infModal": mais, "ide/toma3": ide})
    seen = view(grupo)
    assert seen["referencias"] == [
        Referencia(papel="transportado", chave=NFE),
        Referencia(papel="substituido", chave=CHAVES[0]),
        Referencia(papel="anulacao", chave=CHAVES[1]),
        Referencia(papel="multimodal", chave=CHAVES[2]),
        Referencia(papel="pagamento_antecipado", chave=CHAVES[3]),
        Referencia(papel="compra_governamental_anterior", chave=CHAVES[4]),
        Referencia(papel="compra_governamental_anterior", chave=CHAVES[5]),
    ]
    assert seen["detalhes"]["altera_tomador"] == "1"


def test_a_cte_that_completes_others_names_them(groups_of: Groups) -> None:
    complementados = "".join(
        f"<infCteComp><chCTe>{chave}</chCTe></infCteComp>" for chave in CHAVES[:2]
    )
    grupo = groups_of("cte", after={"infCTeNorm": complementados}, remove=["infCTeNorm"])
    seen = view(grupo)
    assert seen["referencias"] == [
        Referencia(papel="complementado", chave=chave) for chave in CHAVES[:2]
    ]
    assert "carga" not in seen["totais"]


def test_a_cte_that_annuls_another_names_it(groups_of: Groups) -> None:
    anulado = f"<infCteAnu><chCte>{CHAVES[0]}</chCte><dEmi>2023-01-01</dEmi></infCteAnu>"
    grupo = groups_of("cte", after={"infCTeNorm": anulado}, remove=["infCTeNorm"])
    assert view(grupo)["referencias"] == [Referencia(papel="anulado", chave=CHAVES[0])]


def test_references_of_other_services_are_read(groups_of: Groups) -> None:
    docs = (
        "<infDocRef><nDoc>5</nDoc><serie>1</serie><dEmi>2026-11-01</dEmi></infDocRef>"
        f"<infDocRef><chBPe>{CHAVES[0]}</chBPe></infDocRef>"
    )
    depois = (
        f"<refCTeCanc>{CHAVES[1]}</refCTeCanc><infGTVe><chCTe>{CHAVES[2]}</chCTe>"
        "<Comp><tpComp>1</tpComp><vComp>3.00</vComp></Comp></infGTVe>"
    )
    grupo = groups_of("cteos", after={"infCTeNorm/infServico": docs, "infCTeNorm/infModal": depois})
    assert view(grupo)["referencias"] == [
        Referencia(papel="referenciado", numero="5", serie="1", emissao="2026-11-01"),
        Referencia(papel="referenciado", chave=CHAVES[0]),
        Referencia(papel="guia_de_valores", chave=CHAVES[2]),
        Referencia(papel="cancelado", chave=CHAVES[1]),
    ]


def test_a_simplificado_names_what_it_substitutes(groups_of: Groups) -> None:
    substituido = f"<infCteSub><chCte>{CHAVES[0]}</chCte></infCteSub>"
    grupo = groups_of("ctesimp", after={"infModal": substituido})
    assert view(grupo)["referencias"] == [
        Referencia(papel="transportado", chave=NFE),
        Referencia(papel="substituido", chave=CHAVES[0]),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_of_the_view_stands_in_the_xml(groups_of: Groups, kind: str) -> None:
    xml = build(kind).decode()
    found = list(texts_of(msgspec.to_builtins(view(groups_of(kind)))))
    assert len(found) > 40
    assert [text for text in found if f">{text}<" not in xml and f'"{text}"' not in xml] == []


@pytest.mark.parametrize("kind", KINDS)
def test_groups_that_are_absent_are_no_error(groups_of: Groups, kind: str) -> None:
    names = "emit rem dest toma vPrest infCarga infModal imp total det infCTeNorm detGTV"
    grupo = groups_of(kind)
    for name in names.split():
        for node in list(grupo.element.iterchildren(f"{{*}}{name}")):
            grupo.element.remove(node)
    seen = view(grupo)
    assert seen["participantes"] == {}
    assert seen["itens"] == []
    assert seen["totais"] == {}
    assert seen["impostos"] == {}
