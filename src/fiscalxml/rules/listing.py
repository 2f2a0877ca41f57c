"""The whole catalogue, each rule with its state here: checked, off, undecidable, to come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal
from unicodedata import normalize

import msgspec

from fiscalxml.documents.familias import FAMILIAS
from fiscalxml.engine import Regra
from fiscalxml.rules import nfe
from fiscalxml.rules.catalogue import FAMILIAS as CATALOGOS
from fiscalxml.rules.catalogue import (
    Remedio,
    Verbete,
    outras_camadas,
    pendentes,
    remedios,
    verbetes,
)
from fiscalxml.rules.examples import examples
from fiscalxml.rules.nfe import eventos, inutilizacao
from fiscalxml.tables import operador

_NAME = re.compile(r"E?[0-9]+|\w+:\S+", re.IGNORECASE)
"""a code or an id, known or not"""
_NO_WORD = re.compile(r"[^a-z0-9]+")
_MODELOS: Final = {"nfe": "55", "nfce": "65"}

Situacao = Literal["implementada", "desligada", "nao_avaliavel", "pendente"]


class Explicacao(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one published rule."""

    codigo: str
    """cStat, or E… for NFS-e"""
    regra: str | None
    """kind:MOC id; None where only the code and its message are known"""
    mensagem: str
    condicao: str | None
    causa: str | None
    """what usually leads to it"""
    correcao: str | None
    errado: str | None
    """a fragment of XML that breaks it"""
    certo: str | None
    """the same fragment as it should be"""
    fonte: str | None
    modelos: str
    desde: str | None
    """first day in force, where it is known"""
    ate: str | None
    obrigatoriedade: str | None
    situacao: Situacao
    duvida: str | None
    """why a rule is off, or what is missing before there is one"""
    tabela: str | None
    """the operator's table without which it does not run"""


def list_rules(nome: str | None = None) -> Iterator[Explicacao]:
    """Every rule of the catalogue in the order of the manuals; those of one code or id, if given.

    Upper and lower case are the same.
    """
    wanted = None if nome is None else nome.casefold()
    for familia in CATALOGOS:
        for rule in list_family(familia):
            if wanted is None or wanted in (rule.codigo.casefold(), (rule.regra or "").casefold()):
                yield rule


def list_family(familia: str) -> list[Explicacao]:
    """Those of one of `catalogue.FAMILIAS`; after a row, the rules of other chapters made of it."""
    return [
        _explain(familia, verbete, regra)
        for verbete in verbetes(familia)
        for regra in _rules_of(familia, verbete)
    ]


def _rules_of(familia: str, verbete: Verbete) -> list[Regra | None]:
    """The rules written from a row, its own first; None where that is not written."""
    rules = _implemented().get((familia, verbete.regra, verbete.codigo), [])
    own = [rule for rule in rules if verbete.regra in ("", rule.id)]
    others = [rule for rule in rules if rule not in own]
    return [*own, *others] if own else [None, *others]


def find_rules(texto: str) -> list[Explicacao]:
    """The rules of a code or an id; where none has it, those that speak of all these words.

    Accents, upper and lower case are the same; a word may be the beginning of one.
    """
    named = list(list_rules(texto.strip()))
    if named or _NAME.fullmatch(texto.strip()):
        return named
    return [rule for rule in list_rules() if speaks_of(rule, texto)]


def speaks_of(rule: Explicacao, texto: str) -> bool:
    """Whether a rule has all these words, or words that begin so; of no word none speaks."""
    texts = (rule.codigo, rule.regra, rule.mensagem, rule.condicao, rule.causa, rule.correcao)
    said = f" {_plain(' '.join(filter(None, texts)))}"
    words = _plain(texto).split()
    return bool(words) and all(f" {word}" in said for word in words)


def _plain(texto: str) -> str:
    """In lower case, without accents; all that is no letter or digit is a blank."""
    bare = normalize("NFD", texto.casefold()).encode("ascii", "ignore").decode()
    return _NO_WORD.sub(" ", bare)


def _explain(familia: str, verbete: Verbete, regra: Regra | None) -> Explicacao:
    named = (regra.id if regra else verbete.regra, verbete.codigo)
    exemplo = examples().get(named)
    situacao = _situation(familia, verbete, regra)
    elsewhere = regra is not None and verbete.regra not in ("", regra.id)
    remedio = regra or _remedy(familia, verbete, situacao)
    return Explicacao(
        codigo=verbete.codigo,
        regra=named[0] or None,
        mensagem=regra.mensagem if regra else verbete.mensagem,
        condicao=None if elsewhere else verbete.condicao or None,
        causa=(remedio.causa or None) if remedio else None,
        correcao=remedio.correcao if remedio else None,
        errado=exemplo.errado if exemplo else None,
        certo=exemplo.certo if exemplo else None,
        fonte=(regra.fonte if regra else verbete.fonte) or None,
        modelos=(_models(regra) if regra and elsewhere else "") or verbete.modelos,
        desde=regra.desde.isoformat() if regra and regra.desde else None,
        ate=regra.ate.isoformat() if regra and regra.ate else None,
        obrigatoriedade=(regra.obrigatoriedade if regra else verbete.obrigatoriedade) or None,
        situacao=situacao,
        duvida=(regra.duvida or None) if regra else pendentes().get(named),
        tabela=(regra.tabela or None) if regra else None,
    )


def _models(regra: Regra) -> str:
    """Of a rule that is not of its row's model; empty for a rule on an event."""
    return "/".join(sorted(_MODELOS[tipo] for tipo in regra.tipos if tipo in _MODELOS))


def _remedy(familia: str, verbete: Verbete, situacao: Situacao) -> Remedio | None:
    """What is told of a row that no rule is written from."""
    if familia != "nfe":
        return None
    if camada := outras_camadas().get((verbete.regra, verbete.codigo)):
        return camada.remedio
    return remedios().get(verbete.codigo) if situacao == "nao_avaliavel" else None


def _situation(familia: str, verbete: Verbete, regra: Regra | None) -> Situacao:
    if regra is not None:
        if regra.tabela and regra.tabela not in operador.nomes():
            return "pendente"
        return "implementada" if regra.ligada else "desligada"
    if (familia, verbete.regra, verbete.codigo) in _of_other_layers():
        return "implementada"
    camada = outras_camadas().get((verbete.regra, verbete.codigo))
    if camada is not None and familia == "nfe":
        return "nao_avaliavel" if camada.nome == "nenhuma" else "implementada"
    return "nao_avaliavel" if verbete.avaliacao == "estado" else "pendente"


@lru_cache(maxsize=1)
def _implemented() -> dict[tuple[str, str, str], list[Regra]]:
    """The rules written from each row (family, id, code): an event may share one with the note."""
    found: dict[tuple[str, str, str], list[Regra]] = {}
    for registro in (nfe.REGISTRO, eventos.REGISTRO, inutilizacao.REGISTRO):
        for (regra, codigo), rules in registro.of_rows().items():
            found.setdefault((registro.familia, regra, codigo), []).extend(rules)
    return found


@lru_cache(maxsize=1)
def _of_other_layers() -> frozenset[tuple[str, str, str]]:
    """Rules (family, id, code) on form, chave and signature, which their own layers check."""
    tables = [
        (familia.nome.replace("-", "").lower(), table)
        for familia in FAMILIAS
        for table in (familia.oficiais, *(kind.oficiais for kind in familia.kinds))
    ]
    return frozenset(
        (nome, oficial.regra or "", oficial.codigo)
        for nome, table in tables
        for oficial in table.values()
    )
