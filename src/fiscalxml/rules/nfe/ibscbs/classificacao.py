"""Groups UB13 and UB14: CST and cClassTrib, and the groups that they ask for or forbid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.classificacoes import (
    DE_DIFERENCA_DE_MISTURA,
    DE_OUTROS,
    IRREGULAR,
    POR_NOTA_DE_CREDITO,
    POR_NOTA_DE_DEBITO,
    RESERVADA,
    SEM_TRIBUTACAO,
    classe_de,
    cst_de,
    inexistente,
)
from fiscalxml.rules.nfe.reforma import MONOFASIA, V130, V140, Vigencia
from fiscalxml.rules.nfe.scopes import Item, Natureza, de_cada_no_item, do_item

_CAMINHO: Final = "imposto/IBSCBS"
_CREDITO: Final = "5"
_DEBITO: Final = "6"
_NFE: Final = "55"
_PERDA_EM_ESTOQUE: Final = "07"
_PERDA_DE_COMBUSTIVEL: Final = (_PERDA_EM_ESTOQUE, "620007")
"""the cClassTrib of the same loss where the goods are taxed once, newer than the note's list"""
_FIM_DA_UB14_40: Final = date(2026, 11, 2)
"""v1.52 of the note, in production from 03/11/2026 on, has it no more"""


def _irregular(nota: Natureza) -> bool:
    return IRREGULAR in nota.exige


@de_cada_no_item(
    _CAMINHO,
    "nfe:UB13-10",
    "1020",
    **V130,
    quando=_irregular,
    correcao="Informe um CST da tabela de IBS e CBS (IT 2025.002).",
    causa="CST do ICMS, ou de uma lista antiga, no lugar do CST do IBS e da CBS, que tem três "
    "dígitos.",
)
def cst_inexistente(ibscbs: Grupo, item: Item) -> Falha | None:
    """Where the cClassTrib is known, it has another CST, and there is no doubt."""
    if cst_de(ibscbs) is not None:
        return None
    certo = classe_de(ibscbs) is not None
    return inexistente("CST", ibscbs["CST"], item.nota.emissao, certo=certo)


@de_cada_no_item(
    _CAMINHO,
    "nfe:UB14-10",
    "1023",
    **V130,
    quando=_irregular,
    correcao="Informe um cClassTrib da tabela de classificação tributária (IT 2025.002).",
    causa="Código digitado errado, ou retirado da tabela numa atualização.",
)
def classe_inexistente(ibscbs: Grupo, item: Item) -> Falha | None:
    if classe_de(ibscbs) is not None:
        return None
    return inexistente("cClassTrib", ibscbs["cClassTrib"], item.nota.emissao)


@de_cada_no_item(
    _CAMINHO,
    "nfe:UB14-20",
    "1024",
    **V130,
    quando=_irregular,
    correcao="CST e cClassTrib andam juntos: o cClassTrib começa com os três dígitos do seu CST.",
    causa="Um dos dois ficou de um cadastro anterior do produto.",
)
def classe_de_outro_cst(ibscbs: Grupo, _item: Item) -> Falha | None:
    """Both are in the table; else the rules above tell."""
    classe = classe_de(ibscbs)
    if classe is None or classe.cst == ibscbs["CST"] or cst_de(ibscbs) is None:
        return None
    return Falha("CST", ibscbs["CST"], f"{classe.cst}, que é o do cClassTrib {classe.classe}")


@de_cada_no_item(
    _CAMINHO,
    "nfe:UB14-25",
    "1025",
    **V130,
    quando=lambda nota: DE_OUTROS in nota.exige,
    correcao="Use um cClassTrib que a tabela permita neste modelo de documento.",
    causa="Classificação de serviço, de transporte ou de outro documento num item de mercadoria; "
    "ou de operação entre empresas numa NFC-e.",
)
def classe_de_outro_documento(ibscbs: Grupo, item: Item) -> Falha | None:
    classe = classe_de(ibscbs)
    if classe is None:
        return None
    nfe = item.nota.ide["mod"] == _NFE
    if classe.nfe if nfe else classe.nfce:
        return None
    return Falha("cClassTrib", classe.classe, f"código permitido na {'NF-e' if nfe else 'NFC-e'}")


# Group, indicator of the CST, then rule and code where it is forbidden, where it lacks.
_GRUPOS_DO_CST: Final = (
    ("gIBSCBS", "exige_tributacao", ("nfe:UB13-20", "1021"), ("nfe:UB13-30", "1022"), V130),
    ("gIBSCBSMono", "monofasica", ("nfe:UB13-39", "1151"), ("nfe:UB13-40", "1116"), MONOFASIA),
    (
        "gTransfCred",
        "transferencia_credito",
        ("nfe:UB13-44", "1131"),
        ("nfe:UB13-45", "1132"),
        V130,
    ),
)


def _grupo_do_cst(
    grupo: str, indicador: str, proibe: tuple[str, str], exige: tuple[str, str], desde: Vigencia
) -> None:
    """The CST's indicator forbids the group, or demands it."""

    def proibido(item: Item) -> Falha | None:
        cst = cst_de(item.imposto.em("IBSCBS"))
        if cst is None or getattr(cst, indicador):
            return None
        return Falha(f"{_CAMINHO}/{grupo}", f"informado, com CST {cst.cst}", "não informar")

    def exigido(item: Item) -> Falha | None:
        cst = cst_de(item.imposto.em("IBSCBS"))
        if cst is None or not getattr(cst, indicador):
            return None
        if item.nota.ide["tpNFDebito"] == _PERDA_EM_ESTOQUE and grupo != "gTransfCred":
            return None
        return Falha(f"{_CAMINHO}/{grupo}", f"ausente, com CST {cst.cst}", "informado")

    do_item(
        *proibe,
        com=f"{_CAMINHO}/{grupo}",
        **V130,
        quando=lambda nota: grupo != "gIBSCBS" or SEM_TRIBUTACAO in nota.exige,
        correcao=f"Retire {grupo}, que este CST não tem; ou corrija CST e cClassTrib.",
        causa=f"CST trocado, ou o sistema preenche {grupo} em todos os itens.",
    )(proibido)
    do_item(
        *exige,
        com=_CAMINHO,
        sem=grupo,
        **desde,
        quando=lambda nota: grupo in nota.exige,
        correcao=f"Informe {grupo}, que este CST exige; ou corrija CST e cClassTrib.",
        causa=f"CST trocado, ou {grupo} não foi calculado para o item.",
    )(exigido)


for _linha in _GRUPOS_DO_CST:
    _grupo_do_cst(*_linha)


@de_cada_no_item(
    _CAMINHO,
    "nfe:UB14-40",
    "1057",
    **V130,
    ate=_FIM_DA_UB14_40,
    quando=lambda nota: RESERVADA in nota.exige and nota.finNFe != _CREDITO,
    correcao="O cClassTrib 620005 é só de nota de crédito (finNFe 5).",
    causa="Ressarcimento de mistura menor que a obrigatória emitido como venda.",
)
def mistura_fora_de_nota_de_credito(ibscbs: Grupo, _item: Item) -> Falha | None:
    classe = ibscbs["cClassTrib"]
    if classe != DE_DIFERENCA_DE_MISTURA:
        return None
    return Falha("cClassTrib", classe, "outro cClassTrib, ou finNFe 5")


@de_cada_no_item(
    _CAMINHO,
    "nfe:UB14-60",
    "1202",
    **V140,
    quando=lambda nota: RESERVADA in nota.exige,
    correcao="Este cClassTrib é só de um tipo de nota de débito ou de crédito: informe finNFe e o "
    "tipo, ou use outro cClassTrib.",
    causa="Ajuste ou transferência de crédito emitido como venda, ou com outro tipo de nota.",
)
def classe_reservada(ibscbs: Grupo, item: Item) -> Falha | None:
    """The reverse of the two rules below: a cClassTrib of one type of note is in no other."""
    ide, classe = item.nota.ide, ibscbs["cClassTrib"]
    debito = [tipo for tipo, propria in POR_NOTA_DE_DEBITO.items() if propria == classe]
    credito = [tipo for tipo, propria in POR_NOTA_DE_CREDITO.items() if propria == classe]
    if not debito and not credito:
        return None
    if ide["tpNFDebito"] in debito or ide["tpNFCredito"] in credito:
        return None
    esperado = " ou ".join(
        [f"tpNFDebito {tipo}" for tipo in debito] + [f"tpNFCredito {tipo}" for tipo in credito]
    )
    return Falha("cClassTrib", classe, f"nota com {esperado}")


def _tipo_de_nota(
    regra: str, codigo: str, finalidade: str, campo: str, classes: Mapping[str, str], nome: str
) -> None:
    def classe_de_outro_tipo(ibscbs: Grupo, item: Item) -> Falha | None:
        tipo = item.nota.ide[campo]
        esperada = classes.get(tipo)
        if esperada is None or ibscbs["cClassTrib"] == esperada:
            return None
        classe = ibscbs["cClassTrib"]
        return Falha(
            "cClassTrib",
            classe,
            f"{esperada}, com {campo} {tipo}",
            aviso=(tipo, classe) == _PERDA_DE_COMBUSTIVEL,
        )

    de_cada_no_item(
        _CAMINHO,
        regra,
        codigo,
        **V140,
        quando=lambda nota: nota.finNFe == finalidade,
        correcao=f"Informe em cada item o cClassTrib deste tipo de nota, ou corrija {campo}.",
        causa=f"Itens copiados da nota de venda para a de {nome}, com o cClassTrib da venda.",
    )(classe_de_outro_tipo)


_tipo_de_nota("nfe:UB14-70", "1200", _DEBITO, "tpNFDebito", POR_NOTA_DE_DEBITO, "débito")
_tipo_de_nota("nfe:UB14-80", "1201", _CREDITO, "tpNFCredito", POR_NOTA_DE_CREDITO, "crédito")
