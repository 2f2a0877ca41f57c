"""CT-e (57), CT-e Simplificado (57), CT-e OS (67) and GTV-e (64).

The kinds share most groups; where one has its own (`det` of the Simplificado, `infServico` of the
OS, `detGTV` of the GTV-e), that it is there decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fiscalxml.documents.campos import Campos
from fiscalxml.summaries.parts import (
    IBSCBS,
    IBSCBS_TOTAIS,
    Pessoa,
    Referencia,
    common_references,
    pessoa,
    taxes,
)
from fiscalxml.summaries.reading import Table, Tables, all_under, present, under
from fiscalxml.summaries.resumo import Item, Parcela, Vista

_PAPEIS_CTE: Final = {"0": "remetente", "1": "expedidor", "2": "recebedor", "3": "destinatario"}
_PAPEIS_GTVE: Final = {"0": "remetente", "1": "destinatario"}
_PAPEIS: Final[Mapping[str, Mapping[str, str]]] = {
    "toma3": _PAPEIS_CTE,
    "toma03": _PAPEIS_CTE,  # until layout 2.00
    "toma": _PAPEIS_GTVE,
}
"""group of ide -> who the tomador is, by the code in it"""
_TOMADOR_PROPRIO: Final = (("ide", "toma4"), ("ide", "tomaTerceiro"), ("toma",))
"""where a tomador is that is described on its own"""

_CABECALHO: Final = {
    "serie": "ide/serie",
    "numero": "ide/nCT",
    "natureza": "ide/natOp",
    "finalidade": "ide/tpCTe",
    "saida": "ide/dhSaidaOrig",
    "informacoes": "compl/xObs",
}
_TOTAIS: Final = {
    "documento": "vPrest/vTPrest total/vTPrest",
    "liquido": "vPrest/vTPrestLiq total/vTPrestLiq",
    "receber": "vPrest/vRec total/vTRec",
    "documento_fiscal": "imp/vTotDFe total/vTotDFe",
    "tributos_aproximados": "imp/vTotTrib",
    "carga": "infCTeNorm/infCarga/vCarga infCarga/vCarga",
    "carga_averbacao": "infCTeNorm/infCarga/vCargaAverb infCarga/vCargaAverb",
}
_ICMS: Final = {
    "cst": "CST",
    "base": "vBC vBCOutraUF",
    "aliquota": "pICMS pICMSOutraUF",
    "valor": "vICMS vICMSOutraUF",
    "desonerado": "vICMSDeson",
}
_ICMS_ST_RETIDO: Final = {"base": "vBCSTRet", "aliquota": "pICMSSTRet", "valor": "vICMSSTRet"}
_IMPOSTOS: Final[Mapping[str, Mapping[str, str]]] = {
    "icms": under("imp/ICMS/*", _ICMS),
    "icms_st_retido": under("imp/ICMS/*", _ICMS_ST_RETIDO),
    "icms_previsto": {"valor": "imp/ICMS/*/vICMSPrevisto"},
    "icms_uf_destino": {
        "base": "imp/ICMSUFFim/vBCUFFim",
        "aliquota": "imp/ICMSUFFim/pICMSUFFim",
        "valor": "imp/ICMSUFFim/vICMSUFFim",
    },
    "icms_uf_origem": {"valor": "imp/ICMSUFFim/vICMSUFIni"},
    "fcp": {"aliquota": "imp/ICMSUFFim/pFCPUFFim", "valor": "imp/ICMSUFFim/vFCPUFFim"},
    "pis": {"valor": "imp/infTribFed/vPIS"},
    "cofins": {"valor": "imp/infTribFed/vCOFINS"},
    "ir": {"valor": "imp/infTribFed/vIR"},
    "inss": {"valor": "imp/infTribFed/vINSS"},
    "csll": {"valor": "imp/infTribFed/vCSLL"},
    "afrmm": {
        "base": "infCTeNorm/infModal/aquav/vPrest infModal/aquav/vPrest",
        "valor": "infCTeNorm/infModal/aquav/vAFRMM infModal/aquav/vAFRMM",
    },
    "ibs": {
        "base": "imp/IBSCBS/gIBSCBS/vBC total/IBSCBSTot/vBCIBSCBS",
        "valor": "imp/IBSCBS/gIBSCBS/vIBS total/IBSCBSTot/gIBS/vIBS",
    },
}
# Of a total, `ibs` is read with the taxes above, whose group may have it instead.
_IBS_CBS_TOTAL: Final = Tables(
    {name: tags for name, tags in IBSCBS_TOTAIS.items() if name not in _IMPOSTOS}
)

_DETALHES: Final = {
    "modal": "ide/modal",
    "tipo_servico": "ide/tpServ",
    "cfop": "ide/CFOP",
    "tipo_emissao": "ide/tpEmis",
    "contingencia": "ide/dhCont",
    "justificativa_contingencia": "ide/xJust",
    "codigo_municipio_envio": "ide/cMunEnv",
    "municipio_envio": "ide/xMunEnv",
    "uf_envio": "ide/UFEnv",
    "codigo_municipio_inicio": "ide/cMunIni",
    "municipio_inicio": "ide/xMunIni",
    "uf_inicio": "ide/UFIni",
    "codigo_municipio_fim": "ide/cMunFim",
    "municipio_fim": "ide/xMunFim",
    "uf_fim": "ide/UFFim",
    "retira": "ide/retira",
    "detalhes_retira": "ide/xDetRetira",
    "globalizado": "ide/indGlobalizado",
    "papel_tomador": "ide/toma3/toma ide/toma03/toma ide/toma4/toma ide/toma/toma "
    "ide/tomaTerceiro/toma toma/toma",
    "indicador_ie_tomador": "ide/indIEToma toma/indIEToma",
    "suframa_emitente": "emit/ISUFEmit",
    "chegada": "ide/dhChegadaDest",
    "caracteristica_transporte": "compl/xCaracAd",
    "caracteristica_servico": "compl/xCaracSer",
    "funcionario_emissor": "compl/xEmi",
    "fluxo_origem": "compl/fluxo/xOrig",
    "fluxo_destino": "compl/fluxo/xDest",
    "rota_entrega": "compl/fluxo/xRota",
    "tipo_data_entrega": "compl/Entrega/semData/tpPer compl/Entrega/comData/tpPer "
    "compl/Entrega/noPeriodo/tpPer",
    "data_programada_entrega": "compl/Entrega/comData/dProg",
    "data_inicial_entrega": "compl/Entrega/noPeriodo/dIni",
    "data_final_entrega": "compl/Entrega/noPeriodo/dFim",
    "tipo_hora_entrega": "compl/Entrega/semHora/tpHor compl/Entrega/comHora/tpHor "
    "compl/Entrega/noInter/tpHor",
    "hora_programada_entrega": "compl/Entrega/comHora/hProg",
    "hora_inicial_entrega": "compl/Entrega/noInter/hIni",
    "hora_final_entrega": "compl/Entrega/noInter/hFim",
    "origem_calculo_frete": "compl/origCalc",
    "destino_calculo_frete": "compl/destCalc",
    "informacoes_fisco": "imp/infAdFisco",
    "aliquota_interestadual": "imp/ICMSUFFim/pICMSInter",
    "quantidade_volumes": "detGTV/qCarga",
}
_DETALHES_ICMS: Final = {
    "percentual_reducao_base_icms": "pRedBC pRedBCOutraUF",
    "credito_outorgado_icms": "vCred",
    "codigo_beneficio_fiscal": "cBenef",
    "simples_nacional": "indSN",
}
_DETALHES_CARGA: Final = {
    "produto_predominante": "infCarga/proPred",
    "outras_caracteristicas_carga": "infCarga/xOutCat",
    "descricao_servico": "infServico/xDescServ",
    "quantidade_servico": "infServico/infQ/qCarga",
    "altera_tomador": "infCteSub/indAlteraToma",
    "informacoes_globalizado": "infGlobalizado/xObs",
    "fatura": "cobr/fat/nFat",
    "valor_original_fatura": "cobr/fat/vOrig",
    "valor_desconto_fatura": "cobr/fat/vDesc",
    "valor_liquido_fatura": "cobr/fat/vLiq",
}
_DETALHES_MODAL: Final = {
    "rntrc": "rodo/RNTRC",
    "previsao_entrega": "rodo/dPrev aereo/dPrevAereo",
    "termo_autorizacao_fretamento": "rodoOS/TAF",
    "registro_estadual": "rodoOS/NroRegEstadual",
    "tipo_fretamento": "rodoOS/infFretamento/tpFretamento",
    "viagem": "rodoOS/infFretamento/dhViagem",
    "numero_minuta": "aereo/nMinu",
    "numero_conhecimento_aereo": "aereo/nOCA",
    "dimensao": "aereo/natCarga/xDime",
    "classe_tarifa": "aereo/tarifa/CL",
    "codigo_tarifa": "aereo/tarifa/cTar",
    "valor_tarifa": "aereo/tarifa/vTar duto/vTar",
    "navio": "aquav/xNavio",
    "irin": "aquav/irin",
    "numero_viagem": "aquav/nViag",
    "direcao": "aquav/direc",
    "tipo_navegacao": "aquav/tpNav",
    "tipo_trafego": "ferrov/tpTraf",
    "fluxo_ferroviario": "ferrov/fluxo",
    "responsavel_faturamento": "ferrov/trafMut/respFat",
    "ferrovia_emitente": "ferrov/trafMut/ferrEmi",
    "frete_trafego_mutuo": "ferrov/trafMut/vFrete",
    "inicio_prestacao": "duto/dIni",
    "fim_prestacao": "duto/dFim",
    "classificacao_dutoviario": "duto/classDuto",
    "tipo_contratacao": "duto/tpContratacao",
    "ponto_entrada": "duto/codPontoEntrada",
    "ponto_saida": "duto/codPontoSaida",
    "contrato_capacidade": "duto/nContrato",
    "certificado_otm": "multimodal/COTM",
    "negociavel": "multimodal/indNegociavel",
}
_PERCURSO: Final = Table({"uf_percurso": "UFPer"})
_PASSAGEM: Final = Table({"fluxo_passagem": "xPass"})
_PERIGOSO: Final = Table({"numero_onu": "nONU"})
_CARGA: Final = Table(
    {
        "medida_carga": "tpMed",
        "unidade_carga": "cUnid",
        "quantidade_carga": "qCarga",
    }
)
_VEICULO: Final = Table(
    {"placa": "placa", "uf_placa": "UF", "renavam": "RENAVAM", "rntrc": "RNTRC"}
)
_VEICULO_NOVO: Final = Table(
    {
        "chassi_veiculo_novo": "chassi",
        "valor_veiculo_novo": "vUnit",
        "frete_veiculo_novo": "vFrete",
    }
)
_SEGURO: Final = Table(
    {
        "responsavel_seguro": "respSeg",
        "seguradora": "xSeg infSeg/xSeg",
        "cnpj_seguradora": "infSeg/CNPJ",
        "apolice": "nApol",
        "averbacao": "nAver",
    }
)
_ENTREGA: Final = Table(
    {
        "codigo_municipio_inicio": "cMunIni",
        "municipio_inicio": "xMunIni",
        "codigo_municipio_fim": "cMunFim",
        "municipio_fim": "xMunFim",
        "liquido_entrega": "vPrestLiq",
        "receber_entrega": "vRec",
    }
)

_ANTERIOR: Final = "transporte_anterior"
_EMISSOR: Final = Table({"cnpj": "CNPJ", "cpf": "CPF", "ie": "IE", "uf": "UF"})
_REFERENCIA: Final = Table({**Referencia.TAGS, "emissao": "dEmi"})
_REFERENCIAS: Final = tuple(
    (path.split("/"), papel)
    for path, papel in (
        ("infCTeNorm/infDoc/infNFe", "transportado"),
        ("infCTeNorm/infDoc/infNF", "transportado"),
        ("infCTeNorm/infDoc/infOutros", "transportado"),
        ("infCTeNorm/infDoc/infDCe", "transportado"),
        ("infCTeNorm/infDocRef", "referenciado"),
        ("infCTeNorm/infGTVe", "guia_de_valores"),
        ("infCTeNorm/infModal/aquav/detCont/infDoc/infNFe", "transportado"),
        ("infCTeNorm/infModal/aquav/detCont/infDoc/infNF", "transportado"),
        ("det/infNFe", "transportado"),
        ("det/infDocAnt", _ANTERIOR),
        ("det/infDocAnt/infNFeTranspParcial", "transportado_em_parte"),
        ("infCteComp", "complementado"),
    )
)
"""groups that each name a document, and what it is to this one"""
_CHAVES: Final = tuple(
    (path.split("/"), campo, papel)
    for path, campo, papel in (
        ("infCTeNorm/infCteSub", "chCte", "substituido"),
        # This and the next four: until layout 3.00.
        ("infCTeNorm/infCteSub", "refCteAnu", "anulacao"),
        ("infCTeNorm/infCteSub/tomaNaoICMS", "refCteAnu", "anulacao"),
        ("infCTeNorm/infCteSub/tomaICMS", "refNFe", "anulacao"),
        ("infCTeNorm/infCteSub/tomaICMS", "refCte", "anulacao"),
        ("infCteAnu", "chCte", "anulado"),
        ("infCteSub", "chCte", "substituido"),
        ("infCTeNorm", "refCTeCanc", "cancelado"),
        ("infCTeNorm/infServVinc/infCTeMultimodal", "chCTeMultimodal", "multimodal"),
        ("infCTeNorm/infModal/ferrov/trafMut", "chCTeFerroOrigem", "ferroviario_de_origem"),
    )
)
"""groups, their field that is the chave of another document, and what it is to this one"""

_CTE: Final = Tables(
    {
        "cabecalho": _CABECALHO,
        "totais": _TOTAIS,
        "detalhes": {
            **_DETALHES,
            **under("imp/ICMS/*", _DETALHES_ICMS),
            **under("infCTeNorm .", _DETALHES_CARGA),
            **under("infCTeNorm/infModal infModal", _DETALHES_MODAL),
        },
        **_IMPOSTOS,
        **all_under("imp/IBSCBS", IBSCBS),
    },
    ordered=("cabecalho", "totais", "detalhes"),
)
_DO_CTE: Final = (*_IMPOSTOS, *IBSCBS)
_DA_ENTREGA: Final = Tables(all_under("IBSCBS", IBSCBS))


def view(grupo: Campos) -> Vista:
    """Everything of infCte."""
    normal, found = _normal(grupo), _CTE.read(grupo)
    cabecalho = found["cabecalho"]
    do_total = _IBS_CBS_TOTAL.read(grupo.em("total"))
    return Vista(
        serie=cabecalho.get("serie"),
        numero=cabecalho.get("numero"),
        natureza=cabecalho.get("natureza"),
        finalidade=cabecalho.get("finalidade"),
        saida=cabecalho.get("saida"),
        participantes=_participantes(grupo),
        itens=_itens(grupo),
        totais=found["totais"],
        impostos=taxes(found, _DO_CTE) | taxes(do_total),
        parcelas=[
            Parcela(
                numero=dup["nDup"] or None,
                vencimento=dup["dVenc"] or None,
                valor=dup["vDup"] or None,
            )
            for dup in normal.lista("cobr", "dup")
        ],
        detalhes=found["detalhes"] | _repeated(grupo, normal),
        referencias=_referencias(grupo),
        informacoes=cabecalho.get("informacoes"),
    )


def _normal(grupo: Campos) -> Campos:
    """infCTeNorm; in the Simplificado its groups stand in infCte itself."""
    return grupo.em("infCTeNorm") if grupo.tem("infCTeNorm") else grupo


def _participantes(grupo: Campos) -> dict[str, Pessoa]:
    """By role. Origem and destino of a GTV-e have an address only."""
    pessoas = present(
        emitente=pessoa(grupo.em("emit"), "enderEmit"),
        remetente=pessoa(grupo.em("rem"), "enderReme"),
        expedidor=pessoa(grupo.em("exped"), "enderExped"),
        recebedor=pessoa(grupo.em("receb"), "enderReceb"),
        destinatario=pessoa(grupo.em("dest"), "enderDest"),
        origem=pessoa(grupo.em("origem")),
        destino=pessoa(grupo.em("destino")),
        responsavel_tecnico=pessoa(grupo.em("infRespTec")),
    )
    return pessoas | present(tomador=_tomador(grupo, pessoas))


def _tomador(grupo: Campos, pessoas: Mapping[str, Pessoa]) -> Pessoa | None:
    """One of the other parties, by its code, or one that is described on its own."""
    ide = grupo.em("ide")
    for nome, papeis in _PAPEIS.items():
        if ide.tem(nome):
            return pessoas.get(papeis.get(ide.em(nome)["toma"], ""))
    found = (pessoa(grupo.em(*path), "enderToma") for path in _TOMADOR_PROPRIO)
    return next(filter(None, found), None)


def _itens(grupo: Campos) -> list[Item]:
    """Components of the price; deliveries of the Simplificado; what a GTV-e carries."""
    return [
        *(
            Item(descricao=comp["xNome"] or None, valor=comp["vComp"] or None)
            for comp in grupo.lista("vPrest", "Comp")
        ),
        *(_entrega(det) for det in grupo.lista("det")),
        *(_especie(especie) for especie in grupo.lista("detGTV", "infEspecie")),
    ]


def _entrega(det: Campos) -> Item:
    return Item(
        numero=det.atributo("nItem") or None,
        valor=det["vPrest"] or None,
        impostos=taxes(_DA_ENTREGA.read(det)) or None,
    )


def _especie(grupo: Campos) -> Item:
    """The value carried in notes, cheques, coins; `informacoes` is the currency, if foreign."""
    return Item(
        codigo=grupo["tpEspecie"] or None,
        valor=grupo["vEspecie"] or None,
        informacoes=grupo["xMoedaEstr"] or None,
    )


def _repeated(grupo: Campos, normal: Campos) -> dict[str, str]:
    """The details that repeat, each with its number."""
    modal = normal.em("infModal")
    veiculos = (
        *modal.lista("rodoOS", "veic"),
        *modal.lista("rodo", "veic"),
        *grupo.lista("detGTV", "infVeiculo"),
    )
    seguros = normal.lista("seg") or modal.lista("multimodal", "seg")
    return (
        _numbered(grupo.lista("det"), _ENTREGA)
        | _numbered(grupo.lista("ide", "infPercurso"), _PERCURSO)
        | _numbered(grupo.lista("compl", "fluxo", "pass"), _PASSAGEM)
        | _numbered(normal.lista("infCarga", "infQ"), _CARGA)
        | _numbered(normal.lista("veicNovos"), _VEICULO_NOVO)
        | _numbered(veiculos, _VEICULO)
        | _numbered(seguros, _SEGURO)
        | _numbered(modal.lista("aereo", "peri"), _PERIGOSO)
    )


def _numbered(grupos: Iterable[Campos], table: Table) -> dict[str, str]:
    """name -> text, of groups that repeat; names of the second end in _2: placa, placa_2 …"""
    return {
        name if number == 1 else f"{name}_{number}": text
        for number, grupo in enumerate(grupos, 1)
        for name, text in table.read(grupo).items()
    }


def _referencias(grupo: Campos) -> list[Referencia]:
    """Documents that are carried, previous ones, and those that this one changes or completes."""
    return [
        *(
            Referencia(papel=papel, **_REFERENCIA.read(each))
            for path, papel in _REFERENCIAS
            for each in _every(grupo, path)
        ),
        *_documentos_anteriores(grupo),
        *(
            Referencia(papel=papel, chave=chave)
            for path, campo, papel in _CHAVES
            for each in _every(grupo, path)
            for chave in each.todos(campo)
            if chave
        ),
        *common_references(grupo),
    ]


def _documentos_anteriores(grupo: Campos) -> Iterable[Referencia]:
    """Of docAnt: paper documents with their issuer, electronic ones by chave."""
    for emissor in grupo.lista("infCTeNorm", "docAnt", "emiDocAnt"):
        quem = _EMISSOR.read(emissor)
        for papel in _every(emissor, ("idDocAnt", "idDocAntPap")):
            yield Referencia(papel=_ANTERIOR, **_REFERENCIA.read(papel) | quem)
        for eletronico in _every(emissor, ("idDocAnt", "idDocAntEle")):
            yield Referencia.read(eletronico, papel=_ANTERIOR)


def _every(grupo: Campos, path: Sequence[str]) -> Sequence[Campos]:
    """All groups at a path, wherever a group of it repeats."""
    found: Sequence[Campos] = [grupo]
    for nome in path:
        if len(found) == 1:  # nearly always: most paths end at their first step
            found = found[0].grupos.get(nome, [])
        else:
            found = [inner for each in found for inner in each.lista(nome)]
        if not found:
            break
    return found
