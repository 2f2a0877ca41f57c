"""Group I01: the import declaration (DI), and what the CFOP of an import asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.siscomex import is_drawback
from fiscalxml.rules.nfe.pessoas import cnpj_invalido, cpf_invalido
from fiscalxml.rules.nfe.scopes import MOC_7, Item, Natureza, de_cada_no_item, do_item

_DEVOLUCAO: Final = frozenset({"3201", "3202", "3503", "3553"})
_DEVOLUCAO_OU_DRAWBACK: Final = _DEVOLUCAO | {"3211"}
_COM_DRAWBACK: Final = frozenset({"3127", "3211"})
_POR_OUTREM: Final = frozenset({"2", "3"})
"""tpIntermedio of an import for another: por conta e ordem, por encomenda"""
_MARITIMA: Final = "1"
_ANOS: Final = 5
_SEM_PRODUCAO: Final = "O MOC 7.0 diz que ainda não estava em produção, e não diz o formato."


def _entrada_do_exterior(nota: Natureza) -> bool:
    """CFOP 3xxx belongs here; elsewhere it is 518 or 731."""
    return nota.tpNF == "0" and nota.idDest == "3"


def _exige(
    regra: str,
    codigo: str,
    grupo: str,
    tem: Callable[[Item], bool],
    dispensados: frozenset[str],
    *,
    correcao: str,
    causa: str,
) -> None:
    """An item with a CFOP of import has the group, but for the CFOPs of what comes back."""
    falha = Falha(grupo, "ausente", "informado")

    def sem_grupo(item: Item) -> Falha | None:
        cfop = item.prod["CFOP"]
        if cfop[:1] != "3" or cfop in dispensados or tem(item):
            return None
        return falha

    do_item(regra, codigo, quando=_entrada_do_exterior, correcao=correcao, causa=causa)(sem_grupo)


_exige(
    "nfe:I08-110",
    "525",
    "prod/DI",
    lambda item: item.prod.tem("DI"),
    _DEVOLUCAO,
    correcao="Informe a declaração de importação (DI, DSI ou DUImp) no item.",
    causa="Nota de importação digitada sem a aba de importação do produto.",
)
_exige(
    "nfe:I08-120",
    "597",
    "imposto/IPI",
    lambda item: item.imposto.tem("IPI"),
    _DEVOLUCAO_OU_DRAWBACK,
    correcao="Informe o grupo IPI do item importado; se não há imposto, com o CST que diz isso.",
    causa="Emitente que não é contribuinte do IPI e por isso não tem o grupo no sistema.",
)
_exige(
    "nfe:I08-130",
    "599",
    "imposto/II",
    lambda item: item.imposto.tem("II"),
    _DEVOLUCAO_OU_DRAWBACK,
    correcao="Informe o grupo II do item importado, ainda que com valores zero.",
    causa="Importação com isenção ou suspensão: o sistema não grava o grupo sem imposto.",
)


@de_cada_no_item(
    "prod/DI",
    "nfe:I19-10",
    "329",
    duvida=_SEM_PRODUCAO,
    correcao="Informe em nDI o número da DI, DSI, DIRE ou DUImp.",
    causa="Campo preenchido com zeros ou com um texto, porque a declaração ainda não existe.",
)
def numero_da_di(di: Grupo, _item: Item) -> Falha | None:
    """The number has at least one digit that is not zero: forms differ, and masks are seen."""
    numero = di["nDI"]
    if any(digit in numero for digit in "123456789"):
        return None
    return Falha("nDI", numero, "número da declaração")


@de_cada_no_item(
    "prod/DI",
    "nfe:I23-10",
    "376",
    relogio=True,
    correcao="Corrija dDesemb: é a data do desembaraço, de no máximo cinco anos atrás.",
    causa="Ano digitado errado, ou nota emitida antes do desembaraço.",
)
def data_do_desembaraco(di: Grupo, item: Item) -> Falha | None:
    """dDesemb is neither after the receipt nor more than five years before it."""
    if item.nota.recebimento is None:
        return None
    dia = item.nota.recebimento.date()
    if _anos_antes(dia).isoformat() <= di["dDesemb"][:10] <= dia.isoformat():
        return None
    return Falha("dDesemb", di["dDesemb"], f"de {_anos_antes(dia)} a {dia}")


@de_cada_no_item(
    "prod/DI",
    "nfe:I23b-10",
    "330",
    correcao="Informe vAFRMM na importação por via marítima; 0.00 se não há adicional.",
    causa="Carga isenta do adicional de frete: o sistema omite o campo com valor zero.",
)
def maritima_sem_afrmm(di: Grupo, _item: Item) -> Falha | None:
    if di["tpViaTransp"] != _MARITIMA or "vAFRMM" in di:
        return None
    return Falha("vAFRMM", "ausente", "valor do AFRMM")


@de_cada_no_item(
    "prod/DI",
    "nfe:I23d-10",
    "331",
    desde=MOC_7,
    correcao="Informe em CNPJ ou CPF quem adquire ou encomenda a mercadoria; ou tpIntermedio 1, se "
    "a importação é por conta própria.",
    causa="tpIntermedio 2 ou 3 sem o cadastro do adquirente na importação.",
)
def sem_adquirente(di: Grupo, _item: Item) -> Falha | None:
    if di["tpIntermedio"] not in _POR_OUTREM or di["CNPJ"] or di["CPF"]:
        return None
    return Falha("CNPJ", "ausente", "CNPJ ou CPF do adquirente ou encomendante")


@de_cada_no_item(
    "prod/DI",
    "nfe:I23d-20",
    "332",
    desde=MOC_7,
    correcao="Corrija o CNPJ do adquirente ou do encomendante.",
    causa="CNPJ digitado errado, ou preenchido com zeros.",
)
def cnpj_do_adquirente(di: Grupo, _item: Item) -> Falha | None:
    return cnpj_invalido(di, "CNPJ")


@de_cada_no_item(
    "prod/DI",
    "nfe:I23d1-10",
    "332",
    correcao="Corrija o CPF do adquirente ou do encomendante.",
    causa="CPF digitado errado, ou preenchido com zeros.",
)
def cpf_do_adquirente(di: Grupo, _item: Item) -> Falha | None:
    return cpf_invalido(di, "CPF")


@de_cada_no_item(
    "prod/DI",
    "nfe:I23e-10",
    "333",
    correcao="Informe em UFTerceiro a UF do adquirente ou do encomendante.",
    causa="tpIntermedio 2 ou 3 sem o endereço do adquirente na importação.",
)
def sem_uf_do_adquirente(di: Grupo, _item: Item) -> Falha | None:
    if di["tpIntermedio"] not in _POR_OUTREM or di["UFTerceiro"]:
        return None
    return Falha("UFTerceiro", "ausente", "UF do adquirente ou encomendante")


@de_cada_no_item(
    "prod/DI",
    "nfe:I29a-10",
    "334",
    correcao="Informe em nDraw, na adição, o ato concessório do drawback; sem drawback, use outro "
    "CFOP.",
    causa="CFOP 3127 usado em importação comum de insumos.",
)
def drawback_nao_informado(di: Grupo, item: Item) -> Falha | None:
    """An import under drawback names it, in at least one of the adições."""
    if item.prod["CFOP"] not in _COM_DRAWBACK or any(adi["nDraw"] for adi in di.lista("adi")):
        return None
    return Falha("adi/nDraw", "ausente", "ato concessório do drawback")


@de_cada_no_item(
    "prod/DI/adi",
    "nfe:I29a-20",
    "335",
    duvida=_SEM_PRODUCAO,
    correcao="Informe em nDraw os 11 dígitos do ato de suspensão ou os 9 do ato de isenção.",
    causa="Número do drawback com máscara, ou de outro documento.",
)
def drawback_invalido(adi: Grupo, _item: Item) -> Falha | None:
    numero = adi["nDraw"]
    if not numero or is_drawback(numero):
        return None
    return Falha("nDraw", numero, "11 dígitos (AAAANNNNNND) ou 9 (AANNNNNND)")


def _anos_antes(dia: date) -> date:
    """The same day five years before; the 28th for a 29th of February."""
    return dia.replace(
        year=dia.year - _ANOS, day=28 if (dia.month, dia.day) == (2, 29) else dia.day
    )
