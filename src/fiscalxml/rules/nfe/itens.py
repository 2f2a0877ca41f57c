"""Groups H and I: the items and what every product has. CFOP, import, export have their modules."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from fiscalxml.documents.groups import as_decimal
from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.gtin import is_valid_gtin
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.scopes import FISCO, MOC_7, Item, Natureza, Nota, da_nota, do_item
from fiscalxml.tables import cest

_SEM_GTIN: Final = "SEM GTIN"
_SERVICO_COM_ICMS: Final = re.compile(r"[1-7]3[05][0-9]|[56]932")
"""CFOPs of communication and transport, for which a state may take an NF-e"""
_XPROD_HOMOLOGACAO: Final = "NOTA FISCAL EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
_MEI: Final = "4"
_UF_ZFM: Final = frozenset({"AC", "AM", "RO", "RR"})
_MUNICIPIOS_ZFM: Final = frozenset({"1600303", "1600600"})
"""Macapá and Santana, in AP"""


@da_nota(
    "nfe:H02-10",
    "927",
    obrigatoriedade="facultativa",  # the condition leaves it to each UF
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


@do_item(
    "nfe:I03-10",
    "611",
    correcao="Corrija o GTIN em cEAN, ou informe SEM GTIN se o produto não tem código de barras.",
    causa="Código interno ou código de barras de balança no campo do GTIN, ou erro de digitação.",
)
def gtin_comercial(item: Item) -> Falha | None:
    return _gtin_invalido(item, "cEAN")


def _sem_informacao(regra: str, codigo: str, campo: str) -> None:
    """The field is not left empty: a product without bar code says so."""

    def vazio(item: Item) -> Falha | None:
        return None if item.prod[campo] else Falha(f"prod/{campo}", "vazio", "GTIN ou SEM GTIN")

    do_item(
        regra,
        codigo,
        quando=lambda nota: nota.CRT != _MEI,
        desde=MOC_7,
        correcao=f"Informe em {campo} o GTIN do produto, ou SEM GTIN se ele não tem código de "
        "barras.",
        causa="Produto cadastrado sem código de barras: o sistema deixa a tag vazia.",
    )(vazio)


_sem_informacao("nfe:I03-30", "883", "cEAN")


@da_nota(
    "nfce:I04-10",
    "373",
    quando=lambda nota: nota.tpAmb == "2",
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
    quando=lambda nota: nota.finNFe != "3",
    correcao="Informe o NCM do produto, com 8 dígitos; 00 é só de serviços e de notas de ajuste.",
    causa="Produto cadastrado sem NCM, ou item de serviço informado sem o grupo ISSQN.",
)
def ncm_zero(item: Item) -> Falha | None:
    if item.prod["NCM"] != "00" or item.imposto.tem("ISSQN"):
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
    return None if cest.existe(codigo) else Falha("prod/CEST", codigo, "CEST da tabela")


@do_item(
    "nfe:I05e-10",
    "879",
    com="prod:indEscala",
    correcao="Informe o CNPJ do fabricante (CNPJFab) do produto de escala não relevante.",
    causa="O cadastro marca escala não relevante (indEscala N) sem dizer quem fabrica.",
)
def fabricante_de_escala_nao_relevante(item: Item) -> Falha | None:
    if item.prod["indEscala"] == "N" and not item.prod["CNPJFab"]:
        return Falha("prod/CNPJFab", "ausente", "CNPJ do fabricante")
    return None


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
    if ender["UF"] in _UF_ZFM or ender["cMun"] in _MUNICIPIOS_ZFM:
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
    "nfe:I12-10",
    "612",
    correcao="Corrija o GTIN em cEANTrib, ou informe SEM GTIN se o produto não tem código de "
    "barras.",
    causa="Código interno no campo do GTIN da unidade tributável, ou erro de digitação.",
)
def gtin_tributavel(item: Item) -> Falha | None:
    return _gtin_invalido(item, "cEANTrib")


@do_item(
    "nfe:I12-30",
    "885",
    correcao="Se há GTIN em cEAN, informe também o da unidade tributável em cEANTrib.",
    causa="O sistema preenche cEAN pelo cadastro e deixa cEANTrib com SEM GTIN.",
)
def so_gtin_comercial(item: Item) -> Falha | None:
    if _tem_gtin(item, "cEAN") and not _tem_gtin(item, "cEANTrib"):
        return Falha("prod/cEANTrib", item.prod["cEANTrib"] or "vazio", "GTIN")
    return None


@do_item(
    "nfe:I12-40",
    "886",
    correcao="Se há GTIN em cEANTrib, informe também o da unidade comercial em cEAN.",
    causa="O sistema preenche cEANTrib pelo cadastro e deixa cEAN com SEM GTIN.",
)
def so_gtin_tributavel(item: Item) -> Falha | None:
    if _tem_gtin(item, "cEANTrib") and not _tem_gtin(item, "cEAN"):
        return Falha("prod/cEAN", item.prod["cEAN"] or "vazio", "GTIN")
    return None


_sem_informacao("nfe:I12-60", "888", "cEANTrib")


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
    correcao="Na NFC-e todo item compõe o total: informe indTot 1.",
    causa="Brinde ou item de kit lançado com indTot 0.",
)
def item_fora_do_total(item: Item) -> Falha | None:
    return Falha("prod/indTot", "0", "1") if item.prod["indTot"] == "0" else None


def _nem_nff_nem_avulsa(nota: Natureza) -> bool:
    return nota.tpEmis != "3" and nota.procEmi not in FISCO


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


def _tem_gtin(item: Item, campo: str) -> bool:
    return item.prod[campo] not in ("", _SEM_GTIN)


def _gtin_invalido(item: Item, campo: str) -> Falha | None:
    """Only the check digit counts: that of zeros alone is right."""
    gtin = item.prod[campo]
    if gtin in ("", _SEM_GTIN) or gtin.strip("0") == "" or is_valid_gtin(gtin):
        return None
    return Falha(f"prod/{campo}", gtin, "GTIN com dígito verificador correto, ou SEM GTIN")


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
