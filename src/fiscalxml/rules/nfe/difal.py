"""Group NA: the difference of rates of ICMS (DIFAL), due to the state of destination."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe import cfops
from fiscalxml.rules.nfe.grupos_icms import (
    NAO_CONTRIBUINTE,
    SIMPLES,
    conjunto,
    derivado_de_petroleo,
)
from fiscalxml.rules.nfe.scopes import FISCO, ZERO, Item, Nota, do_item
from fiscalxml.tables import aliquotas

_GRUPO: Final = "imposto/ICMSUFDest"
_CENTESIMO: Final = Decimal("0.01")
_JULHO_DE_2016: Final = date(2016, 7, 1)
_PARTILHA: Final = {"2016": Decimal(40), "2017": Decimal(60), "2018": Decimal(80)}
"""percent of the difference that goes to the state of destination, by year; later all of it"""
_SEM_DIFAL: Final = conjunto("6552 6922 6929")
_ISENTOS: Final = frozenset({"40", "41", "103", "300", "400"})
"""CST and CSOSN"""


@do_item(
    "nfe:NA01-20",
    "694",
    quando=lambda nota: (
        nota.idDest == "2"
        and nota.indFinal == "1"
        and nota.indIEDest == NAO_CONTRIBUINTE
        and nota.tpNF == "1"
        and nota.finNFe in ("1", "4")
        and nota.CRT not in SIMPLES
    ),
    com="imposto/ICMS",
    desde=_JULHO_DE_2016,
    correcao="Informe o grupo ICMSUFDest no item: a venda a não contribuinte de outro estado deve "
    "a este a diferença de alíquotas (DIFAL).",
    causa="O sistema emissor não calcula o DIFAL, ou o cliente é contribuinte e está com indIEDest "
    "9.",
)
def sem_icms_da_uf_de_destino(item: Item) -> Falha | None:
    """Twelve exceptions; those on the whole note are in `quando` and at the end."""
    if item.imposto.tem("ICMSUFDest") or item.imposto.em("ICMS").tem("ICMSPart"):
        return None
    icms, cfop = item.icms, item.prod["CFOP"]
    if (icms["CST"] or icms["CSOSN"]) in _ISENTOS or cfop in _SEM_DIFAL:
        return None
    if cfop in cfops.com("retorno", "remessa") or derivado_de_petroleo(item):
        return None
    nota = item.nota
    if nota.grupo.em("entrega")["UF"] == nota.emit.em("enderEmit")["UF"]:
        return None
    if nota.ide.em("gCompraGov")["tpOperGov"] == "2":
        return None
    if nota.ide["finNFe"] == "4" and any(year < "2016" for year in _anos_referenciados(nota)):
        return None
    return Falha(_GRUPO, "ausente", "informado")


@do_item(
    "nfe:NA01-30",
    "695",
    com=_GRUPO,
    desde=_JULHO_DE_2016,
    correcao="Retire ICMSUFDest do item: ele é só da venda de mercadoria a consumidor final não "
    "contribuinte de outro estado. Ou corrija idDest, indFinal ou indIEDest.",
    causa="O DIFAL foi calculado para um contribuinte, ou para um cliente do mesmo estado.",
)
def icms_da_uf_de_destino_indevido(item: Item) -> Falha | None:
    nota = item.nota
    motivo = _sem_difal(item)
    if not motivo:
        return None
    origem = nota.emit.em("enderEmit")["UF"]
    if nota.grupo.em("entrega")["UF"] not in ("", origem):
        return None
    avulsa = nota.ide["procEmi"] in FISCO and nota.emit["IE"] == "ISENTO"
    if avulsa and nota.ide["finNFe"] == "4":
        return None
    return Falha(_GRUPO, f"informado, com {motivo}", "não informar")


def _sem_difal(item: Item) -> str:
    """Why an item owes no DIFAL; empty where it may."""
    ide = item.nota.ide
    if ide["idDest"] != "2":
        return f"idDest {ide['idDest']}"
    if ide["indFinal"] != "1":
        return f"indFinal {ide['indFinal']}"
    if item.nota.dest["indIEDest"] != NAO_CONTRIBUINTE:
        return f"indIEDest {item.nota.dest['indIEDest']}"
    if item.imposto.tem("ISSQN"):
        return "ISSQN"
    if derivado_de_petroleo(item):
        return f"cProdANP {item.prod.em('comb')['cProdANP']}"
    return ""


def _anos_referenciados(nota: Nota) -> Iterator[str]:
    for ref in nota.ide.lista("NFref"):
        if chave := ref["refNFe"]:
            yield f"20{chave[2:4]}"


@do_item(
    "nfe:NA09-10",
    "697",
    com=_GRUPO,
    desde=_JULHO_DE_2016,
    correcao="4% é a alíquota de mercadoria importada: corrija pICMSInter, ou orig do item.",
    causa="A origem do cadastro do produto não é a que o cálculo do DIFAL usou.",
)
def quatro_por_cento_de_nacional(item: Item) -> Falha | None:
    orig = item.icms["orig"]
    if not orig or orig in aliquotas.IMPORTADOS or _interestadual(item) != aliquotas.QUATRO:
        return None
    return Falha(f"{_GRUPO}/pICMSInter", f"4.00 com orig {orig}", "7.00 ou 12.00")


@do_item(
    "nfe:NA09-20",
    "697",
    com=_GRUPO,
    desde=_JULHO_DE_2016,
    correcao="Mercadoria importada (orig 1, 2, 3 ou 8) vai a outro estado com 4%: corrija "
    "pICMSInter, ou orig do item.",
    causa="A origem do cadastro do produto não é a que o cálculo do DIFAL usou.",
)
def importado_sem_quatro_por_cento(item: Item) -> Falha | None:
    orig, aliquota = item.icms["orig"], _interestadual(item)
    if orig not in aliquotas.IMPORTADOS or aliquota == aliquotas.QUATRO:
        return None
    return Falha(f"{_GRUPO}/pICMSInter", f"{aliquota} com orig {orig}", "4.00")


@do_item(
    "nfe:NA09-30",
    "698",
    quando=lambda nota: nota.tpNF == "1" and nota.finNFe == "1",
    com=_GRUPO,
    desde=_JULHO_DE_2016,
    correcao="pICMSInter é 7% do Sul e Sudeste (sem o ES) para o Norte, Nordeste, Centro-Oeste e "
    "ES, e 12% nos demais casos.",
    causa="Tabela de alíquotas interestaduais incompleta no sistema emissor.",
)
def aliquota_de_outras_uf(item: Item) -> Falha | None:
    nota, aliquota = item.nota, _interestadual(item)
    origem, destino = nota.emit.em("enderEmit")["UF"], nota.dest.em("enderDest")["UF"]
    if aliquota == aliquotas.QUATRO or not destino or destino == origem:
        return None
    certa = aliquotas.interestadual(origem, destino)
    if aliquota == certa or item.prod["CFOP"] in cfops.com("retorno"):
        return None
    if nota.grupo.em("entrega")["UF"] not in ("", origem):
        return None
    if nota.grupo.em("retirada")["UF"] not in ("", destino):
        return None
    return Falha(f"{_GRUPO}/pICMSInter", str(aliquota), f"{certa}.00, de {origem} para {destino}")


def _interestadual(item: Item) -> Decimal:
    return item.imposto.em("ICMSUFDest").valor("pICMSInter")


@do_item(
    "nfe:NA11-10",
    "699",
    com=_GRUPO,
    correcao="Informe 100 em pICMSInterPart: desde 2019 todo o DIFAL é da UF de destino (em 2018 "
    "eram 80%, em 2017 60%, em 2016 40%).",
    causa="O percentual da partilha ficou no de um ano anterior.",
)
def partilha_de_outro_ano(item: Item) -> Falha | None:
    """The year of issue; of returns and other notes that are not normal, that of what they name.

    Without a note that they name, there is nothing to compare with.
    """
    grupo, nota = item.imposto.em("ICMSUFDest"), item.nota
    anos = [nota.ide["dhEmi"][:4]]
    if nota.ide["finNFe"] != "1" or item.prod["CFOP"] in cfops.com("retorno"):
        anos = list(_anos_referenciados(nota))
    partes = [_PARTILHA.get(ano, Decimal(100)) for ano in anos if ano >= "2016"]
    if not partes or grupo.valor("pICMSInterPart") in partes:
        return None
    return Falha(f"{_GRUPO}/pICMSInterPart", grupo["pICMSInterPart"], f"{partes[0]}.00")


@do_item(
    "nfe:NA13-10",
    "793",
    com=_GRUPO,
    aritmetica=True,
    correcao="vFCPUFDest é vBCFCPUFDest vezes pFCPUFDest: corrija um dos três.",
    causa="O FCP foi calculado sobre a base do ICMS (vBCUFDest), e vBCFCPUFDest ficou com outra ou "
    "sem nenhuma.",
)
def fcp_da_uf_de_destino(item: Item) -> Falha | None:
    """vFCPUFDest is vBCFCPUFDest × pFCPUFDest, within R$ 0,01."""
    grupo = item.imposto.em("ICMSUFDest")
    calculado = grupo.valor("vBCFCPUFDest") * grupo.valor("pFCPUFDest") * _CENTESIMO
    return _compara(grupo, "vFCPUFDest", calculado)


@do_item(
    "nfe:NA15-10",
    "815",
    quando=lambda nota: nota.tpNF == "1",
    com=_GRUPO,
    aritmetica=True,
    correcao="vICMSUFDest é (vBCUFDest × pICMSUFDest − vBC × pICMSInter) × pICMSInterPart, ou zero "
    "se a conta der menos.",
    causa="vBCUFDest sem a base dupla que a UF de destino pede, ou com o FCP somado à alíquota.",
)
def icms_da_uf_de_destino(item: Item) -> Falha | None:
    """CST 00 only, within R$ 0,01. In 2021 the states passed from one base to two."""
    if item.icms["CST"] != "00":
        return None
    grupo = item.imposto.em("ICMSUFDest")
    parte = grupo.valor("pICMSInterPart") * _CENTESIMO
    falha = _compara(grupo, "vICMSUFDest", max(_diferenca(item, grupo) * parte, ZERO))
    if falha is not None and item.nota.ide["dhEmi"] < "2022":
        return _compara(grupo, "vICMSUFDest", max(_de_uma_base(grupo) * parte, ZERO))
    return falha


@do_item(
    "nfe:NA17-10",
    "816",
    quando=lambda nota: nota.tpNF == "1",
    com=_GRUPO,
    aritmetica=True,
    correcao="vICMSUFRemet é (vBCUFDest × pICMSUFDest − vBC × pICMSInter) − vICMSUFDest: zero "
    "desde 2019.",
    causa="vICMSUFRemet com o ICMS próprio da venda, que não vai neste campo.",
)
def icms_da_uf_do_remetente(item: Item) -> Falha | None:
    """CST 00 only, within R$ 0,01."""
    if item.icms["CST"] != "00":
        return None
    grupo = item.imposto.em("ICMSUFDest")
    no_destino = grupo.valor("vICMSUFDest")
    falha = _compara(grupo, "vICMSUFRemet", max(_diferenca(item, grupo) - no_destino, ZERO))
    if falha is not None and item.nota.ide["dhEmi"] < "2022":
        return _compara(grupo, "vICMSUFRemet", max(_de_uma_base(grupo) - no_destino, ZERO))
    return falha


def _diferenca(item: Item, grupo: Grupo) -> Decimal:
    """What the tax in the state of destination exceeds the one between the states by."""
    no_destino = grupo.valor("vBCUFDest") * grupo.valor("pICMSUFDest")
    na_origem = item.icms.valor("vBC") * grupo.valor("pICMSInter")
    return (no_destino - na_origem) * _CENTESIMO


def _de_uma_base(grupo: Grupo) -> Decimal:
    """The same as it was calculated before, on the base in the state of destination."""
    diferenca = grupo.valor("pICMSUFDest") - grupo.valor("pICMSInter")
    return grupo.valor("vBCUFDest") * diferenca * _CENTESIMO


def _compara(grupo: Grupo, campo: str, calculado: Decimal) -> Falha | None:
    if not difere(grupo.valor(campo), centavos(calculado), CENTAVO):
        return None
    return Falha(f"{_GRUPO}/{campo}", grupo[campo] or "ausente", reais(calculado))
