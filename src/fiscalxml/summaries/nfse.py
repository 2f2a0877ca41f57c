"""NFS-e of the national standard and the DPS that it comes from.

An NFS-e carries its DPS inside: what was declared is read from the DPS, what was assessed from the
note around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from fiscalxml.documents.campos import Campos
from fiscalxml.summaries.parts import Endereco, Pessoa, Referencia, Tributo, named, pessoa
from fiscalxml.summaries.reading import Table, Tables, present
from fiscalxml.summaries.resumo import Item, Vista

_Found = Mapping[str, Mapping[str, str]]

# Paths of these start at the signed element. Where two are given, the first is of infNFSe and the
# second of a bare infDPS: neither has the names of the other.
_TOTAIS: Final = {
    "documento": "valores/vLiq valores/vServPrest/vServ",
    "documento_com_tributos_por_fora": "IBSCBS/totCIBS/vTotNF",
    "base": "valores/vBC",
    "deducoes": "valores/vCalcDR",
    "beneficio_municipal": "valores/vCalcBM",
    "reembolsos": "IBSCBS/valores/vCalcReeRepRes",
    "retencoes": "valores/vTotalRet",
    "credito_presumido_ibs": "IBSCBS/totCIBS/gIBS/gIBSCredPres/vCredPresIBS",
    "credito_presumido_cbs": "IBSCBS/totCIBS/gCBS/gCBSCredPres/vCredPresCBS",
}
_IMPOSTOS: Final[Mapping[str, Mapping[str, str]]] = {
    "iss": {
        "base": "valores/vBC",
        "aliquota": "valores/pAliqAplic valores/trib/tribMun/pAliq",
        "valor": "valores/vISSQN",
    },
    "ibs_uf": {
        "base": "IBSCBS/valores/vBC",
        "aliquota": "IBSCBS/valores/uf/pIBSUF",
        "valor": "IBSCBS/totCIBS/gIBS/gIBSUFTot/vIBSUF",
        "diferido": "IBSCBS/totCIBS/gIBS/gIBSUFTot/vDifUF",
    },
    "ibs_municipio": {
        "base": "IBSCBS/valores/vBC",
        "aliquota": "IBSCBS/valores/mun/pIBSMun",
        "valor": "IBSCBS/totCIBS/gIBS/gIBSMunTot/vIBSMun",
        "diferido": "IBSCBS/totCIBS/gIBS/gIBSMunTot/vDifMun",
    },
    "ibs": {"base": "IBSCBS/valores/vBC", "valor": "IBSCBS/totCIBS/gIBS/vIBSTot"},
    "cbs": {
        "base": "IBSCBS/valores/vBC",
        "aliquota": "IBSCBS/valores/fed/pCBS",
        "valor": "IBSCBS/totCIBS/gCBS/vCBS",
        "diferido": "IBSCBS/totCIBS/gCBS/vDifCBS",
    },
}
_DETALHES: Final = {
    "serie_dps": "DPS/infDPS/serie",
    "numero_dps": "DPS/infDPS/nDPS",
    "emissao_dps": "DPS/infDPS/dhEmi",
    "processamento": "dhProc",
    "status": "cStat",
    "numero_dfse": "nDFSe",
    "ambiente_gerador": "ambGer",
    "tipo_emissao": "tpEmis",
    "processo_emissao": "procEmi",
    "municipio_emissao": "xLocEmi",
    "municipio_prestacao": "xLocPrestacao",
    "codigo_municipio_incidencia": "cLocIncid",
    "municipio_incidencia": "xLocIncid",
    "codigo_municipio_incidencia_ibs_cbs": "IBSCBS/cLocalidadeIncid",
    "municipio_incidencia_ibs_cbs": "IBSCBS/xLocalidadeIncid",
    "tributacao_nacional": "xTribNac",
    "tributacao_municipal": "xTribMun",
    "descricao_nbs": "xNBS",
    "tipo_beneficio_municipal": "valores/tpBM",
    "aliquota_iss_informada": "DPS/infDPS/valores/trib/tribMun/pAliq",
    "aliquota_efetiva_ibs_uf": "IBSCBS/valores/uf/pAliqEfetUF",
    "aliquota_efetiva_ibs_municipio": "IBSCBS/valores/mun/pAliqEfetMun",
    "aliquota_efetiva_cbs": "IBSCBS/valores/fed/pAliqEfetCBS",
    "informacoes_municipio": "xOutInf",
}

# Paths of these start at infDPS, wherever it is. What the NFS-e has by the same name is assessed,
# and comes before it.
_SERVICO: Final = {
    "codigo": "serv/cServ/cTribNac",
    "descricao": "serv/cServ/xDescServ",
    "valor": "valores/vServPrest/vServ",
    "pedido": "serv/infoCompl/xPed",
    "informacoes": "serv/infoCompl/xInfComp",
}
_TOTAIS_DPS: Final = {
    "servicos": "valores/vServPrest/vServ",
    "recebido_pelo_intermediario": "valores/vServPrest/vReceb",
    "desconto_incondicionado": "valores/vDescCondIncond/vDescIncond",
    "desconto_condicionado": "valores/vDescCondIncond/vDescCond",
    "deducoes": "valores/vDedRed/vDR",
    "beneficio_municipal": "valores/trib/tribMun/BM/vRedBCBM",
    "tributos_aproximados_federais": "valores/trib/totTrib/vTotTrib/vTotTribFed",
    "tributos_aproximados_estaduais": "valores/trib/totTrib/vTotTrib/vTotTribEst",
    "tributos_aproximados_municipais": "valores/trib/totTrib/vTotTrib/vTotTribMun",
}
_IBS_CBS: Final = {
    "cst": "IBSCBS/valores/trib/gIBSCBS/CST",
    "classificacao": "IBSCBS/valores/trib/gIBSCBS/cClassTrib",
}
_IMPOSTOS_DPS: Final[Mapping[str, Mapping[str, str]]] = {
    "pis": {
        "cst": "valores/trib/tribFed/piscofins/CST",
        "base": "valores/trib/tribFed/piscofins/vBCPisCofins",
        "aliquota": "valores/trib/tribFed/piscofins/pAliqPis",
        "valor": "valores/trib/tribFed/piscofins/vPis",
    },
    "cofins": {
        "cst": "valores/trib/tribFed/piscofins/CST",
        "base": "valores/trib/tribFed/piscofins/vBCPisCofins",
        "aliquota": "valores/trib/tribFed/piscofins/pAliqCofins",
        "valor": "valores/trib/tribFed/piscofins/vCofins",
    },
    "irrf": {"retido": "valores/trib/tribFed/vRetIRRF"},
    "csll": {"retido": "valores/trib/tribFed/vRetCSLL"},
    "previdencia": {"retido": "valores/trib/tribFed/vRetCP"},
    "ibs_uf": _IBS_CBS,
    "ibs_municipio": _IBS_CBS,
    "ibs": _IBS_CBS,
    "cbs": _IBS_CBS,
}
_DETALHES_DPS: Final = {
    "competencia": "dCompet",
    "tipo_emitente": "tpEmit",
    "motivo_emissao_tomador_intermediario": "cMotivoEmisTI",
    "chave_rejeitada": "chNFSeRej",
    "chave_substituida": "subst/chSubstda",
    "motivo_substituicao": "subst/cMotivo",
    "justificativa_substituicao": "subst/xMotivo",
    "codigo_municipio_emissao": "cLocEmi",
    "codigo_municipio_prestacao": "serv/locPrest/cLocPrestacao",
    "codigo_pais_prestacao": "serv/locPrest/cPaisPrestacao",
    "codigo_tributacao_nacional": "serv/cServ/cTribNac",
    "codigo_tributacao_municipal": "serv/cServ/cTribMun",
    "nbs": "serv/cServ/cNBS",
    "codigo_interno": "serv/cServ/cIntContrib",
    "simples_nacional": "prest/regTrib/opSimpNac",
    "apuracao_simples_nacional": "prest/regTrib/regApTribSN",
    "regime_especial": "prest/regTrib/regEspTrib",
    "caepf_prestador": "prest/CAEPF",
    "caepf_tomador": "toma/CAEPF",
    "motivo_sem_nif_tomador": "toma/cNaoNIF",
    "tributacao_iss": "valores/trib/tribMun/tribISSQN",
    "retencao_iss": "valores/trib/tribMun/tpRetISSQN",
    "retencao_pis_cofins": "valores/trib/tribFed/piscofins/tpRetPisCofins",
    "imunidade": "valores/trib/tribMun/tpImunidade",
    "codigo_pais_resultado": "valores/trib/tribMun/cPaisResult",
    "exigibilidade_suspensa": "valores/trib/tribMun/exigSusp/tpSusp",
    "processo_suspensao": "valores/trib/tribMun/exigSusp/nProcesso",
    "numero_beneficio_municipal": "valores/trib/tribMun/BM/nBM",
    "percentual_deducoes": "valores/vDedRed/pDR",
    "percentual_tributos_federais": "valores/trib/totTrib/pTotTrib/pTotTribFed",
    "percentual_tributos_estaduais": "valores/trib/totTrib/pTotTrib/pTotTribEst",
    "percentual_tributos_municipais": "valores/trib/totTrib/pTotTrib/pTotTribMun",
    "percentual_tributos_simples_nacional": "valores/trib/totTrib/pTotTribSN",
    "modo_prestacao": "serv/comExt/mdPrestacao",
    "moeda": "serv/comExt/tpMoeda",
    "valor_em_moeda_estrangeira": "serv/comExt/vServMoeda",
    "declaracao_importacao": "serv/comExt/nDI",
    "registro_exportacao": "serv/comExt/nRE",
    "obra": "serv/obra/cObra",
    "cib_obra": "serv/obra/cCIB",
    "inscricao_imobiliaria_obra": "serv/obra/inscImobFisc",
    "evento": "serv/atvEvento/xNome",
    "codigo_evento": "serv/atvEvento/idAtvEvt",
    "inicio_evento": "serv/atvEvento/dtIni",
    "fim_evento": "serv/atvEvento/dtFim",
    "cib_imovel": "IBSCBS/imovel/cCIB",
    "inscricao_imobiliaria_imovel": "IBSCBS/imovel/inscImobFisc",
    "documento_tecnico": "serv/infoCompl/idDocTec",
    "documento_de_referencia": "serv/infoCompl/docRef",
    "indicador_operacao": "IBSCBS/cIndOp",
    "consumidor_final": "IBSCBS/indFinal",
}

_NO_EXTERIOR: Final = Table(
    {
        "cep": "endExt/cEndPost",
        "municipio": "endExt/xCidade",
        "uf": "endExt/xEstProvReg",
    }
)
_RETIDO: Final = ("2", "3")
"""tpRetISSQN: by the tomador, by the intermediário"""
_DEDUZIDO: Final = Table(
    {
        "chave": "chNFSe chNFe",
        "numero": "NFSeMun/nNFSeMun NFNFS/nNFS nDocFisc nDoc",
        "modelo": "NFNFS/modNFS",
        "serie": "NFNFS/serieNFS",
        "cnpj": "fornec/CNPJ",
        "cpf": "fornec/CPF",
    }
)
_REEMBOLSADO: Final = Table(
    {
        "chave": "dFeNacional/chaveDFe",
        "numero": "docFiscalOutro/nDocFiscal docOutro/nDoc",
        "cnpj": "fornec/CNPJ",
        "cpf": "fornec/CPF",
    }
)
_NOTA: Final = Tables(
    {"totais": _TOTAIS, "detalhes": _DETALHES, **_IMPOSTOS}, ordered=("totais", "detalhes")
)
_DPS: Final = Tables(
    {
        "servico": _SERVICO,
        "totais": _TOTAIS_DPS,
        "detalhes": _DETALHES_DPS,
        **_IMPOSTOS_DPS,
    },
    ordered=("servico", "totais", "detalhes"),
)


def view(grupo: Campos) -> Vista:
    """Everything of infNFSe, or of the infDPS of a DPS that is no NFS-e yet."""
    inner = grupo.grupo("DPS", "infDPS")
    dps = grupo if inner is None else inner
    assessed, declared = _NOTA.read(grupo), _DPS.read(dps)
    impostos = _impostos(declared, assessed, iss_retido=_iss_retido(dps))
    return Vista(
        serie=grupo["serie"] or None,
        numero=grupo["nNFSe"] or grupo["nDPS"] or None,
        finalidade=dps.em("IBSCBS")["finNFSe"] or None,
        participantes=present(
            emitente=pessoa(grupo.em("emit"), "enderNac"),
            prestador=_pessoa(dps.em("prest")),
            tomador=_pessoa(dps.em("toma")),
            intermediario=_pessoa(dps.em("interm")),
            destinatario=_pessoa(dps.em("IBSCBS", "dest")),
        ),
        # One note is of one service, so that its taxes are those of the whole.
        itens=[Item(**declared["servico"], impostos=impostos or None)],
        totais=declared["totais"] | assessed["totais"],
        impostos=impostos,
        detalhes=assessed["detalhes"] | declared["detalhes"],
        referencias=list(_referencias(dps)),
        informacoes=dps.em("serv", "infoCompl")["xInfComp"] or None,
    )


def _pessoa(grupo: Campos) -> Pessoa | None:
    """A party of the DPS; the town of an address abroad has names of its own."""
    found = pessoa(grupo, "end")
    abroad = _NO_EXTERIOR.read(grupo.em("end"))
    if found is None or not abroad:
        return found
    endereco = Endereco.read(grupo.em("end"), **abroad)
    return msgspec.structs.replace(found, endereco=endereco)


def _impostos(declared: _Found, assessed: _Found, *, iss_retido: bool) -> dict[str, Tributo]:
    """tax -> what the DPS declares of it, and what the NFS-e says."""
    found = {}
    for name in (*_IMPOSTOS, *_IMPOSTOS_DPS):
        fields = {**declared.get(name, {}), **assessed.get(name, {})}
        if name == "iss" and iss_retido and "valor" in fields:
            fields["retido"] = fields["valor"]
        if fields:
            found[name] = Tributo(**fields)
    return found


def _iss_retido(dps: Campos) -> bool:
    return dps.em("valores", "trib", "tribMun")["tpRetISSQN"] in _RETIDO


def _referencias(dps: Campos) -> Iterator[Referencia]:
    """The notes that this one replaces, answers or cites, and the documents of its amounts."""
    ibscbs = dps.em("IBSCBS")
    yield from named("substituido", [dps.em("subst")["chSubstda"]])
    yield from named("rejeitado", [dps["chNFSeRej"]])
    yield from named("referenciado", ibscbs.em("gRefNFSe").todos("refNFSe"))
    for documento in dps.lista("valores", "vDedRed", "documentos", "docDedRed"):
        yield Referencia(papel="deduzido", **_DEDUZIDO.read(documento))
    for documento in ibscbs.lista("valores", "gReeRepRes", "documentos"):
        yield Referencia(papel="reembolsado", **_REEMBOLSADO.read(documento))
