"""Runs rules over the groups of a document. It knows no document kind and no single rule.

A rule stands at a path of groups (`det/imposto/ICMS/ICMS10`), perhaps with a field (`ide:dhCont`),
and runs only where that exists, so that a catalogue of hundreds costs a note what its own groups
are worth. A path leads through *scopes*: what a rule is given, a whole document or one of its
items. Sums over the items are gathered on the way. See `rules/` for the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import msgspec

from fiscalxml.documents.groups import Grupo, as_decimal
from fiscalxml.report import Severidade, Tipo

Obrigatoriedade = Literal["obrigatoria", "facultativa"]


class Falha(msgspec.Struct, frozen=True):
    """What a rule found wrong."""

    campo: str
    """from the rule's scope (or, for a rule on each group, from the group): prod/vProd"""
    encontrado: str = ""
    esperado: str = ""
    explicacao: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regra:
    """A rule as published, with the function that checks it."""

    id: str
    """kind:MOC id, such as nfe:I11-10"""
    codigo: str
    mensagem: str
    correcao: str
    fonte: str
    obrigatoriedade: Obrigatoriedade
    funcao: Callable[..., Falha | None]
    """of the scope; of group and scope for a rule on each group"""
    caminhos: tuple[str, ...] = ("",)
    """what must be there for it to run: a group (det/imposto/ICMS) or a field (ide:dhCont)"""
    cada: bool = False
    """on each group at the path"""
    quando: Callable[[Any], bool] | None = None
    """of the nature of the document: whether the rule can apply to it at all"""
    tipos: frozenset[Tipo] = frozenset()
    desde: date | None = None
    """first day, where it is known"""
    piso: date | None = None
    """else a day that it cannot be older than, so that no rule is applied too soon"""
    ate: date | None = None
    """last day"""
    homologacao: date | None = None
    """first day in homologação, where it differs"""
    aritmetica: bool = False
    """compares amounts: at fault even where the state may choose not to apply it"""
    relogio: bool = False
    """needs the instant of receipt"""
    severidade: Severidade | None = None
    """where it is not what follows from the rest"""
    ligada: bool = True
    """off: its source is not sure enough"""

    def cabe(self, natureza: object) -> bool:
        """Whether it can apply to a document of this nature."""
        return self.quando is None or self.quando(natureza)

    def vale(self, ambiente: str | None, dia: date) -> bool:
        """Whether it is in force."""
        first = self.desde or self.piso
        if ambiente == "homologacao" and self.homologacao:
            first = self.homologacao
        return (first is None or dia >= first) and (self.ate is None or dia <= self.ate)


Lugar = tuple["Lugar | None", str, int]
"""Where a group is: where the group around it is, its name, its position (from 0) among that name.

None stands for the root of the document.
"""


def passos(lugar: Lugar | None) -> Iterator[tuple[str, int]]:
    """The way to a group, from the root on."""
    if lugar is not None:
        acima, nome, posicao = lugar
        yield from passos(acima)
        yield nome, posicao


class Ocorrencia(NamedTuple):
    """One failure, and where its `campo` begins; None is the root."""

    regra: Regra
    falha: Falha
    lugar: Lugar | None


_ZERO = Decimal()
Funcao = Callable[..., Falha | None]
Escopo = Callable[[Grupo, Any, int], Any]
"""(group, scope above, position) -> the scope of the rules on and below that group"""


@dataclass(slots=True)
class Plano:
    """Rules by the path of what they need: a node for each group, and the fields in it."""

    do_escopo: list[tuple[Funcao, Regra]] = field(default_factory=list)
    de_cada: list[tuple[Funcao, Regra]] = field(default_factory=list)
    de_campo: dict[str, list[tuple[Funcao, Regra]]] = field(default_factory=dict)
    """field -> rules on the scope that need it"""
    somas: list[tuple[str, str]] = field(default_factory=list)
    """(field, name of the sum that it is part of)"""
    filhos: dict[str, Plano] = field(default_factory=dict)
    escopo: Escopo | None = None


def plan(regras: Iterable[Regra], escopos: Mapping[str, Escopo], somas: Mapping[str, str]) -> Plano:
    """The plan of a set of rules; `escopos` says at which paths a new scope begins.

    `somas` are fields (det/prod:vFrete) to be added up, and the name of their sum.
    """
    root = Plano()
    for path, escopo in escopos.items():
        _node(root, path).escopo = escopo
    for caminho, soma in somas.items():
        path, _, campo = caminho.partition(":")
        _node(root, path).somas.append((campo, soma))
    for regra in regras:
        for caminho in regra.caminhos:
            path, _, campo = caminho.partition(":")
            node = _node(root, path)
            rules = node.de_cada if regra.cada else node.do_escopo
            if campo:
                rules = node.de_campo.setdefault(campo, [])
            rules.append((regra.funcao, regra))
    return root


def _node(root: Plano, path: str) -> Plano:
    node = root
    for name in path.split("/") if path else ():
        node = node.filhos.setdefault(name, Plano())
    return node


def run(plano: Plano, raiz: Grupo, escopo: object, somas: dict[str, Decimal]) -> list[Ocorrencia]:
    """All failures of a document, in document order; `escopo` is the scope of the whole.

    `somas` receives the sums, by name, before any rule runs. A rule on a scope may be met at
    several groups of that scope; what it finds counts once.

    A rule runs over all groups at its path before the next one does, which costs far less than to
    go through the document group by group; where a failure is, and which comes first, is looked
    up when there is one.
    """
    stops = _stops(plano, [(raiz, escopo, raiz)])
    for node, visits in stops:
        if node.somas:
            _add_up(node.somas, visits, somas)
    found: list[_Achada] = []
    for node, visits in stops:
        found += _failures(node, visits)
    return _in_order(found, raiz) if found else []


_Visita = tuple[Grupo, Any, Grupo]
"""(group, its scope, the group where that scope begins)"""
_Achada = tuple[Regra, Falha, Grupo, Grupo]
"""(rule, failure, the group that it was run at, the group where its `campo` begins)"""


def _stops(plano: Plano, visits: list[_Visita]) -> list[tuple[Plano, list[_Visita]]]:
    """The nodes of a plan that a document has groups for, each with all of these."""
    stops = [(plano, visits)]
    filhos = plano.filhos
    if not filhos:
        return stops
    inside: defaultdict[str, list[_Visita]] = defaultdict(list)
    for grupo, escopo, base in visits:
        for nome, grupos in grupo.grupos.items():
            if nome not in filhos:
                continue
            there, begin = inside[nome], filhos[nome].escopo
            if begin is None:
                for inner in grupos:
                    there.append((inner, escopo, base))
            else:
                for posicao, inner in enumerate(grupos):
                    there.append((inner, begin(inner, escopo, posicao), inner))
    for nome, there in inside.items():
        stops += _stops(filhos[nome], there)
    return stops


def _add_up(
    wanted: list[tuple[str, str]], visits: list[_Visita], somas: dict[str, Decimal]
) -> None:
    for campo, soma in wanted:
        if parcelas := [grupo[campo] for grupo, _, _ in visits if campo in grupo]:
            somas[soma] = sum(map(as_decimal, parcelas), somas.get(soma, _ZERO))


def _failures(node: Plano, visits: list[_Visita]) -> Iterator[_Achada]:
    """What the rules of a node find."""
    yield from _of_scopes(node.do_escopo, visits)
    for funcao, regra in node.de_cada:
        for grupo, escopo, _ in visits:
            if (falha := funcao(grupo, escopo)) is not None:
                yield regra, falha, grupo, grupo
    for campo, regras in node.de_campo.items():
        if having := [visit for visit in visits if campo in visit[0]]:
            yield from _of_scopes(regras, having)


def _of_scopes(regras: list[tuple[Funcao, Regra]], visits: list[_Visita]) -> Iterator[_Achada]:
    for funcao, regra in regras:
        for grupo, escopo, base in visits:
            if (falha := funcao(escopo)) is not None:
                yield regra, falha, grupo, base


def _in_order(found: list[_Achada], raiz: Grupo) -> list[Ocorrencia]:
    """Failures by the place of the group that they were found at, each once."""
    places = list(_places(raiz, None))
    order = {id(grupo): number for number, (grupo, _) in enumerate(places)}
    found.sort(key=lambda item: order[id(item[2])])
    once: dict[tuple[str, str, Falha, Lugar | None], Ocorrencia] = {}
    for regra, falha, _, base in found:
        lugar = places[order[id(base)]][1]
        once[regra.id, regra.codigo, falha, lugar] = Ocorrencia(regra, falha, lugar)
    return list(once.values())


def _places(grupo: Grupo, lugar: Lugar | None) -> Iterator[tuple[Grupo, Lugar | None]]:
    """A group and all inside it, in document order, and where each is."""
    yield grupo, lugar
    for nome, grupos in grupo.grupos.items():
        for posicao, inner in enumerate(grupos):
            yield from _places(inner, (lugar, nome, posicao))
