"""Group YA: payments by card and what is like them (card)."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import cnpj_invalido
from fiscalxml.rules.nfe.scopes import NFCE, Nota, de_cada

_NT_2023_004: Final = date(2024, 10, 1)
"""production, the latest that the catalogue says of one of its rules (965)"""
_CARTAO_OU_PIX: Final = frozenset({"03", "04", "17"})
_COM_CARD: Final = frozenset({"03", "04", "10", "11", "12", "13", "15", "17", "18"})


@de_cada(
    "pag/detPag",
    "nfe:YA04-10",
    "391",
    tipos=NFCE,  # for the 55 it is to come
    correcao="Informe o grupo card do pagamento por cartão ou PIX, ao menos com tpIntegra.",
    causa="Pagamento em máquina avulsa lançado sem os dados do cartão: neste caso, tpIntegra é 2.",
)
def cartao_sem_dados(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento["tPag"] in _CARTAO_OU_PIX and not pagamento.tem("card"):
        return Falha("card", "ausente", "informado")
    return None


@de_cada(
    "pag/detPag",
    "nfe:YA04-20",
    "963",
    desde=_NT_2023_004,
    correcao="Retire o grupo card: ele é de cartões, vales, boleto, PIX e transferência. Ou "
    "corrija tPag.",
    causa="Grupo card enviado em todos os meios de pagamento.",
)
def card_sem_cartao(pagamento: Grupo, _nota: Nota) -> Falha | None:
    if pagamento.tem("card") and pagamento["tPag"] not in _COM_CARD:
        return Falha("card", f"informado com tPag {pagamento['tPag']}", "não informar")
    return None


@de_cada(
    "pag/detPag/card",
    "nfe:YA04a-20",
    "737",
    correcao="Integre o pagamento ao sistema que emite a nota (tpIntegra 1).",
    causa="Cartão passado em máquina avulsa (POS) onde a UF exige a integração (TEF).",
    duvida="Cada UF escolhe se a aplica, e não há lista pública das que não aceitam a máquina "
    "avulsa.",
)
def cartao_nao_integrado(card: Grupo, _nota: Nota) -> Falha | None:
    return Falha("tpIntegra", "2", "1") if card["tpIntegra"] == "2" else None


@de_cada(
    "pag/detPag/card",
    "nfe:YA05-10",
    "392",
    correcao="No pagamento integrado (tpIntegra 1), informe o CNPJ da instituição e a autorização "
    "(cAut).",
    causa="Cartão passado em máquina avulsa, que é tpIntegra 2.",
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
    causa="CNPJ da credenciadora digitado errado no cadastro.",
)
def cnpj_do_cartao(card: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(card, "CNPJ")


@de_cada(
    "pag/detPag/card",
    "nfe:YA07a-10",
    "796",
    correcao="Corrija o CNPJ de quem recebe o pagamento (CNPJReceb).",
    causa="CNPJ digitado errado no cadastro de quem recebe.",
)
def cnpj_de_quem_recebe(card: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(card, "CNPJReceb")
