"""Group BA, contranota de produtor: the note with which goods of a produtor rural are received."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.cnpj import cnpj_root
from fiscalxml.rules.nfe.chaves_referenciadas import inscricao_do_emitente
from fiscalxml.rules.nfe.scopes import Natureza, Nota, da_nota, de_cada

_NFREF: Final = "ide/NFref"


def _pode_ser_contranota(natureza: Natureza) -> bool:
    return natureza.tpNF == "0" and natureza.idDest == "1" and natureza.finNFe == "1"


def _contranota(nota: Nota) -> bool:
    """An entrada from a produtor rural of the same UF: of those, persons (CPF) with an IE.

    What a company with an IE is, the note does not tell.
    """
    dest = nota.dest
    if not dest["CPF"] or not dest["IE"].isdecimal():
        return False
    return dest["IE"].strip("0") != "" and dest.em("enderDest")["UF"] == _uf_emitente(nota)


def _uf_emitente(nota: Nota) -> str:
    return nota.emit.em("enderEmit")["UF"]


@da_nota(
    "nfe:BA10-20",
    "318",
    quando=_pode_ser_contranota,
    com="dest:CPF",
    correcao="Referencie em refNFe a nota do produtor (até 04/10/2026 podia ser a de papel, em "
    "refNFP).",
    causa="Nota de entrada de produtor rural emitida sem a nota que acompanhou a mercadoria.",
)
def contranota_sem_nota(nota: Nota) -> Falha | None:
    """An entrada from a produtor refers to an NF de Produtor or to an NF-e."""
    if not _contranota(nota) or nota.referencias:
        return None
    for ref in nota.ide.lista("NFref"):
        if ref.tem("refNFP") or "refNFe" in ref or "refNFeSig" in ref:
            return None
    return Falha(_NFREF, "sem refNFP e sem refNFe", "nota do produtor")


@da_nota(
    "nfe:BA10-40",
    "320",
    quando=_pode_ser_contranota,
    com="dest:CPF",
    correcao="Referencie a nota do próprio produtor (ou do emitente): a IE em refNFP, ou o "
    "emitente na chave de refNFe, é de outro.",
    causa="Nota de outro produtor referenciada por engano.",
)
def contranota_de_outro(nota: Nota) -> Falha | None:
    """Some note that is referred to is of the produtor or of the emitente.

    Of an NF-e the chave tells the CNPJ or CPF, which stands for the IE (the manual's remark 3).
    """
    if not _contranota(nota):
        return None
    found = ""
    for ref in nota.ide.lista("NFref"):
        chave = ref["refNFe"] or ref["refNFeSig"]
        if chave:
            inscricao = inscricao_do_emitente(chave)
            if not inscricao or inscricao[3:] == nota.dest["CPF"] or _same_root(inscricao, nota):
                return None
            found = found or inscricao
        elif ref.tem("refNFP"):
            ie = ref.em("refNFP")["IE"]
            if ie in (nota.emit["IE"], nota.dest["IE"]):
                return None
            found = found or f"IE {ie}"
    return Falha(_NFREF, found, f"nota da IE {nota.dest['IE']}") if found else None


def _same_root(inscricao: str, nota: Nota) -> bool:
    cnpj = nota.emit["CNPJ"]
    if not cnpj:
        return inscricao[3:] == nota.emit["CPF"]
    return cnpj_root(inscricao) == cnpj_root(cnpj)


@de_cada(
    _NFREF,
    "nfe:BA10-50",
    "922",
    quando=_pode_ser_contranota,
    correcao="Na entrada de produtor rural, referencie só NF-e, em refNFe (até 04/10/2026 também a "
    "nota de produtor modelo 4, em refNFP).",
    causa="Contranota que referencia nota modelo 1, CT-e ou cupom fiscal.",
)
def contranota_de_outro_documento(ref: Grupo, nota: Nota) -> Falha | None:
    if "refNFe" in ref or "refNFeSig" in ref or ref.em("refNFP")["mod"] == "04":
        return None
    if not _contranota(nota):
        return None
    for campo in ("refNFP", "refNF", "refECF", "refCTe"):
        if ref.tem(campo) or campo in ref:
            return Falha(campo, "informado", "refNFe, ou refNFP modelo 04")
    return None
