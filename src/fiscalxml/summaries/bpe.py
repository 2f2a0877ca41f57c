"""BP-e (63), also of metropolitan transport (BPeTM) and by air (BPeTA)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from fiscalxml.documents.campos import Campos
from fiscalxml.summaries.parts import (
    IBSCBS,
    IBSCBS_TOTAIS,
    Referencia,
    common_references,
    named,
    pessoa,
    taxes,
)
from fiscalxml.summaries.reading import Tables, all_under, present, under
from fiscalxml.summaries.resumo import Item, Pagamento, Vista

_ICMS: Final = {
    "cst": "CST",
    "base": "vBC",
    "aliquota": "pICMS",
    "valor": "vICMS",
    "desonerado": "vICMSDeson",
}
_IMPOSTOS: Final[Mapping[str, Mapping[str, str]]] = {
    "icms_uf_destino": {
        "base": "ICMSUFFim/vBCUFFim",
        "aliquota": "ICMSUFFim/pICMSUFFim",
        "valor": "ICMSUFFim/vICMSUFFim",
    },
    "fcp": {"aliquota": "ICMSUFFim/pFCPUFFim", "valor": "ICMSUFFim/vFCPUFFim"},
    "ibs": {"base": "IBSCBS/gIBSCBS/vBC", "valor": "IBSCBS/gIBSCBS/vIBS"},
    "inss": {"retido": "vINSSRet"},
}
_IMPOSTOS_TM: Final = {
    "icms": {"base": "ICMSTot/vBC", "valor": "ICMSTot/vICMS"},
    **IBSCBS_TOTAIS,
}
# `total` is in BPeTM only.
_TOTAIS: Final = {
    "documento": "infValorBPe/vBP total/vBP",
    "desconto": "infValorBPe/vDesconto",
    "pagamento": "infValorBPe/vPgto",
    "troco": "infValorBPe/vTroco",
    "tributos_aproximados": "imp/vTotTrib",
    "documento_com_tributos_por_fora": "imp/vTotDFe total/vTotDFe",
    "quantidade_passagens": "total/qPass",
}
_DETALHES: Final = {
    "modal": "ide/modal",
    "tipo_bilhete": "ide/tpBPe",
    "tipo_emissao": "ide/tpEmis",
    "contingencia": "ide/dhCont",
    "justificativa_contingencia": "ide/xJust",
    "presenca": "ide/indPres",
    "competencia": "ide/dCompet",
    "cfop": "ide/CFOP",
    "bilhete_iata": "ide/nroBPIATA",
    "uf_inicio": "ide/UFIni",
    "codigo_municipio_inicio": "ide/cMunIni",
    "uf_fim": "ide/UFFim",
    "codigo_municipio_fim": "ide/cMunFim",
    "termo_autorizacao": "emit/TAR",
    "suframa_emitente": "emit/ISUFEmit",
    "tipo_substituicao": "infBPeSub/tpSub",
    "codigo_origem": "infPassagem/cLocOrig infViagem/cAeroOrig",
    "origem": "infPassagem/xLocOrig",
    "codigo_destino": "infPassagem/cLocDest infViagem/cAeroDest",
    "destino": "infPassagem/xLocDest",
    "embarque": "infPassagem/dhEmb",
    "validade": "infPassagem/dhValidade",
    "nome_passageiro": "infPassagem/infPassageiro/xNome",
    "cpf_passageiro": "infPassagem/infPassageiro/CPF",
    "tipo_documento": "infPassagem/infPassageiro/tpDoc",
    "documento": "infPassagem/infPassageiro/nDoc",
    "descricao_documento": "infPassagem/infPassageiro/xDoc",
    "nascimento_passageiro": "infPassagem/infPassageiro/dNasc",
    "telefone_passageiro": "infPassagem/infPassageiro/fone",
    "email_passageiro": "infPassagem/infPassageiro/email",
    "codigo_percurso": "infViagem/cPercurso",
    "percurso": "infViagem/xPercurso",
    "prefixo_linha": "infViagem/prefixo",
    "voo": "infViagem/nroVoo",
    "companhia_aerea": "infViagem/SiglaCiaOperVoo",
    "viagem": "infViagem/dhViagem",
    "conexao": "infViagem/dhConexao",
    "tipo_viagem": "infViagem/tpViagem",
    "tipo_servico": "infViagem/tpServ",
    "tipo_acomodacao": "infViagem/tpAcomodacao",
    "tipo_trecho": "infViagem/tpTrecho",
    "poltrona": "infViagem/poltrona",
    "plataforma": "infViagem/plataforma",
    "tipo_desconto": "infValorBPe/tpDesconto",
    "descricao_desconto": "infValorBPe/xDesconto",
    "informacoes_fisco": "infAdic/infAdFisco",
}
_IMP: Final = {
    "icms": under("ICMS/*", _ICMS),
    **_IMPOSTOS,
    **all_under("IBSCBS", IBSCBS),
}
_BILHETE: Final = Tables(
    {"totais": _TOTAIS, "detalhes": _DETALHES, **all_under("imp", _IMP)},
    ordered=("totais", "detalhes"),
)
_TM: Final = Tables(_IMPOSTOS_TM)
_VIAGEM: Final = Tables(all_under("imp", _IMP))


def view(grupo: Campos) -> Vista:
    """Everything of infBPe. Of a trip in several stretches, the first."""
    ide, found = grupo.em("ide"), _BILHETE.read(grupo)
    return Vista(
        serie=ide["serie"] or None,
        numero=ide["nBP"] or None,
        participantes=present(
            emitente=pessoa(grupo.em("emit"), "enderEmit"),
            comprador=pessoa(grupo.em("comp"), "enderComp"),
            agencia=pessoa(grupo.em("agencia"), "enderAgencia"),
            responsavel_tecnico=pessoa(grupo.em("infRespTec")),
        ),
        itens=list(_itens(grupo)),
        totais=found["totais"],
        impostos=taxes(found, _IMP) | taxes(_TM.read(grupo.em("total"))),
        pagamentos=[Pagamento.read(pag) for pag in grupo.lista("pag")],
        detalhes=found["detalhes"],
        referencias=list(_referencias(grupo)),
        informacoes=grupo.em("infAdic")["infCpl"] or None,
    )


def _itens(grupo: Campos) -> Iterator[Item]:
    """The components of the fare; of a BPeTM, which has none, the journeys."""
    for component in grupo.lista("infValorBPe", "Comp"):
        yield Item(codigo=component["tpComp"] or None, valor=component["vComp"] or None)
    for vehicle in grupo.lista("detBPeTM"):
        for det in vehicle.lista("det"):
            yield Item(
                numero=det.atributo("nViagem") or None,
                quantidade=det["qPass"] or None,
                valor=det["vBP"] or None,
                impostos=taxes(_VIAGEM.read(det)) or None,
            )


def _referencias(grupo: Campos) -> Iterator[Referencia]:
    """The ticket that is replaced, and that of which this one is a service."""
    yield from named("substituido", [grupo.em("infBPeSub")["chBPe"]])
    yield from named("vinculado", [grupo.em("infBPeVinculado")["chBPeMultiplo"]])
    yield from common_references(grupo)
