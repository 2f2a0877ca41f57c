"""The rules of one family: what a rule's decorator joins with the catalogue's texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypedDict, Unpack

from fiscalxml.engine import Falha, Obrigatoriedade, Regra
from fiscalxml.report import Severidade, Tipo
from fiscalxml.rules.catalogue import verbete

_NOTA_TECNICA = re.compile(r"NT (?:Conjunta )?(20[0-9]{2})\.")


class Detalhes(TypedDict, total=False):
    """What a rule may say besides its id, its code and how to mend the document."""

    tipos: frozenset[Tipo]
    """when not all kinds of the family have it"""
    quando: Callable[[Any], bool]
    """of the nature of the document: whether the rule can apply to it at all"""
    se: Callable[[str], bool]
    """of the text of the field in `com`: whether the rule can fail with it at all"""
    sem: str
    """a group; the rule runs where the one in `com` has none of that name"""
    desde: date
    ate: date
    homologacao: date
    aritmetica: bool
    soma: str
    """what a total (total/ICMSTot:vBC) should be; the rule runs where the two differ"""
    relogio: bool
    severidade: Severidade
    obrigatoriedade: Obrigatoriedade
    """where the catalogue's row does not tell, or its remarks tell otherwise"""
    mensagem: str
    """where the catalogue's text is not the message alone"""
    fonte: str
    """where the catalogue's row names none"""
    id: str
    """kind:MOC id, where the catalogue's row has none, or is of another chapter with that code"""
    causa: str
    """what usually leads to it, in Portuguese; every rule should say"""
    duvida: str
    """why its source is not sure enough, in Portuguese; then it is off unless it is asked for"""
    tabela: str
    """the operator's table without which it does not run (see `tables.operador`)"""


class Registro:
    """The rules of a family, in the order in which they were written."""

    def __init__(
        self, familia: str, tipos: frozenset[Tipo], modelos: dict[str, Tipo], fonte: str = ""
    ) -> None:
        """`fonte`: of the rows that name none."""
        self.familia = familia
        self._fonte = fonte
        self._tipos = tipos
        self._modelos = modelos
        self._regras: dict[tuple[str, str], Regra] = {}
        self._rows: dict[tuple[str, str], list[Regra]] = {}

    def __iter__(self) -> Iterator[Regra]:
        return iter(self._regras.values())

    def of_rows(self) -> dict[tuple[str, str], list[Regra]]:
        """The rules by the rows of the catalogue (id, code) that they are written from."""
        return self._rows

    def add(
        self,
        funcao: Callable[..., Falha | None],
        regra: str,
        codigo: str,
        correcao: str,
        caminhos: tuple[str, ...],
        *,
        cada: bool = False,
        **detalhes: Unpack[Detalhes],
    ) -> None:
        """Add a rule; its message, source, models and duty are the catalogue's."""
        texto = verbete(self.familia, regra, codigo)
        key = (detalhes.get("id", regra), codigo)
        if key in self._regras:
            raise ValueError(f"{key[0]} {codigo} is there already")
        fonte = detalhes.get("fonte") or texto.fonte or self._fonte
        own: dict[str, Any] = {
            "id": regra,
            "fonte": fonte,
            "mensagem": texto.mensagem.removeprefix("Rejeição: "),
            "obrigatoriedade": texto.obrigatoriedade or "obrigatoria",
            "tipos": self._tipos_of(texto.modelos),
            "piso": _not_before(fonte),
            **detalhes,
        }
        self._regras[key] = Regra(
            codigo=codigo,
            correcao=correcao,
            funcao=funcao,
            caminhos=caminhos,
            cada=cada,
            **own,
        )
        self._rows.setdefault((regra, codigo), []).append(self._regras[key])

    def _tipos_of(self, modelos: str) -> frozenset[Tipo]:
        named = frozenset(
            self._modelos[m] for m in re.findall(r"\d\d", modelos) if m in self._modelos
        )
        return named or self._tipos


def _not_before(fonte: str) -> date | None:
    """A rule that a nota técnica brought cannot be older; its own date comes with the rule.

    The year after the note was numbered is a lower bound that errs on the side of the document: a
    rule that is not applied costs less than one that is applied too soon.
    """
    years = [int(year) for year in _NOTA_TECNICA.findall(fonte)]
    return date(min(years) + 1, 1, 1) if years else None
