"""Group BA: documents that the note refers to (ide/NFref)."""

from __future__ import annotations

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.chave import chave_check_digit
from fiscalxml.rules.nfe.scopes import Nota, da_nota, de_cada

_MODELOS = ("55", "65", "59")
_MODELO = slice(20, 22)


@da_nota(
    "nfce:BA01-10",
    "708",
    com="ide/NFref",
    correcao="Retire NFref: a NFC-e não referencia outros documentos.",
)
def nfce_sem_referencias(_nota: Nota) -> Falha | None:
    return Falha("ide/NFref", "informado", "não informar")


@de_cada(
    "ide/NFref",
    "nfe:BA02-10",
    "547",
    correcao="Confira a chave da nota referenciada: o último dígito não corresponde aos outros.",
)
def dv_da_referencia(ref: Grupo, _nota: Nota) -> Falha | None:
    chave = ref["refNFe"]
    if not chave:
        return None
    try:
        dv = chave_check_digit(chave[:-1])
    except ValueError:
        return Falha("refNFe", chave, "chave de acesso de 44 posições")
    return None if chave[-1] == dv else Falha("refNFe", chave, f"dígito verificador {dv}")


@de_cada(
    "ide/NFref",
    "nfe:BA02-34",
    "679",
    correcao="Em refNFe só cabe NF-e (55), NFC-e (65) ou CF-e SAT (59); os outros têm campo "
    "próprio.",
)
def modelo_da_referencia(ref: Grupo, _nota: Nota) -> Falha | None:
    chave = ref["refNFe"]
    if chave and chave[_MODELO] not in _MODELOS:
        return Falha("refNFe", f"modelo {chave[_MODELO]}", "modelo 55, 65 ou 59")
    return None


@da_nota(
    "nfe:BA02-44",
    "680",
    com="ide/NFref",
    correcao="Retire a chave repetida: cada nota é referenciada uma vez.",
)
def referencia_repetida(nota: Nota) -> Falha | None:
    seen: set[str] = set()
    for position, ref in enumerate(nota.ide.lista("NFref"), 1):
        chave = ref["refNFe"]
        if chave and chave in seen:
            return Falha(f"ide/NFref[{position}]/refNFe", chave, "chaves diferentes")
        seen.add(chave)
    return None


@de_cada(
    "ide/NFref",
    "nfe:BA02-50",
    "316",
    correcao="A nota não pode referenciar a si mesma: informe a chave do outro documento.",
)
def referencia_a_si_mesma(ref: Grupo, nota: Nota) -> Falha | None:
    chave = ref["refNFe"]
    if chave and chave == nota.chave:
        return Falha("refNFe", chave, "chave de outra nota")
    return None
