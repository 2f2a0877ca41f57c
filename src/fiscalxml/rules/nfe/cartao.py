"""Group YA: payments by card and what is like them (card)."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.lookup import desconhecido
from fiscalxml.rules.nfe.pessoas import cnpj_invalido
from fiscalxml.rules.nfe.scopes import MOC_7, NFCE, Nota, de_cada
from fiscalxml.tables import pagamentos

_NT_2023_004: Final = date(2024, 7, 1)
"""production, as its version 1.11 says"""
_NT_2023_004_TESTE: Final = date(2024, 3, 25)
_NT_2025_001: Final = date(2025, 9, 1)
"""production; until then 391 and 392 were for each state to choose"""
_PIX: Final = "17"
_CARTAO_OU_PIX: Final = frozenset({"03", "04", _PIX})
_COM_CARD: Final = frozenset({"03", "04", "10", "11", "12", "13", "15", "17", "18"})


@de_cada(
    "pag/detPag",
    "nfe:YA04-10",
    "391",
    desde=date(2016, 4, 1),
    tipos=NFCE,  # for the 55 it is to come
    correcao="Informe o grupo card do pagamento por cartão ou PIX, ao menos com tpIntegra.",
    causa="Pagamento em máquina avulsa lançado sem os dados do cartão: neste caso, tpIntegra é 2.",
)
def cartao_sem_dados(pagamento: Grupo, nota: Nota) -> Falha | None:
    """At first of cards only, and for each state to choose."""
    meio = pagamento["tPag"]
    if meio not in _CARTAO_OU_PIX or pagamento.tem("card"):
        return None
    dia = nota.emissao.date() if nota.emissao else date.min
    if meio == _PIX and dia < _NT_2023_004:
        return None
    return Falha("card", "ausente", "informado", aviso=dia < _NT_2025_001)


@de_cada(
    "pag/detPag",
    "nfe:YA04-20",
    "963",
    desde=_NT_2023_004,
    homologacao=_NT_2023_004_TESTE,
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
    desde=MOC_7,
    correcao="No pagamento integrado (tpIntegra 1), informe o CNPJ da instituição e a autorização "
    "(cAut).",
    causa="Cartão passado em máquina avulsa, que é tpIntegra 2.",
)
def cartao_integrado(card: Grupo, nota: Nota) -> Falha | None:
    if card["tpIntegra"] != "1":
        return None
    for campo in ("CNPJ", "cAut"):
        if not card[campo]:
            dia = nota.emissao.date() if nota.emissao else date.min
            return Falha(campo, "ausente", "informado", aviso=dia < _NT_2025_001)
    return None


@de_cada(
    "pag/detPag/card",
    "nfe:YA05-20",
    "437",
    desde=date(2021, 4, 5),  # NT 2020.006 v1.00, whose 437 is of all states
    homologacao=date(2021, 3, 1),
    correcao="Corrija o CNPJ da instituição de pagamento.",
    causa="CNPJ da credenciadora digitado errado no cadastro.",
)
def cnpj_do_cartao(card: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(card, "CNPJ")


@de_cada(
    "pag/detPag/card",
    "nfe:YA06-10",
    "443",
    desde=date(2021, 9, 1),
    homologacao=date(2021, 5, 3),
    correcao="Informe em tBand um código da tabela de bandeiras do Portal Nacional da NF-e; 99 é a "
    "das que não estão nela.",
    causa="Código da credenciadora no lugar do da bandeira.",
)
def bandeira_inexistente(card: Grupo, nota: Nota) -> Falha | None:
    codigo = card["tBand"]
    if not codigo or pagamentos.bandeira(codigo) is not None:
        return None
    return desconhecido(
        "tBand", codigo, "bandeira de cartão", tabela=pagamentos.TABELA, emissao=nota.emissao
    )


@de_cada(
    "pag/detPag/card",
    "nfe:YA07a-10",
    "796",
    desde=_NT_2023_004,
    homologacao=_NT_2023_004_TESTE,
    correcao="Corrija o CNPJ de quem recebe o pagamento (CNPJReceb).",
    causa="CNPJ digitado errado no cadastro de quem recebe.",
)
def cnpj_de_quem_recebe(card: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(card, "CNPJReceb")
