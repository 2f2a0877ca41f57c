"""Groups YA and YB: payments, and the intermediary of the sale."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import difere, reais
from fiscalxml.rules.nfe.pessoas import cnpj_invalido
from fiscalxml.rules.nfe.scopes import NFCE, Nota, da_nota, de_cada

_NT_2020_006: Final = date(2021, 9, 1)
"""production, as the catalogue says of its rule 436"""
_SEM_PAGAMENTO: Final = "90"
_POSTERIOR: Final = "91"
_OUTROS: Final = "99"
_DUPLICATA: Final = "14"


@de_cada(
    "pag/detPag",
    "nfe:YA02-04",
    "871",
    quando=lambda nota: nota.finNFe in ("3", "4"),
    correcao="Nota de ajuste ou de devolução não tem pagamento: informe tPag 90.",
)
def pagamento_em_ajuste(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento["tPag"] != _SEM_PAGAMENTO:
        return Falha("tPag", pagamento["tPag"], _SEM_PAGAMENTO)
    return None


@de_cada(
    "pag/detPag",
    "nfce:YA02-10",
    "857",
    correcao="A NFC-e não é paga por duplicata: informe o meio de pagamento usado.",
)
def nfce_por_duplicata(pagamento: Grupo, _nota: Nota) -> Falha | None:
    return Falha("tPag", _DUPLICATA, "outro meio") if pagamento["tPag"] == _DUPLICATA else None


@de_cada(
    "pag/detPag",
    "nfce:YA02-40",
    "899",
    correcao="A NFC-e tem sempre pagamento: informe o meio usado.",
)
def nfce_sem_pagamento(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento["tPag"] == _SEM_PAGAMENTO:
        return Falha("tPag", _SEM_PAGAMENTO, "outro meio")
    return None


@de_cada(
    "pag/detPag",
    "nfe:YA02a-10",
    "441",
    desde=_NT_2020_006,
    correcao="Com tPag 99 (outros), descreva o meio de pagamento em xPag.",
)
def outros_sem_descricao(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento["tPag"] == _OUTROS and not pagamento["xPag"]:
        return Falha("xPag", "ausente", "descrição do meio de pagamento")
    return None


@de_cada(
    "pag/detPag",
    "nfe:YA02a-20",
    "442",
    desde=_NT_2020_006,
    correcao="xPag é só do tPag 99 (outros): retire-o.",
)
def descricao_indevida(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if "xPag" in pagamento and pagamento["tPag"] != _OUTROS:
        return Falha("xPag", pagamento["xPag"], "não informar")
    return None


@da_nota(
    "nfe:YA03-10",
    "865",
    quando=lambda nota: nota.finNFe not in ("3", "4"),
    com="pag",
    tipos=NFCE,  # for the 55 it is to come
    correcao="Os pagamentos somam menos que a nota: informe o que falta, ou corrija vNF.",
)
def pagamento_menor_que_a_nota(nota: Nota) -> Falha | None:
    pagamentos = nota.grupo.lista("pag", "detPag")
    if any(pagamento["tPag"] in (_SEM_PAGAMENTO, _POSTERIOR) for pagamento in pagamentos):
        return None
    if _pago(nota) >= nota.total.valor("vNF"):
        return None
    return Falha("pag", reais(_pago(nota)), f"a partir de {nota.total['vNF']}")


@da_nota(
    "nfe:YA03-20",
    "866",
    com="pag",
    correcao="Os pagamentos somam mais que a nota: informe a diferença em vTroco.",
)
def pagamento_maior_sem_troco(nota: Nota) -> Falha | None:
    troco = _pago(nota) - nota.total.valor("vNF")
    if troco <= 0 or "vTroco" in nota.grupo.em("pag"):
        return None
    return Falha("pag/vTroco", "ausente", reais(troco))


@de_cada(
    "pag/detPag",
    "nfe:YA03-30",
    "904",
    correcao="Sem pagamento (tPag 90) ou com pagamento posterior (91), vPag é zero.",
)
def valor_sem_pagamento(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento["tPag"] in (_SEM_PAGAMENTO, _POSTERIOR) and pagamento.valor("vPag"):
        return Falha("vPag", pagamento["vPag"], "0.00")
    return None


@de_cada(
    "pag/detPag/card",
    "nfe:YA05-10",
    "392",
    correcao="No pagamento integrado (tpIntegra 1), informe o CNPJ da instituição e a autorização "
    "(cAut).",
)
def cartao_integrado(card: Grupo, _nota: Nota) -> Falha | None:
    if card["tpIntegra"] != "1":
        return None
    for campo in ("CNPJ", "cAut"):
        if not card[campo]:
            return Falha(campo, "ausente", "informado")
    return None


@de_cada(
    "pag/detPag/card",
    "nfe:YA05-20",
    "437",
    correcao="Corrija o CNPJ da instituição de pagamento.",
)
def cnpj_do_cartao(card: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(card, "CNPJ")


@da_nota(
    "nfe:YA09-10",
    "869",
    com="pag:vTroco",
    correcao="O troco é a soma dos pagamentos menos vNF: corrija-o.",
)
def troco(nota: Nota) -> Falha | None:
    pag = nota.grupo.em("pag")
    esperado = _pago(nota) - nota.total.valor("vNF")
    if "vTroco" not in pag or not difere(pag.valor("vTroco"), esperado):
        return None
    return Falha("pag/vTroco", pag["vTroco"], reais(esperado))


@da_nota(
    "nfe:YB01-10",
    "438",
    desde=_NT_2020_006,
    com="ide:indIntermed",
    correcao="Com indIntermed 1, informe em infIntermed o intermediador da venda.",
)
def intermediador_nao_informado(nota: Nota) -> Falha | None:
    if nota.ide["indIntermed"] == "1" and not nota.grupo.tem("infIntermed"):
        return Falha("infIntermed", "ausente", "informado")
    return None


@da_nota(
    "nfe:YB01-20",
    "439",
    desde=_NT_2020_006,
    com="infIntermed",
    correcao="Sem intermediador (indIntermed 0), retire infIntermed.",
)
def intermediador_a_mais(nota: Nota) -> Falha | None:
    if nota.ide["indIntermed"] != "1":
        return Falha("infIntermed", "informado", "não informar")
    return None


@de_cada(
    "infIntermed",
    "nfe:YB02-10",
    "440",
    desde=_NT_2020_006,
    correcao="Corrija o CNPJ do intermediador.",
)
def cnpj_do_intermediador(intermediador: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(intermediador, "CNPJ")


def _pago(nota: Nota) -> Decimal:
    """The sum of vPag."""
    return sum((item.valor("vPag") for item in nota.grupo.lista("pag", "detPag")), Decimal())
