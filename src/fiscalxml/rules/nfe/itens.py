"""Groups H and I: the items, and what every product has that no other module is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from fiscalxml.documents.groups import Grupo, as_decimal
from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.lookup import desconhecido
from fiscalxml.rules.nfe.areas_incentivadas import AMAZONIA_OCIDENTAL, MACAPA_E_SANTANA
from fiscalxml.rules.nfe.scopes import (
    FISCO,
    NFF,
    Item,
    Natureza,
    Nota,
    a_consumidor,
    da_nota,
    de_cada_no_item,
    do_item,
)
from fiscalxml.tables import cest, operador

_SERVICO_COM_ICMS: Final = re.compile(r"[1-7]3[05][0-9]|[56]932")
"""CFOPs of communication and transport, for which a state may take an NF-e"""
_XPROD_HOMOLOGACAO: Final = "NOTA FISCAL EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
_CREDITO_CONFERIDO: Final = frozenset({"SC"})
"""UFs that apply I05h-10 (NT 2019.001 v1.70, 3.6.1)"""


@da_nota(
    "nfe:H02-10",
    "927",
    obrigatoriedade="facultativa",  # the condition leaves it to each UF
    desde=date(2019, 9, 2),
    homologacao=date(2019, 7, 22),  # NT 2019.001 v1.10
    correcao="Numere os itens em sequência a partir de 1.",
    causa="Um item foi retirado da nota sem renumerar os outros, ou a numeração começa em 0.",
)
def numero_do_item(nota: Nota) -> Falha | None:
    """nItem counts from 1: the first item out of step, as all after it may be."""
    for n, det in enumerate(nota.itens, 1):
        numero = det.atributo("nItem")
        if numero != str(n):
            return Falha(f"det[{n}]/@nItem", numero, str(n))
    return None


@da_nota(
    "nfce:I04-10",
    "373",
    quando=lambda nota: a_consumidor(nota) and nota.tpAmb == "2",
    correcao=f"Em homologação, o xProd do primeiro item é: {_XPROD_HOMOLOGACAO}.",
    causa="O emissor passou para homologação sem trocar a descrição do primeiro item.",
)
def descricao_em_homologacao(nota: Nota) -> Falha | None:
    descricao = nota.prods[0]["xProd"]
    if descricao == _XPROD_HOMOLOGACAO:
        return None
    return Falha("det[1]/prod/xProd", descricao, _XPROD_HOMOLOGACAO)


@do_item(
    "nfe:I05-24",
    "471",
    com="prod:NCM",
    se=lambda ncm: ncm == "00",
    quando=lambda nota: nota.finNFe != "3",
    correcao="Informe o NCM do produto, com 8 dígitos; 00 é só de serviços e de notas de ajuste.",
    causa="Produto cadastrado sem NCM, ou item de serviço informado sem o grupo ISSQN.",
)
def ncm_zero(item: Item) -> Falha | None:
    if item.imposto.tem("ISSQN"):
        return None
    if _SERVICO_COM_ICMS.fullmatch(item.prod["CFOP"]):
        return None
    return Falha("prod/NCM", "00", "NCM de 8 dígitos")


@do_item(
    "nfe:I05c-10",
    "446",
    com="prod:CEST",
    duvida="A regra está desabilitada: aguarda a publicação da tabela de CEST.",
    correcao="Corrija o CEST pelo Convênio ICMS 142/2018, ou retire-o se o produto não tem.",
    causa="CEST revogado no cadastro do produto, ou erro de digitação.",
)
def cest_inexistente(item: Item) -> Falha | None:
    codigo = item.prod["CEST"]
    if cest.existe(codigo):
        return None
    tabela, emissao = cest.vigente(), item.nota.emissao
    return desconhecido("prod/CEST", codigo, "CEST da tabela", tabela=tabela, emissao=emissao)


@de_cada_no_item(
    "prod/gCred",
    "nfe:I05h-10",
    "664",
    tabela="cbenef",
    desde=date(2025, 11, 3),
    homologacao=date(2024, 12, 2),
    correcao="Informe em cCredPresumido um código da tabela de benefícios fiscais da UF, em vigor "
    "na data da nota.",
    causa="Código de benefício (cBenef) de outra UF, ou já encerrado.",
)
def credito_presumido_da_uf(credito: Grupo, item: Item) -> Falha | None:
    """The code is in the table of the UF, where it applies this, and in force that day."""
    codigo, uf = credito["cCredPresumido"], item.nota.emit.em("enderEmit")["UF"]
    if uf not in _CREDITO_CONFERIDO:
        return None
    row = (operador.tabela("cbenef") or {}).get(f"{uf}/{codigo}")
    if row is None:
        return Falha("cCredPresumido", codigo, f"código da tabela de {uf}")
    dia = item.nota.ide["dhEmi"][:10]
    if row.get("inicio", "") <= dia <= (row.get("fim") or dia):  # ISO dates compare as text
        return None
    return Falha("cCredPresumido", codigo, f"código em vigor em {dia}")


@do_item(
    "nfe:I05e-10",
    "879",
    com="prod:indEscala",
    se=lambda indicador: indicador == "N",
    correcao="Informe o CNPJ do fabricante (CNPJFab) do produto de escala não relevante.",
    causa="O cadastro marca escala não relevante (indEscala N) sem dizer quem fabrica.",
)
def fabricante_de_escala_nao_relevante(item: Item) -> Falha | None:
    if item.prod["CNPJFab"]:
        return None
    return Falha("prod/CNPJFab", "ausente", "CNPJ do fabricante")


@do_item(
    "nfe:I05e-20",
    "489",
    com="prod:CNPJFab",
    correcao="Corrija o CNPJ do fabricante (CNPJFab).",
    causa="CNPJ digitado errado, ou preenchido com zeros, no cadastro do produto.",
)
def cnpj_do_fabricante(item: Item) -> Falha | None:
    cnpj = item.prod["CNPJFab"]
    if not cnpj or is_valid_cnpj(cnpj):
        return None
    return Falha("prod/CNPJFab", cnpj, "CNPJ com dígitos verificadores corretos")


@do_item(
    "nfce:I05k-10",
    "1165",
    com="prod:tpCredPresIBSZFM",
    correcao="Retire tpCredPresIBSZFM do item: a NFC-e não o tem.",
    causa="Produto da Zona Franca com a classificação no cadastro, vendido no varejo.",
)
def zona_franca_na_nfce(item: Item) -> Falha | None:
    return Falha("prod/tpCredPresIBSZFM", item.prod["tpCredPresIBSZFM"], "não informar")


@do_item(
    "nfe:I05k-20",
    "1166",
    com="prod:tpCredPresIBSZFM",
    correcao="Retire tpCredPresIBSZFM: só o informa quem emite do AC, AM, RO, RR ou de Macapá e "
    "Santana, no AP.",
    causa="Item copiado da nota de um fornecedor da Zona Franca.",
)
def zona_franca_de_fora(item: Item) -> Falha | None:
    ender = item.nota.emit.em("enderEmit")
    if ender["UF"] in AMAZONIA_OCIDENTAL or ender["cMun"] in MACAPA_E_SANTANA:
        return None
    return Falha(
        "prod/tpCredPresIBSZFM",
        item.prod["tpCredPresIBSZFM"],
        "não informar",
        f"O emitente é de {ender['xMun']}, {ender['UF']}.",
    )


@do_item(
    "nfe:I11-10",
    "629",
    quando=lambda nota: nota.finNFe == "1",
    aritmetica=True,
    correcao="vProd é qCom vezes vUnCom, arredondado a centavos: corrija um dos três.",
    causa="vUnCom arredondado a duas casas (o campo aceita dez), ou vProd já com o desconto.",
)
def valor_do_produto(item: Item) -> Falha | None:
    """vProd is qCom × vUnCom in a normal note, within R$ 0,01."""
    return _produto(item, "qCom", "vUnCom")


@do_item(
    "nfe:I11-20",
    "630",
    quando=lambda nota: nota.finNFe == "1",
    aritmetica=True,
    correcao="vProd é qTrib vezes vUnTrib, arredondado a centavos: corrija um dos três.",
    causa="A unidade tributável difere da comercial e só um de qTrib e vUnTrib foi convertido.",
)
def valor_do_produto_tributavel(item: Item) -> Falha | None:
    """vProd is qTrib × vUnTrib in a normal note, within R$ 0,01."""
    return _produto(item, "qTrib", "vUnTrib")


@do_item(
    "nfe:I17-10",
    "483",
    com="prod:vDesc",
    correcao="O desconto do item não pode passar do valor do produto.",
    causa="Desconto da nota inteira lançado num item só, ou valor digitado errado.",
)
def desconto_maior_que_o_produto(item: Item) -> Falha | None:
    if item.prod.valor("vDesc") <= item.prod.valor("vProd"):
        return None
    return Falha("prod/vDesc", item.prod["vDesc"], f"até {item.prod['vProd']}")


@do_item(
    "nfce:I17b-10",
    "774",
    com="prod:indTot",
    se=lambda indicador: indicador == "0",
    quando=a_consumidor,
    correcao="Na venda a consumidor (NFC-e, ou NF-e com tpImp 6) todo item compõe o total: "
    "informe indTot 1.",
    causa="Brinde ou item de kit lançado com indTot 0.",
)
def item_fora_do_total(_item: Item) -> Falha | None:
    return Falha("prod/indTot", "0", "1")


def _nem_nff_nem_avulsa(nota: Natureza) -> bool:
    return nota.tpEmis != NFF and nota.procEmi not in FISCO


def _so_da_nff(grupo: str) -> Callable[[Item], Falha | None]:
    """The group of a product is for the Nota Fiscal Fácil and the notes of the fisco."""
    falha = Falha(f"prod/{grupo}", "informado", "não informar")

    def indevido(_item: Item) -> Falha | None:
        return falha

    return indevido


do_item(
    "nfe:I86-10",
    "820",
    quando=_nem_nff_nem_avulsa,
    com="prod/infProdNFF",
    correcao="Retire infProdNFF: o grupo é só da Nota Fiscal Fácil (tpEmis 3) e da avulsa.",
    causa="Grupo opcional preenchido pelo sistema com dados do produto.",
)(_so_da_nff("infProdNFF"))
do_item(
    "nfe:I87-10",
    "833",
    quando=_nem_nff_nem_avulsa,
    com="prod/infProdEmb",
    correcao="Retire infProdEmb: o grupo é só da Nota Fiscal Fácil (tpEmis 3) e da avulsa; a "
    "embalagem vai em uCom e xProd.",
    causa="Grupo opcional preenchido pelo sistema com a embalagem do produto.",
)(_so_da_nff("infProdEmb"))


def _produto(item: Item, quantidade: str, unitario: str) -> Falha | None:
    prod = item.prod
    calculado = _outro_produto(prod["vProd"], prod[quantidade], prod[unitario])
    if calculado is None:
        return None
    conta = f"{quantidade} {prod[quantidade]} × {unitario} {prod[unitario]} = {calculado}."
    return Falha("prod/vProd", prod["vProd"], calculado, conta)


@lru_cache(maxsize=4096)  # in most items the taxable unit is the commercial one
def _outro_produto(valor: str, quantidade: str, unitario: str) -> str | None:
    """What quantity times price is, where the value is more than a cent away."""
    informado, calculado = as_decimal(valor), as_decimal(quantidade) * as_decimal(unitario)
    if informado == calculado or not difere(informado, centavos(calculado), CENTAVO):
        return None
    return reais(calculado)
