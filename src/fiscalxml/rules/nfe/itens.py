"""Groups H and I (and what of J, K, L stands beside them): the items and their products."""

from __future__ import annotations

import re
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.gtin import is_valid_gtin
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.proibicoes import proibe_no_item
from fiscalxml.rules.nfe.scopes import Item, do_item

_SEM_GTIN: Final = "SEM GTIN"
_SERVICO: Final = frozenset({"1933", "2933", "5933", "6933"})
_SERVICO_COM_ICMS: Final = re.compile(r"[1-7]3[05][0-9]|[56]932")
"""communication and transport, for which a state may take an NF-e"""
_LISTA_SERVICO: Final = ", ".join(sorted(_SERVICO))


@do_item(
    "nfe:H02-10",
    "927",
    obrigatoriedade="facultativa",  # the condition leaves it to each UF
    correcao="Numere os itens em sequência a partir de 1.",
)
def numero_do_item(item: Item) -> Falha | None:
    numero, esperado = item.det.atributo("nItem"), str(item.posicao + 1)
    return None if numero == esperado else Falha("@nItem", numero, esperado)


@do_item(
    "nfe:I03-10",
    "611",
    com="prod:cEAN",
    correcao="Corrija o GTIN em cEAN, ou informe SEM GTIN se o produto não tem código de barras.",
)
def gtin_comercial(item: Item) -> Falha | None:
    return _gtin_invalido(item, "cEAN")


@do_item(
    "nfe:I12-10",
    "612",
    com="prod:cEANTrib",
    correcao="Corrija o GTIN em cEANTrib, ou informe SEM GTIN se o produto não tem código de "
    "barras.",
)
def gtin_tributavel(item: Item) -> Falha | None:
    return _gtin_invalido(item, "cEANTrib")


@do_item(
    "nfe:I12-30",
    "885",
    correcao="Se há GTIN em cEAN, informe também o da unidade tributável em cEANTrib.",
)
def so_gtin_comercial(item: Item) -> Falha | None:
    if _tem_gtin(item, "cEAN") and not _tem_gtin(item, "cEANTrib"):
        return Falha("prod/cEANTrib", item.prod["cEANTrib"] or "vazio", "GTIN")
    return None


@do_item(
    "nfe:I12-40",
    "886",
    correcao="Se há GTIN em cEANTrib, informe também o da unidade comercial em cEAN.",
)
def so_gtin_tributavel(item: Item) -> Falha | None:
    if _tem_gtin(item, "cEANTrib") and not _tem_gtin(item, "cEAN"):
        return Falha("prod/cEAN", item.prod["cEAN"] or "vazio", "GTIN")
    return None


@do_item(
    "nfe:I05-24",
    "471",
    quando=lambda nota: nota.finNFe != "3",
    correcao="Informe o NCM do produto, com 8 dígitos; 00 é só de serviços e de notas de ajuste.",
)
def ncm_zero(item: Item) -> Falha | None:
    if item.prod["NCM"] != "00" or item.imposto.tem("ISSQN"):
        return None
    if _SERVICO_COM_ICMS.fullmatch(item.prod["CFOP"]):
        return None
    return Falha("prod/NCM", "00", "NCM de 8 dígitos")


@do_item(
    "nfe:I05e-10",
    "879",
    com="prod:indEscala",
    correcao="Informe o CNPJ do fabricante (CNPJFab) do produto de escala não relevante.",
)
def fabricante_de_escala_nao_relevante(item: Item) -> Falha | None:
    if item.prod["indEscala"] == "N" and not item.prod["CNPJFab"]:
        return Falha("prod/CNPJFab", "ausente", "CNPJ do fabricante")
    return None


@do_item(
    "nfe:I05e-20", "489", com="prod:CNPJFab", correcao="Corrija o CNPJ do fabricante (CNPJFab)."
)
def cnpj_do_fabricante(item: Item) -> Falha | None:
    cnpj = item.prod["CNPJFab"]
    if not cnpj or is_valid_cnpj(cnpj):
        return None
    return Falha("prod/CNPJFab", cnpj, "CNPJ com dígitos verificadores corretos")


@do_item(
    "nfe:I08-10",
    "518",
    quando=lambda nota: nota.tpNF == "1",
    correcao="Numa nota de saída use CFOP iniciado por 5, 6 ou 7; ou corrija tpNF.",
)
def cfop_de_entrada_em_saida(item: Item) -> Falha | None:
    cfop = item.prod["CFOP"]
    if cfop[:1] in ("1", "2", "3"):
        return Falha("prod/CFOP", cfop, "5, 6 ou 7 no início")
    return None


@do_item(
    "nfe:I08-20",
    "519",
    quando=lambda nota: nota.tpNF == "0",
    correcao="Numa nota de entrada use CFOP iniciado por 1, 2 ou 3; ou corrija tpNF.",
)
def cfop_de_saida_em_entrada(item: Item) -> Falha | None:
    cfop = item.prod["CFOP"]
    if cfop[:1] in ("5", "6", "7"):
        return Falha("prod/CFOP", cfop, "1, 2 ou 3 no início")
    return None


@do_item(
    "nfe:I08-30",
    "731",
    quando=lambda nota: nota.idDest != "3",
    correcao="CFOP 3xxx e 7xxx são de operação com o exterior: informe idDest 3, ou outro CFOP.",
)
def cfop_de_exterior(item: Item) -> Falha | None:
    """CFOP 3 or 7 goes with idDest 3; fuel to be consumed abroad (UFCons EX) is excepted."""
    cfop = item.prod["CFOP"]
    if cfop[:1] not in ("3", "7"):
        return None
    if cfop[0] == "7" and item.prod.em("comb")["UFCons"] == "EX":
        return None
    return Falha("prod/CFOP", cfop, f"CFOP de operação com idDest {item.nota.ide['idDest']}")


@do_item(
    "nfe:I08-40",
    "732",
    quando=lambda nota: nota.idDest != "2",
    correcao="CFOP 2xxx e 6xxx são de operação interestadual: informe idDest 2, ou outro CFOP.",
)
def cfop_interestadual(item: Item) -> Falha | None:
    cfop = item.prod["CFOP"]
    if cfop[:1] in ("2", "6"):
        return Falha("prod/CFOP", cfop, f"CFOP de operação com idDest {item.nota.ide['idDest']}")
    return None


@do_item(
    "nfe:I08-50",
    "733",
    quando=lambda nota: nota.idDest != "1",
    correcao="CFOP 1xxx e 5xxx são de operação interna: informe idDest 1, ou outro CFOP.",
)
def cfop_interno(item: Item) -> Falha | None:
    cfop = item.prod["CFOP"]
    if cfop[:1] in ("1", "5"):
        return Falha("prod/CFOP", cfop, f"CFOP de operação com idDest {item.nota.ide['idDest']}")
    return None


@do_item(
    "nfe:I08-160",
    "374",
    correcao="CFOP de serviço pede o grupo imposto/ISSQN; para mercadoria, use outro CFOP.",
)
def cfop_de_servico_sem_issqn(item: Item) -> Falha | None:
    cfop = item.prod["CFOP"]
    if cfop in _SERVICO and not item.imposto.tem("ISSQN"):
        return Falha("prod/CFOP", cfop, "CFOP de mercadoria, ou o grupo ISSQN")
    return None


@do_item(
    "nfe:I08-170",
    "374",
    com="imposto/ISSQN",
    correcao=f"Item de serviço (com ISSQN) tem CFOP {_LISTA_SERVICO}.",
)
def issqn_sem_cfop_de_servico(item: Item) -> Falha | None:
    cfop = item.prod["CFOP"]
    return None if cfop in _SERVICO else Falha("prod/CFOP", cfop, _LISTA_SERVICO)


@do_item(
    "nfe:I11-10",
    "629",
    quando=lambda nota: nota.finNFe == "1",
    aritmetica=True,
    correcao="vProd é qCom vezes vUnCom, arredondado a centavos: corrija um dos três.",
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
)
def valor_do_produto_tributavel(item: Item) -> Falha | None:
    """vProd is qTrib × vUnTrib in a normal note, within R$ 0,01."""
    return _produto(item, "qTrib", "vUnTrib")


@do_item(
    "nfe:I17-10",
    "483",
    com="prod:vDesc",
    correcao="O desconto do item não pode passar do valor do produto.",
)
def desconto_maior_que_o_produto(item: Item) -> Falha | None:
    if item.prod.valor("vDesc") <= item.prod.valor("vProd"):
        return None
    return Falha("prod/vDesc", item.prod["vDesc"], f"até {item.prod['vProd']}")


@do_item("nfce:I17b-10", "774", correcao="Na NFC-e todo item compõe o total: informe indTot 1.")
def item_fora_do_total(item: Item) -> Falha | None:
    return Falha("prod/indTot", "0", "1") if item.prod["indTot"] == "0" else None


@do_item(
    "nfe:I50-10",
    "336",
    quando=lambda nota: nota.idDest != "3",
    com="prod/detExport",
    correcao="detExport é só de operação com o exterior (idDest 3): retire-o.",
)
def exportacao_em_operacao_interna(_item: Item) -> Falha | None:
    return Falha("prod/detExport", "informado", "não informar")


@do_item(
    "nfe:I84-10",
    "870",
    com="prod/rastro",
    correcao="A validade do lote não pode ser anterior à fabricação.",
)
def validade_antes_da_fabricacao(item: Item) -> Falha | None:
    for position, rastro in enumerate(item.prod.lista("rastro"), 1):
        if rastro["dVal"] < rastro["dFab"]:  # ISO dates compare as text
            return Falha(
                f"prod/rastro[{position}]/dVal", rastro["dVal"], f"de {rastro['dFab']} em diante"
            )
    return None


proibe_no_item(
    "nfce:J01-10",
    "736",
    "prod/veicProd",
    correcao="Veículo novo não se vende por NFC-e: retire veicProd, ou emita NF-e.",
)
proibe_no_item(
    "nfce:L01-10",
    "738",
    "prod/arma",
    correcao="Arma não se vende por NFC-e: retire o grupo arma, ou emita NF-e.",
)


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
    informado, calculado = prod.valor("vProd"), prod.valor(quantidade) * prod.valor(unitario)
    if informado == calculado or not difere(informado, centavos(calculado), CENTAVO):
        return None
    return Falha(
        "prod/vProd",
        prod["vProd"],
        reais(calculado),
        f"{quantidade} {prod[quantidade]} × {unitario} {prod[unitario]} = {reais(calculado)}.",
    )
