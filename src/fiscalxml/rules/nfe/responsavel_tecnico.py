"""Groups ZD and ZE: who answers for the system that emits, and the Nota Fiscal Fácil."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import cnpj_invalido
from fiscalxml.rules.nfe.scopes import NFF, Nota, da_nota, de_cada

_COM_RESPONSAVEL: Final = frozenset({"13", "17", "26", "41", "42", "50"})
"""AM, TO, PE, PR, SC, MS"""


@da_nota(
    "nfe:ZD01-10",
    "972",
    desde=date(2019, 6, 3),
    quando=lambda nota: nota.tpEmis != NFF,
    correcao="Informe em infRespTec a empresa que responde pelo sistema emissor.",
    causa="Emissor não configurado com os dados do desenvolvedor.",
)
def sem_responsavel_tecnico(nota: Nota) -> Falha | None:
    """AM, MS, PE, PR, SC and TO ask for it; the others are to."""
    if nota.grupo.tem("infRespTec") or nota.ide["cUF"] not in _COM_RESPONSAVEL:
        return None
    return Falha("infRespTec", "ausente", "informado")


@de_cada(
    "infRespTec",
    "nfe:ZD02-10",
    "973",
    correcao="Corrija o CNPJ da empresa responsável pelo sistema emissor.",
    causa="CNPJ do desenvolvedor digitado errado na configuração do emissor.",
)
def cnpj_do_responsavel_tecnico(responsavel: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(responsavel, "CNPJ")


@de_cada(
    "infRespTec",
    "nfe:ZD07-10",
    "975",
    quando=lambda nota: nota.tpEmis != NFF,
    correcao="Informe o identificador (idCSRT) e o hash (hashCSRT) do código de segurança do "
    "responsável técnico.",
    causa="CSRT não pedido à SEFAZ, ou não configurado no emissor.",
    duvida="A nota técnica não diz a data.",
)
def sem_csrt(responsavel: Grupo, _nota: Nota) -> Falha | None:
    for campo in ("idCSRT", "hashCSRT"):
        if not responsavel[campo]:
            return Falha(campo, "ausente", "informado")
    return None


@da_nota(
    "nfe:ZE01-10",
    "819",
    quando=lambda nota: nota.tpEmis != NFF,
    com="infSolicNFF",
    correcao="Retire infSolicNFF: ele é só da Nota Fiscal Fácil (tpEmis 3).",
    causa="Modelo da Nota Fiscal Fácil reaproveitado.",
)
def solicitacao_sem_nff(_nota: Nota) -> Falha | None:
    return Falha("infSolicNFF", "informado", "não informar")


@da_nota(
    "nfe:ZE01-20",
    "834",
    quando=lambda nota: nota.tpEmis == NFF,
    correcao="Na Nota Fiscal Fácil, informe infSolicNFF; fora dela, corrija tpEmis.",
    causa="tpEmis 3 usado por um emissor comum.",
)
def nff_sem_solicitacao(nota: Nota) -> Falha | None:
    if nota.grupo.tem("infSolicNFF"):
        return None
    return Falha("infSolicNFF", "ausente", "informado")
