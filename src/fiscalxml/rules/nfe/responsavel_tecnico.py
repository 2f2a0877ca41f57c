"""Groups ZD and ZE: who answers for the system that emits, and the Nota Fiscal Fácil."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from hashlib import sha1
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import cnpj_invalido
from fiscalxml.rules.nfe.scopes import NFE, NFF, Nota, da_nota, de_cada
from fiscalxml.tables import operador

_COM_RESPONSAVEL: Final = frozenset({"13", "17", "26", "41", "42", "50"})
"""AM, TO, PE, PR, SC, MS"""
_PARANA: Final = "41"
_SEM_HASH: Final = frozenset({NFF, "6", "7", "8"})
"""tpEmis of the NFF and of the SEFAZ virtuais of contingency"""


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


@de_cada(
    "infRespTec",
    "nfe:7ZD09-10",
    "978",
    tipos=NFE,  # for the 65 it is to come
    desde=date(2024, 10, 1),
    homologacao=date(2024, 9, 16),
    quando=lambda nota: nota.tpEmis not in _SEM_HASH,
    tabela="csrt",
    correcao="Refaça hashCSRT: o SHA-1 do CSRT seguido da chave de acesso, em Base64.",
    causa="Hash feito com o CSRT de outra UF ou outro idCSRT, ou antes de a chave mudar.",
)
def hash_do_csrt(responsavel: Grupo, nota: Nota) -> Falha | None:
    """Paraná compares it. The operator's table has the secret (CSRT) of each UF, CNPJ and id."""
    if nota.ide["cUF"] != _PARANA or "hashCSRT" not in responsavel:
        return None
    row = (operador.tabela("csrt") or {}).get(f"PR/{responsavel['CNPJ']}/{responsavel['idCSRT']}")
    if row is None:
        return None
    content = (row["csrt"] + nota.chave).encode()
    esperado = b64encode(sha1(content, usedforsecurity=False).digest()).decode()
    if responsavel["hashCSRT"] == esperado:
        return None
    return Falha("hashCSRT", responsavel["hashCSRT"], "SHA-1 do CSRT e da chave, em Base64")


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
