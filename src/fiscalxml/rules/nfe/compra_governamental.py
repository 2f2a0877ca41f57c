"""Groups B31 and BB: supplies to a government body (ide/gCompraGov), of NT 2025.002."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.chave import MODELOS
from fiscalxml.rules.nfe import chaves_referenciadas as chave
from fiscalxml.rules.nfe.proibicoes import proibe_na_nota
from fiscalxml.rules.nfe.reforma import V130, V140
from fiscalxml.rules.nfe.scopes import ZERO, Nota, da_nota, de_cada

_GRUPO: Final = "ide/gCompraGov"
_ANTERIOR: Final = "refDFeAnt"
_ENTREGA_A_RECEBER: Final = "1"
_PAGAMENTO_DO_ENTREGUE: Final = "2"
_ENTREGA_DO_PAGO: Final = "3"
_PAGAMENTO_ADIANTADO: Final = "4"

_TRANSICAO: Final = "2027"
_DEFINITIVO: Final = "2033"
_UF: Final = ("gIBSUF", "pIBSUF")
_MUN: Final = ("gIBSMun", "pIBSMun")
_CBS: Final = ("gCBS", "pCBS")
_DOS_OUTROS: Final[Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]]] = {
    _TRANSICAO: {"1": (_UF, _MUN), "2": (_MUN,), "3": (_MUN,), "4": (_UF,)},
    _DEFINITIVO: {"1": (_UF, _MUN), "2": (_CBS, _MUN), "3": (_CBS, _MUN), "4": (_UF, _CBS)},
}
"""from a year on: tpEnteGov -> the rates of the others, which are zero in its purchases"""

proibe_na_nota(
    "nfce:B31-10",
    "1006",
    _GRUPO,
    correcao="Retire gCompraGov: venda a ente governamental se documenta com NF-e (modelo 55).",
    causa="O consumidor identificado na NFC-e é um órgão público.",
    **V130,
)


@da_nota(
    "nfe:B32-10",
    "1008",
    com=_GRUPO,
    correcao="Zere, em cada item, as alíquotas dos outros entes: só o ente que compra tributa a "
    "compra governamental.",
    causa="O sistema calculou a venda ao governo com as alíquotas de uma venda comum.",
    **V130,
)
def aliquota_de_outro_ente(nota: Nota) -> Falha | None:
    """From 2027 on the buyer alone taxes what it buys (LC 214/2025, art. 473)."""
    ano = nota.ide["dhEmi"][:4]
    if ano < _TRANSICAO:
        return None
    fase = _DOS_OUTROS[_DEFINITIVO if ano >= _DEFINITIVO else _TRANSICAO]
    aliquotas = fase.get(nota.ide.em("gCompraGov")["tpEnteGov"], ())
    for posicao, imposto in enumerate(nota.impostos, 1):
        tributos = imposto.em("IBSCBS", "gIBSCBS")
        for grupo, campo in aliquotas:
            if tributos.em(grupo).valor(campo) > ZERO:
                where = f"det[{posicao}]/imposto/IBSCBS/gIBSCBS/{grupo}/{campo}"
                return Falha(where, tributos.em(grupo)[campo], "0.00")
    return None


@de_cada(
    _GRUPO,
    "nfe:B34-10",
    "1140",
    correcao="Referencie a nota do fornecimento que está sendo pago (refDFeAnt, ou refNFe).",
    causa="A nota do pagamento foi emitida sem a chave da nota do fornecimento.",
    **V130,
)
def pagamento_sem_nota_do_fornecimento(grupo: Grupo, nota: Nota) -> Falha | None:
    """refNFe; since v1.40 refDFeAnt is the place for it."""
    if grupo["tpOperGov"] != _PAGAMENTO_DO_ENTREGUE or _ANTERIOR in grupo:
        return None
    if any("refNFe" in ref for ref in nota.ide.lista("NFref")):
        return None
    return Falha(_ANTERIOR, "ausente", "chave da nota do fornecimento")


def _anterior(
    regra: str, codigo: str, operacao: str, *, vai: bool, correcao: str, causa: str
) -> None:
    """In an operation with a government body refDFeAnt must be there, or must not."""

    def referencia(grupo: Grupo, _nota: Nota) -> Falha | None:
        if grupo["tpOperGov"] != operacao or (_ANTERIOR in grupo) is vai:
            return None
        if vai:
            return Falha(_ANTERIOR, "ausente", "chave do documento anterior")
        return Falha(_ANTERIOR, grupo[_ANTERIOR], "não informar")

    de_cada(_GRUPO, regra, codigo, correcao=correcao, causa=causa, **V140)(referencia)


_anterior(
    "nfe:BB05-10",
    "1195",
    _ENTREGA_A_RECEBER,
    vai=False,
    correcao="Retire refDFeAnt: o fornecimento com pagamento posterior é o primeiro documento.",
    causa="O fornecimento já foi pago (tpOperGov 3), ou o sistema referencia o pedido anterior.",
)
_anterior(
    "nfe:BB05-20",
    "1196",
    _PAGAMENTO_DO_ENTREGUE,
    vai=True,
    correcao="Informe em refDFeAnt a chave da nota do fornecimento que está sendo pago.",
    causa="A nota do fornecimento está em NFref, como se fazia antes da versão 1.40, ou faltou.",
)


@de_cada(
    _GRUPO,
    "nfe:BB05-30",
    "1197",
    correcao="Deixe em refDFeAnt uma só chave: emita uma nota de pagamento por fornecimento.",
    causa="Um pagamento do governo quitou vários fornecimentos e foi documentado de uma vez.",
    **V140,
)
def pagamento_de_varios_fornecimentos(grupo: Grupo, _nota: Nota) -> Falha | None:
    quantas = len(grupo.todos(_ANTERIOR))
    if grupo["tpOperGov"] != _PAGAMENTO_DO_ENTREGUE or quantas < 2:
        return None
    return Falha(f"{_ANTERIOR}[2]", f"{quantas} documentos referenciados", "um")


_anterior(
    "nfe:BB05-40",
    "1198",
    _ENTREGA_DO_PAGO,
    vai=True,
    correcao="Informe em refDFeAnt a chave de cada nota de pagamento deste fornecimento.",
    causa="O fornecimento de algo já pago foi emitido sem a nota do pagamento.",
)
_anterior(
    "nfe:BB05-50",
    "1199",
    _PAGAMENTO_ADIANTADO,
    vai=False,
    correcao="Retire refDFeAnt: o pagamento adiantado é o primeiro documento.",
    causa="O fornecimento já aconteceu (tpOperGov 2), ou o sistema referencia o pedido anterior.",
)

_MODELOS: Final = tuple(sorted(MODELOS))
_DE_DOCUMENTO: Final = chave.modelo(
    _MODELOS,
    "Confira a chave referenciada: a 21ª e a 22ª posições são o modelo do documento.",
    "A chave foi digitada, ou montada pelo sistema a partir de campos errados.",
)


def _da_mesma_raiz(texto: str, nota: Nota) -> tuple[str, str] | None:
    """Same first eight of the CNPJ, or same CPF; the key of a nota avulsa does not tell."""
    emitente = chave.inscricao_do_emitente(texto)
    if "CNPJ" in nota.emit:
        raiz, own = emitente[:8], nota.emit["CNPJ"][:8]
    else:
        raiz, own = emitente[3:], nota.emit["CPF"]
    return (f"emitente {raiz}", f"emitente {own}") if emitente and raiz != own else None


_DA_MESMA_RAIZ: Final = chave.Parte(
    _da_mesma_raiz,
    "Referencie um documento da própria empresa (mesma raiz do CNPJ, ou mesmo CPF).",
    "A chave referenciada é a de outra empresa do grupo, ou a de uma compra.",
)

for _regra, _codigo, _parte in (
    ("nfe:BB05-70", "1204", chave.DV),
    ("nfe:BB05-80", "1205", chave.UF),
    ("nfe:BB05-90", "1206", chave.ANO),
    ("nfe:BB05-100", "1207", chave.MES),
    ("nfe:BB05-110", "1208", chave.EMITENTE),
    ("nfe:BB05-120", "1209", _DE_DOCUMENTO),
    ("nfe:BB05-130", "1210", chave.NUMERO),
    ("nfe:BB05-150", "1212", chave.PROPRIA),
    ("nfe:BB05-160", "1213", chave.TIPO_DE_EMISSAO),
    ("nfe:BB05-180", "1215", _DA_MESMA_RAIZ),
):
    chave.confere(_GRUPO, _ANTERIOR, _parte, _regra, _codigo, **V140)


@de_cada(
    _GRUPO,
    "nfe:BB05-140",
    "1211",
    correcao="Retire a chave repetida: cada documento é referenciado uma vez.",
    causa="Dois pagamentos do mesmo fornecimento trouxeram a mesma chave.",
    **V140,
)
def anterior_repetido(grupo: Grupo, _nota: Nota) -> Falha | None:
    chaves = grupo.todos(_ANTERIOR)
    for posicao, texto in enumerate(chaves):
        if texto in chaves[:posicao]:
            return Falha(f"{_ANTERIOR}[{posicao + 1}]", texto, "chaves diferentes")
    return None
