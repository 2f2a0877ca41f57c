"""The chaves that a note refers to, part by part: what each part must be, whatever field has it.

The manual says the same of refNFe, refCTe, refDFeAnt … under ids and codes of their own: a row of
`confere` each, in the module of its group.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, Unpack

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.chave import chave_check_digit
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf
from fiscalxml.identifiers.uf import UF_POR_CODIGO
from fiscalxml.rules.nfe.scopes import NFF, Nota, de_cada
from fiscalxml.rules.registry import Detalhes

_SAT: Final = "59"
_ANO = slice(2, 4)
_AAMM = slice(2, 6)
_EMITENTE = slice(6, 20)
_MODELO = slice(20, 22)
_SERIE = slice(22, 25)
_NUMERO = slice(25, 34)
_NUMERO_SAT = slice(31, 37)
_TIPO_EMISSAO = 34
_CODIGO = slice(35, 43)
_PRIMEIRO_ANO: Final = "06"
"""in which the first NF-e was authorised"""
_ULTIMO_SEM_TIPO_DE_EMISSAO: Final = "1104"
"""AAMM of the last keys in which the código has nine digits, and there is no tpEmis"""
_TIPOS_DE_EMISSAO: Final = frozenset("12345679")
"""tpEmis of the Nota Fiscal Fácil, with CPF or CNPJ in any series"""
_ULTIMO_SO_DE_CNPJ: Final = "18"
"""year until which the series of persons may hold a CNPJ (contingency SCAN; NT 2018.001)"""

Teste = Callable[[str, Nota], tuple[str, str] | None]
"""(chave of 44 characters, note that refers to it) -> what is found and what is expected"""


class Parte(NamedTuple):
    """What a chave that is referred to must be like; the rule's texts follow from it."""

    teste: Teste
    correcao: str
    causa: str


def confere(
    caminho: str, campo: str, parte: Parte, regra: str, codigo: str, **detalhes: Unpack[Detalhes]
) -> None:
    """A rule on each chave in a field of the groups at `caminho`, which leads not through `det`."""
    teste = parte.teste

    def chaves(grupo: Grupo, nota: Nota) -> Falha | None:
        if campo not in grupo:
            return None
        for posicao, chave in enumerate(grupo.todos(campo), 1):
            if (wrong := teste(chave, nota)) is not None:
                return Falha(campo if posicao == 1 else f"{campo}[{posicao}]", *wrong)
        return None

    detalhes.setdefault("causa", parte.causa)
    de_cada(caminho, regra, codigo, correcao=parte.correcao, **detalhes)(chaves)


def inscricao_do_emitente(chave: str) -> str:
    """CNPJ, or CPF with zeros on the left; empty where it is the SEFAZ's own (nota avulsa)."""
    return "" if chave[_MODELO] == "55" and "890" <= chave[_SERIE] <= "899" else chave[_EMITENTE]


def chave_natural(chave: str) -> str:
    """What no two notes have in common: UF, CNPJ or CPF, modelo, série, número."""
    return chave[:2] + chave[6:34]


def _uf(chave: str, _nota: Nota) -> tuple[str, str] | None:
    return None if chave[:2] in UF_POR_CODIGO else (f"UF {chave[:2]}", "código IBGE de uma UF")


def _ano(chave: str, nota: Nota) -> tuple[str, str] | None:
    moment = nota.recebimento or nota.emissao
    last = str(moment.year)[2:] if moment else "99"
    if _PRIMEIRO_ANO <= chave[_ANO] <= last:
        return None
    return f"ano {chave[_ANO]}", f"de {_PRIMEIRO_ANO} a {last}"


def _mes(chave: str, _nota: Nota) -> tuple[str, str] | None:
    return None if "01" <= chave[4:6] <= "12" else (f"mês {chave[4:6]}", "de 01 a 12")


def _emitente(chave: str, _nota: Nota) -> tuple[str, str] | None:
    """A CNPJ, in the series of persons a CPF. Where both occur either will do."""
    inscricao, serie, modelo = chave[_EMITENTE], chave[_SERIE], chave[_MODELO]
    of_persons = modelo != _SAT and "910" <= serie <= "969"
    nff = modelo != _SAT and chave[_TIPO_EMISSAO] == NFF
    if not of_persons and not nff and modelo != _SAT and serie > "969":
        return None
    only_cpf = of_persons and not nff and modelo == "55" and chave[_ANO] > _ULTIMO_SO_DE_CNPJ
    if not only_cpf and is_valid_cnpj(inscricao):
        return None
    if (of_persons or nff) and inscricao[:3] == "000" and is_valid_cpf(inscricao[3:]):
        return None
    return inscricao, "CPF válido" if only_cpf else "CNPJ válido"


def _numero(chave: str, _nota: Nota) -> tuple[str, str] | None:
    numero = chave[_NUMERO_SAT if chave[_MODELO] == _SAT else _NUMERO]
    return (f"número {numero}", "número maior que zero") if not numero.strip("0") else None


def _tipo_de_emissao(chave: str, _nota: Nota) -> tuple[str, str] | None:
    if chave[_MODELO] not in ("55", "65") or chave[_AAMM] <= _ULTIMO_SEM_TIPO_DE_EMISSAO:
        return None
    tipo = chave[_TIPO_EMISSAO]
    return None if tipo in _TIPOS_DE_EMISSAO else (f"tpEmis {tipo}", "1 a 7 ou 9")


def _dv(chave: str, _nota: Nota) -> tuple[str, str] | None:
    dv = chave_check_digit(chave[:-1])
    return None if chave[-1] == dv else (chave, f"dígito verificador {dv}")


def _propria(chave: str, nota: Nota) -> tuple[str, str] | None:
    return (chave, "chave de outra nota") if chave == nota.chave else None


def _propria_natural(chave: str, nota: Nota) -> tuple[str, str] | None:
    same = chave_natural(chave) == chave_natural(nota.chave)
    return (chave, "chave de outra nota") if same else None


def _codigo(chave: str, _nota: Nota) -> tuple[str, str] | None:
    codigo = chave[_CODIGO]
    return (f"cNF {codigo}", "00000000") if codigo.strip("0") else None


_DIGITADA: Final = "A chave foi digitada, ou montada pelo sistema a partir de campos errados."

DV: Final = Parte(
    _dv,
    "Confira a chave referenciada: o último dígito não corresponde aos outros.",
    "A chave foi digitada com um algarismo trocado.",
)
UF: Final = Parte(
    _uf,
    "Confira a chave referenciada: os dois primeiros dígitos são o código IBGE da UF do emitente.",
    _DIGITADA,
)
ANO: Final = Parte(
    _ano,
    "Confira a chave referenciada: o 3º e o 4º dígitos são o ano de emissão, de 2006 até hoje.",
    _DIGITADA,
)
MES: Final = Parte(
    _mes,
    "Confira a chave referenciada: o 5º e o 6º dígitos são o mês de emissão.",
    _DIGITADA,
)
EMITENTE: Final = Parte(
    _emitente,
    "Confira a chave referenciada: da 7ª à 20ª posição está o CNPJ do emitente (ou o CPF, nas "
    "séries de pessoa física).",
    _DIGITADA,
)
NUMERO: Final = Parte(
    _numero,
    "Confira a chave referenciada: o número do documento está zerado.",
    _DIGITADA,
)
TIPO_DE_EMISSAO: Final = Parte(
    _tipo_de_emissao,
    "Confira a chave referenciada: a 35ª posição é o tipo de emissão, que não pode ser 0 nem 8.",
    _DIGITADA,
)
PROPRIA: Final = Parte(
    _propria,
    "A nota não pode referenciar a si mesma: informe a chave do outro documento.",
    "O sistema gravou na referência a chave da nota que está sendo emitida.",
)
PROPRIA_NATURAL: Final = Parte(
    _propria_natural,
    "A nota não pode referenciar a si mesma (mesma UF, emitente, série e número): informe a chave "
    "do outro documento.",
    "O sistema montou a referência com os dados da nota que está sendo emitida.",
)
CODIGO_ZERADO: Final = Parte(
    _codigo,
    "Em refNFeSig o código numérico vai zerado; para a chave completa use refNFe.",
    "A chave completa foi informada em refNFeSig em vez de refNFe.",
)


def modelo(modelos: tuple[str, ...], correcao: str, causa: str) -> Parte:
    """The document that is referred to is of one of these modelos."""
    esperado = f"modelo {', '.join(modelos[:-1])} ou {modelos[-1]}" if modelos[1:] else modelos[0]

    def fora(chave: str, _nota: Nota) -> tuple[str, str] | None:
        found = chave[_MODELO]
        return None if found in modelos else (f"modelo {found}", esperado)

    return Parte(fora, correcao, causa)
