"""Group D: the Fisco of an avulsa."""

from __future__ import annotations

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import FISCO, Nota, da_nota


@da_nota(
    "nfe:D01-10",
    "403",
    quando=lambda nota: nota.procEmi not in FISCO,
    com="avulsa",
    correcao="Retire o grupo avulsa: só o Fisco emite nota avulsa (procEmi 1 ou 2).",
    causa="Modelo de nota avulsa reaproveitado pelo contribuinte.",
)
def avulsa_do_contribuinte(_nota: Nota) -> Falha | None:
    return Falha("avulsa", "informado", "não informar")


@da_nota(
    "nfe:D01-20",
    "369",
    quando=lambda nota: nota.procEmi in FISCO,
    correcao="Informe o grupo avulsa, com os dados do Fisco emitente.",
    causa="procEmi 1 ou 2 informado por quem não é o Fisco: o do contribuinte é 0 ou 3.",
)
def avulsa_sem_o_fisco(nota: Nota) -> Falha | None:
    if not nota.grupo.tem("avulsa"):
        return Falha("avulsa", "ausente", "informado")
    return None
