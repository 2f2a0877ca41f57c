"""Group BA: notes on paper and cupons fiscais that the note refers to (refNF, refNFP, refECF)."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.uf import UF_POR_CODIGO
from fiscalxml.rules.nfe.pessoas import cnpj_invalido, cpf_invalido, ie_invalida
from fiscalxml.rules.nfe.scopes import NFE, Nota, de_cada

_NFREF: Final = "ide/NFref"
_MESES_EM_20_ANOS: Final = 240
_FIM: Final = date(2026, 10, 4)
"""last day before NT 2026.002 v1.10, which struck these rules out: no paper is referred to"""


def _idade(campo: str, regra: str, codigo: str) -> None:
    """The AAMM of a paper note is neither after this month nor more than 20 years before it."""

    def fora_do_prazo(ref: Grupo, nota: Nota) -> Falha | None:
        aamm = ref.em(campo)["AAMM"]
        moment = nota.recebimento or nota.emissao
        if not aamm or moment is None:
            return None
        meses = (moment.year - 2000 - int(aamm[:2])) * 12 + moment.month - int(aamm[2:])
        if meses < 0:  # of the century before, or of the future: too old in either case
            meses += 1200
        if meses <= _MESES_EM_20_ANOS:
            return None
        return Falha(f"{campo}/AAMM", aamm, f"dos 20 anos até {moment:%y%m}")

    de_cada(
        _NFREF,
        regra,
        codigo,
        ate=_FIM,
        correcao="Confira o ano e o mês (AAMM) da nota em papel: não passa do mês atual, nem tem "
        "mais de 20 anos.",
        causa="Ano e mês trocados (MMAA no lugar de AAMM), ou digitados errado.",
    )(fora_do_prazo)


_idade("refNF", "nfe:BA05-10", "317")
_idade("refNFP", "nfe:BA12-10", "322")


@de_cada(
    _NFREF,
    "nfe:BA06-10",
    "548",
    ate=_FIM,
    correcao="Corrija o CNPJ do emitente da nota referenciada.",
    causa="CNPJ digitado errado na referência à nota em papel.",
)
def cnpj_da_nota_modelo_1(ref: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(ref.em("refNF"), "refNF/CNPJ")


@de_cada(
    _NFREF,
    "nfe:BA13-10",
    "549",
    ate=_FIM,
    correcao="Corrija o CNPJ do produtor na nota referenciada.",
    causa="CNPJ digitado errado na referência à nota de produtor.",
)
def cnpj_do_produtor(ref: Grupo, _nota: Nota) -> Falha | None:
    return cnpj_invalido(ref.em("refNFP"), "refNFP/CNPJ")


@de_cada(
    _NFREF,
    "nfe:BA14-10",
    "550",
    ate=_FIM,
    correcao="Corrija o CPF do produtor na nota referenciada.",
    causa="CPF digitado errado na referência à nota de produtor.",
)
def cpf_do_produtor(ref: Grupo, _nota: Nota) -> Falha | None:
    return cpf_invalido(ref.em("refNFP"), "refNFP/CPF")


@de_cada(
    _NFREF,
    "nfe:BA15-10",
    "551",
    ate=_FIM,
    correcao="Corrija a inscrição estadual do produtor na nota referenciada, ou a UF dela.",
    causa="IE digitada errada, ou de UF diferente da informada em refNFP/cUF.",
)
def ie_do_produtor(ref: Grupo, _nota: Nota) -> Falha | None:
    produtor = ref.em("refNFP")
    ie, uf = produtor["IE"], UF_POR_CODIGO.get(produtor["cUF"], "")
    if ie and not ie.strip("0"):
        return Falha("refNFP/IE", ie, f"inscrição estadual de {uf}")
    return ie_invalida(ie, uf, "refNFP/IE")


@de_cada(
    _NFREF,
    "nfe:BA20-20",
    "923",
    ate=_FIM,
    quando=lambda nota: nota.idDest != "1",
    correcao="Cupom fiscal e nota modelo 1 ou 2 são de operação interna: retire a referência, ou "
    "corrija idDest.",
    causa="Devolução ou complemento interestadual que referencia documento de papel.",
)
def documento_interno_em_operacao_externa(ref: Grupo, nota: Nota) -> Falha | None:
    for campo in ("refECF", "refNF"):
        if ref.tem(campo):
            return Falha(campo, f"informado com idDest {nota.ide['idDest']}", "não informar")
    return None


@de_cada(
    _NFREF,
    "nfe:BA20-30",
    "924",
    tipos=NFE,
    desde=date(2026, 10, 5),
    homologacao=date(2026, 9, 1),
    obrigatoriedade="obrigatoria",
    mensagem="Proibido referenciar Cupom Fiscal",
    fonte="NT 2026.002 v1.11",
    correcao="Retire refECF: só se referencia documento eletrônico; o cupom se cita nas "
    "informações complementares.",
    causa="Nota de um cupom fiscal (CFOP 5929 ou 6929), ou devolução dele, feita como antes.",
)
def cupom_fiscal(ref: Grupo, _nota: Nota) -> Falha | None:
    """Before, only where a state did not admit it: which ones do not is not at hand."""
    return Falha("refECF", "informado", "não informar") if ref.tem("refECF") else None
