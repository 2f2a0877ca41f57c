"""MDF-e (58)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fiscalxml.documents.campos import Campos
from fiscalxml.summaries.parts import Pessoa, Referencia, named, pessoa
from fiscalxml.summaries.reading import Tables, present, under
from fiscalxml.summaries.resumo import Vista

_TOTAIS: Final = {
    "documento": "vCarga",
    "quantidade_cte": "qCTe",
    "quantidade_nfe": "qNFe",
    "quantidade_mdfe": "qMDFe",
    "peso": "qCarga",
    "unidade_peso": "cUnid",
}
# RNTRC is beside the vehicle in layout 1.00, and in infANTT since 3.00.
_DETALHES: Final = {
    "modal": "ide/modal",
    "tipo_emitente": "ide/tpEmit",
    "tipo_transportador": "ide/tpTransp",
    "tipo_emissao": "ide/tpEmis",
    "uf_inicio": "ide/UFIni",
    "uf_fim": "ide/UFFim",
    "inicio_viagem": "ide/dhIniViagem",
    "canal_verde": "ide/indCanalVerde",
    "carrega_posterior": "ide/indCarregaPosterior",
    "rntrc": "infModal/rodo/infANTT/RNTRC infModal/rodo/RNTRC",
    "placa": "infModal/rodo/veicTracao/placa",
    "renavam": "infModal/rodo/veicTracao/RENAVAM",
    "uf_veiculo": "infModal/rodo/veicTracao/UF",
    "nome_condutor": "infModal/rodo/veicTracao/condutor/xNome",
    "cpf_condutor": "infModal/rodo/veicTracao/condutor/CPF",
    "matricula_aeronave": "infModal/aereo/matr",
    "voo": "infModal/aereo/nVoo",
    "data_voo": "infModal/aereo/dVoo",
    "aerodromo_embarque": "infModal/aereo/cAerEmb",
    "aerodromo_destino": "infModal/aereo/cAerDes",
    "embarcacao": "infModal/aquav/xEmbar",
    "codigo_embarcacao": "infModal/aquav/cEmbar",
    "irin": "infModal/aquav/irin",
    "viagem": "infModal/aquav/nViag",
    "porto_embarque": "infModal/aquav/cPrtEmb",
    "porto_destino": "infModal/aquav/cPrtDest",
    "prefixo_trem": "infModal/ferrov/trem/xPref",
    "origem_trem": "infModal/ferrov/trem/xOri",
    "destino_trem": "infModal/ferrov/trem/xDest",
    "liberacao_trem": "infModal/ferrov/trem/dhTrem",
    "vagoes": "infModal/ferrov/trem/qVag",
    "responsavel_seguro": "seg/infResp/respSeg",
    "apolice": "seg/nApol",
    "tipo_carga": "prodPred/tpCarga",
    "produto_predominante": "prodPred/xProd",
    "ncm_produto_predominante": "prodPred/NCM",
    "informacoes_fisco": "infAdic/infAdFisco",
}
_MANIFESTO: Final = Tables(
    {"totais": under("tot", _TOTAIS), "detalhes": _DETALHES}, ordered=("totais", "detalhes")
)


def view(grupo: Campos) -> Vista:
    """Everything of infMDFe. Of several drivers or insurances, the first."""
    ide, found = grupo.em("ide"), _MANIFESTO.read(grupo)
    return Vista(
        serie=ide["serie"] or None,
        numero=ide["nMDF"] or None,
        participantes=_participantes(grupo),
        totais=found["totais"],
        detalhes=found["detalhes"] | _repeated(grupo),
        referencias=_referencias(grupo),
        informacoes=grupo.em("infAdic")["infCpl"] or None,
    )


def _participantes(grupo: Campos) -> dict[str, Pessoa]:
    rodo, seguradora = grupo.em("infModal", "rodo"), grupo.em("seg", "infSeg")
    return present(
        emitente=pessoa(grupo.em("emit"), "enderEmit"),
        **_contratantes(rodo),
        proprietario_veiculo=pessoa(rodo.em("veicTracao", "prop")),
        seguradora=Pessoa.maybe(seguradora, nome=seguradora["xSeg"] or None),
        responsavel_tecnico=pessoa(grupo.em("infRespTec")),
    )


def _contratantes(rodo: Campos) -> dict[str, Pessoa | None]:
    """contratante, contratante_2, contratante_3 …"""
    contratantes = rodo.lista("infANTT", "infContratante")
    return {
        "contratante" if number == 1 else f"contratante_{number}": pessoa(each)
        for number, each in enumerate(contratantes, 1)
    }


def _repeated(grupo: Campos) -> dict[str, str]:
    """The details that repeat and have no blanks of their own, divided by a blank."""
    ide, rodo = grupo.em("ide"), grupo.em("infModal", "rodo")
    found = {
        "municipios_carregamento": _each(ide.lista("infMunCarrega"), "cMunCarrega"),
        "municipios_descarregamento": _each(
            grupo.lista("infDoc", "infMunDescarga"), "cMunDescarga"
        ),
        "percurso": _each(ide.lista("infPercurso"), "UFPer"),
        "ciot": _each(rodo.lista("infANTT", "infCIOT"), "CIOT"),
        "placas_reboques": _each(rodo.lista("veicReboque"), "placa"),
    }
    return {name: text for name, text in found.items() if text}


def _each(grupos: Sequence[Campos], campo: str) -> str:
    return " ".join(grupo[campo] for grupo in grupos if grupo[campo])


def _referencias(grupo: Campos) -> list[Referencia]:
    """The documents that are carried, by municipality of unloading."""
    found = []
    for municipio in grupo.lista("infDoc", "infMunDescarga"):
        for tag in ("infCTe", "infNFe", "infMDFeTransp"):
            for documento in municipio.lista(tag):
                found.append(Referencia.read(documento, papel="transportado"))
                notas = (nota["chNFe"] for nota in documento.lista("infNFePrestParcial"))
                found += named("transportado_em_parte", notas)
    return found
