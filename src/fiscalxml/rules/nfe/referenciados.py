"""Group BA: documents that the note refers to (ide/NFref)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, Unpack

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.chaves_referenciadas import (
    ANO,
    CODIGO_ZERADO,
    DV,
    EMITENTE,
    MES,
    NUMERO,
    PROPRIA,
    PROPRIA_NATURAL,
    TIPO_DE_EMISSAO,
    UF,
    chave_natural,
    confere,
    modelo,
)
from fiscalxml.rules.nfe.reforma import Vigencia
from fiscalxml.rules.nfe.scopes import MOC_7, Nota, a_consumidor, da_nota, de_cada
from fiscalxml.rules.registry import Detalhes

_NFREF: Final = "ide/NFref"
_NATURAL: Final = "refNFe, sem código"
_PERNAMBUCO: Final = "26"
_NT_2022_003: Final[Vigencia] = {
    "desde": date(2023, 4, 3),
    "homologacao": date(2023, 2, 7),
}
_SO_ELETRONICOS: Final = "2026-10-05"
"""first day of emission on which no paper may be referred to (NT 2026.002 v1.10)"""
_SEM_DATA: Final = "A nota técnica deixa a regra para implementação futura, sem dizer a data."

_MODELO_NFE = modelo(
    ("55", "65", "59"),
    "Em refNFe só cabe NF-e (55), NFC-e (65) ou CF-e SAT (59); os outros têm campo próprio.",
    "A chave de outro documento (um CT-e, por exemplo) foi informada em refNFe.",
)
_MODELO_CTE = modelo(
    ("57",),
    "Em refCTe só cabe a chave de um CT-e (modelo 57).",
    "A chave de outro documento (uma NF-e, por exemplo) foi informada em refCTe.",
)
_MODELO_SIG = modelo(
    ("55",),
    "Em refNFeSig só cabe a chave de uma NF-e (modelo 55).",
    "A chave de outro documento foi informada em refNFeSig.",
)

for _campo, _parte, _regra, _codigo in (
    ("refNFe", DV, "nfe:BA02-10", "547"),
    ("refNFe", UF, "nfe:BA02-14", "522"),
    ("refNFe", ANO, "nfe:BA02-20", "524"),
    ("refNFe", MES, "nfe:BA02-24", "524"),
    ("refNFe", _MODELO_NFE, "nfe:BA02-34", "679"),
    ("refNFe", NUMERO, "nfe:BA02-40", "683"),
    ("refNFe", PROPRIA, "nfe:BA02-50", "316"),
    ("refCTe", DV, "nfe:BA19-10", "547"),
    ("refCTe", UF, "nfe:BA19-14", "522"),
    ("refCTe", ANO, "nfe:BA19-20", "524"),
    ("refCTe", MES, "nfe:BA19-24", "524"),
    ("refCTe", EMITENTE, "nfe:BA19-30", "552"),
    ("refCTe", _MODELO_CTE, "nfe:BA19-34", "679"),
    ("refCTe", NUMERO, "nfe:BA19-40", "683"),
):
    confere(_NFREF, _campo, _parte, _regra, _codigo)
confere(_NFREF, "refNFe", EMITENTE, "nfe:BA02-30", "552", desde=MOC_7)
for _campo, _parte, _regra, _codigo in (
    ("refNFe", TIPO_DE_EMISSAO, "nfe:BA02-60", "953"),
    ("refNFeSig", UF, "nfe:BA02a-20", "522"),
    ("refNFeSig", ANO, "nfe:BA02a-30", "524"),
    ("refNFeSig", MES, "nfe:BA02a-40", "524"),
    ("refNFeSig", EMITENTE, "nfe:BA02a-50", "552"),
    ("refNFeSig", _MODELO_SIG, "nfe:BA02a-60", "679"),
    ("refNFeSig", NUMERO, "nfe:BA02a-70", "683"),
    ("refNFeSig", CODIGO_ZERADO, "nfe:BA02a-74", "955"),
    ("refNFeSig", PROPRIA_NATURAL, "nfe:BA02a-100", "952"),
    ("refNFeSig", TIPO_DE_EMISSAO, "nfe:BA02a-110", "953"),
):
    confere(_NFREF, _campo, _parte, _regra, _codigo, **_NT_2022_003)


@da_nota(
    "nfce:BA01-10",
    "708",
    quando=a_consumidor,
    com=_NFREF,
    correcao="Retire NFref: a venda a consumidor não referencia outros documentos.",
    causa="A devolução ou o complemento de uma venda pede NF-e com outro formato de DANFE.",
)
def venda_a_consumidor_sem_referencias(_nota: Nota) -> Falha | None:
    return Falha(_NFREF, "informado", "não informar")


def _sem_repetir(
    campo: str, regra: str, codigo: str, correcao: str, **detalhes: Unpack[Detalhes]
) -> None:
    """No two NFref have the same document in `campo`; `_IDENTIDADES` says which one it is."""

    def repetido(ref: Grupo, nota: Nota) -> Falha | None:
        if campo not in ref and campo not in ref.grupos:
            return None
        which = _IDENTIDADES[campo](ref)
        if _primeiros(nota)[campo, which] is ref:
            return None
        return Falha(campo, which, "cada documento uma vez")

    detalhes.setdefault(
        "causa",
        "O sistema gravou uma referência por item, ou o mesmo documento foi escolhido duas vezes.",
    )
    de_cada(_NFREF, regra, codigo, correcao=correcao, **detalhes)(repetido)


def _so_eletronico(campo: str, regra: str, codigo: str, mensagem: str) -> None:
    """No NFref has a note on paper in `campo`; before there was such a rule, none twice."""

    def em_papel(ref: Grupo, nota: Nota) -> Falha | None:
        if not ref.tem(campo):
            return None
        if nota.ide["dhEmi"] >= _SO_ELETRONICOS:
            return Falha(campo, "informado", "não informar")
        which = _IDENTIDADES[campo](ref)
        if _primeiros(nota)[campo, which] is ref:
            return None
        return Falha(
            campo,
            which,
            "cada documento uma vez",
            "Até 04/10/2026 a regra só recusava, a critério da UF, a nota referenciada duas vezes.",
            aviso=True,
        )

    de_cada(
        _NFREF,
        regra,
        codigo,
        desde=MOC_7,
        obrigatoriedade="obrigatoria",
        mensagem=mensagem,
        fonte="MOC 7.0 Anexo I; NT 2026.002 v1.11",
        correcao=f"Retire {campo}: só se referencia documento eletrônico; o de papel se cita nas "
        "informações complementares.",
        causa="Referência a uma nota em papel, que a SEFAZ aceitava até 04/10/2026.",
    )(em_papel)


def _primeiros(nota: Nota) -> dict[tuple[str, str], Grupo]:
    """(field, which document) -> the first NFref that has it there; refNFe also as `_NATURAL`."""
    if nota.referidos is None:
        nota.referidos = {}
        for ref in reversed(nota.ide.lista("NFref")):
            for campo, identidade in _IDENTIDADES.items():
                if campo in ref or campo in ref.grupos:
                    nota.referidos[campo, identidade(ref)] = ref
            if "refNFe" in ref:
                nota.referidos[_NATURAL, chave_natural(ref["refNFe"])] = ref
    return nota.referidos


def _nota_modelo_1(ref: Grupo) -> str:
    nota = ref.em("refNF")
    return " ".join((nota["CNPJ"], nota["mod"], nota["serie"], nota["nNF"]))


def _nota_de_produtor(ref: Grupo) -> str:
    nota = ref.em("refNFP")
    return " ".join((nota["IE"], nota["mod"], nota["serie"], nota["nNF"]))


def _cupom(ref: Grupo) -> str:
    cupom = ref.em("refECF")
    return " ".join((cupom["mod"], cupom["nECF"].zfill(3), cupom["nCOO"].zfill(6)))


_IDENTIDADES: Final[dict[str, Callable[[Grupo], str]]] = {
    "refNFe": lambda ref: ref["refNFe"],
    "refNFeSig": lambda ref: ref["refNFeSig"][:-1],  # its DV does not count
    "refCTe": lambda ref: ref["refCTe"],
    "refNF": _nota_modelo_1,
    "refNFP": _nota_de_produtor,
    "refECF": _cupom,
}

for _campo, _regra, _o_que in (
    ("refNFe", "nfe:BA02-44", "cada nota é referenciada uma vez"),
    ("refCTe", "nfe:BA19-44", "cada CT-e é referenciado uma vez"),
):
    _sem_repetir(_campo, _regra, "680", f"Retire a chave repetida: {_o_que}.")
_sem_repetir(
    "refNFeSig",
    "nfe:BA02a-80",
    "680",
    "Retire a chave repetida: cada nota é referenciada uma vez.",
    **_NT_2022_003,
)
_sem_repetir(
    "refECF",
    "nfe:BA20-10",
    "684",
    "Retire o cupom repetido: mesmo modelo, número de ordem e COO.",
    ate=date(2026, 10, 4),
)
_so_eletronico("refNF", "nfe:BA03-10", "681", "Proibido informar NF referenciada")
_so_eletronico("refNFP", "nfe:BA10-10", "682", "Proibido referenciar NF de Produtor")


@de_cada(
    _NFREF,
    "nfe:BA02a-90",
    "680",
    correcao="Referencie a nota uma vez só: em refNFe, com a chave completa, ou em refNFeSig.",
    causa="A mesma nota foi referenciada com e sem o código numérico.",
    **_NT_2022_003,
)
def sigilosa_repetida_em_claro(ref: Grupo, nota: Nota) -> Falha | None:
    """No refNFe is the note of a refNFeSig: same UF, emitente, modelo, série, número."""
    chave = ref["refNFeSig"]
    if not chave:
        return None
    if (_NATURAL, chave_natural(chave)) in _primeiros(nota):
        return Falha("refNFeSig", chave, "nota que não está em refNFe")
    return None


@de_cada(
    _NFREF,
    "nfe:BA02a-10",
    "951",
    quando=lambda nota: nota.finNFe != "1",
    correcao="Referencie a nota pela chave completa, em refNFe: refNFeSig é só de nota normal.",
    causa="Nota complementar, de ajuste ou devolução com a referência sigilosa (refNFeSig).",
    **_NT_2022_003,
)
def sigilosa_em_nota_que_nao_e_normal(ref: Grupo, nota: Nota) -> Falha | None:
    if "refNFeSig" not in ref:
        return None
    return Falha("refNFeSig", f"informado com finNFe {nota.ide['finNFe']}", "chave em refNFe")


@de_cada(
    _NFREF,
    "nfe:BA02a-120",
    "956",
    correcao="Referencie a nota pela chave completa, em refNFe: a UF não aceita refNFeSig.",
    causa="O emitente é de Pernambuco, que não permite a referência sem o código numérico.",
    **_NT_2022_003,
)
def sigilosa_onde_a_uf_nao_permite(ref: Grupo, nota: Nota) -> Falha | None:
    if "refNFeSig" not in ref or nota.ide["cUF"] != _PERNAMBUCO:
        return None
    return Falha("refNFeSig", "informado", "chave em refNFe")


@de_cada(
    _NFREF,
    "nfe:BA02-70",
    "954",
    quando=lambda nota: nota.finNFe == "4",
    duvida=_SEM_DATA,
    correcao="Na devolução de venda com NFC-e ou CF-e, referencie o documento da UF do emitente.",
    causa="Devolução, em outra UF, de uma venda a consumidor.",
)
def devolucao_de_cupom_de_outra_uf(ref: Grupo, nota: Nota) -> Falha | None:
    """A return refers to an NFC-e or CF-e of the emitente's own UF only."""
    chave = ref["refNFe"]
    if not chave or chave[20:22] == "55":
        return None
    return _de_outra_uf(chave, nota)


@de_cada(
    _NFREF,
    "nfe:BA02-80",
    "954",
    quando=lambda nota: nota.finNFe == "4" and nota.indIEDest == "9",
    duvida=_SEM_DATA,
    correcao="Na devolução de um não contribuinte, referencie nota da UF do emitente.",
    causa="Devolução, em outra UF, de uma venda a não contribuinte.",
)
def devolucao_de_nao_contribuinte_de_outra_uf(ref: Grupo, nota: Nota) -> Falha | None:
    chave = ref["refNFe"]
    return _de_outra_uf(chave, nota) if chave else None


def _de_outra_uf(chave: str, nota: Nota) -> Falha | None:
    if chave[:2] == nota.ide["cUF"]:
        return None
    return Falha("refNFe", f"UF {chave[:2]}", f"UF {nota.ide['cUF']}")
