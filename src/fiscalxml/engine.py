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

from fiscalxml.compiled import compiled
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
    aviso: bool = False
    """only advice: what it was compared with may be older than the document"""


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
    se: Callable[[str], bool] | None = None
    """of the text of the field at the path: whether the rule can fail with it at all"""
    sem: str = ""
    """a group; the rule runs where the one at the path has none of that name"""
    soma: str = ""
    """on a total (total/ICMSTot:vBC): the name of the sum; the rule runs where the two differ"""
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
    causa: str = ""
    """what usually leads to it, in Portuguese"""
    duvida: str = ""
    """why its source is not sure enough; then it is off, unless it is asked for"""
    tabela: str = ""
    """the operator's table that it needs; without it, it is not run"""

    @property
    def ligada(self) -> bool:
        """Whether it runs unless somebody says otherwise."""
        return not self.duvida

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


Achada = tuple[Regra, Falha, Grupo]
"""a failure of a rule, and the group where its `campo` begins"""

native = compiled("fiscalxml._passeio")
"""the walk in C; None when there was no compiler as the package was built"""
_ZERO = Decimal()
_MAX_VALORES = 2048
Funcao = Callable[..., Falha | None]
Escopo = Callable[[Grupo, Any, int], Any]
"""(group, scope above, position) -> the scope of the rules on and below that group"""


@dataclass(slots=True)
class Valores:
    """Rules on the values of a field. Few make most: what can fail with them is remembered."""

    regras: list[tuple[Funcao, Regra]] = field(default_factory=list)
    conhecidos: dict[str, tuple[tuple[Funcao, Regra], ...]] = field(default_factory=dict)

    def de(self, valor: str) -> tuple[tuple[Funcao, Regra], ...]:
        """Those that can fail with a value."""
        found = self.conhecidos.get(valor)
        if found is None:
            found = tuple(each for each in self.regras if each[1].se is None or each[1].se(valor))
            if len(self.conhecidos) >= _MAX_VALORES:
                self.conhecidos.clear()
            self.conhecidos[valor] = found
        return found


@dataclass(slots=True)
class Plano:
    """Rules by the path of what they need: a node for each group, and the fields in it."""

    do_escopo: list[tuple[Funcao, Regra]] = field(default_factory=list)
    de_cada: list[tuple[Funcao, Regra]] = field(default_factory=list)
    de_campo: dict[str, list[tuple[Funcao, Regra]]] = field(default_factory=dict)
    """field -> rules on the scope that need it"""
    de_valor: dict[str, Valores] = field(default_factory=dict)
    """field -> those that need it to have certain values"""
    de_ausente: dict[str, list[tuple[Funcao, Regra]]] = field(default_factory=dict)
    """group -> rules on the scope where there is none"""
    totais: list[tuple[str, str, Regra]] = field(default_factory=list)
    """(field, name of the sum that it should be, rule to run where it is not)"""
    somas: list[tuple[str, str]] = field(default_factory=list)
    """(field, name of the sum that it is part of)"""
    filhos: dict[str, Plano] = field(default_factory=dict)
    escopo: Escopo | None = None
    compacto: tuple[object, ...] = ()
    """all of it, as `_passeio.c` reads it: nested tuples, None for what is empty; then the rest is
    not kept"""


def plan(regras: Iterable[Regra], escopos: Mapping[str, Escopo], somas: Mapping[str, str]) -> Plano:
    """The plan of a set of rules; `escopos` says at which paths a new scope begins.

    `somas` are fields (det/prod:vFrete) to be added up, and the name of their sum.
    """
    root = Plano()
    nodes = {"": root}
    for path, escopo in escopos.items():
        _node(nodes, path).escopo = escopo
    for caminho, soma in somas.items():
        path, _, campo = caminho.partition(":")
        _node(nodes, path).somas.append((campo, soma))
    for regra in regras:
        for caminho in regra.caminhos:
            path, _, campo = caminho.partition(":")
            node = _node(nodes, path)
            if regra.sem:
                node.de_ausente.setdefault(regra.sem, []).append((regra.funcao, regra))
            elif regra.se is not None:
                node.de_valor.setdefault(campo, Valores()).regras.append((regra.funcao, regra))
            elif regra.soma:
                node.totais.append((campo, regra.soma, regra))
            elif campo:
                node.de_campo.setdefault(campo, []).append((regra.funcao, regra))
            elif regra.cada:
                node.de_cada.append((regra.funcao, regra))
            else:
                node.do_escopo.append((regra.funcao, regra))
    return root if native is None else Plano(compacto=_compact(root))


def _compact(plano: Plano) -> tuple[object, ...]:
    return (
        tuple(plano.do_escopo) or None,
        tuple((campo, soma, r.funcao, r.cada, r) for campo, soma, r in plano.totais) or None,
        tuple(plano.de_cada) or None,
        tuple((campo, tuple(regras)) for campo, regras in plano.de_campo.items()) or None,
        tuple((campo, each, each.conhecidos) for campo, each in plano.de_valor.items()) or None,
        tuple((nome, tuple(regras)) for nome, regras in plano.de_ausente.items()) or None,
        tuple(plano.somas) or None,
        {nome: _compact(filho) for nome, filho in plano.filhos.items()} or None,
        plano.escopo,
    )


def _node(nodes: dict[str, Plano], path: str) -> Plano:
    """The node of a path; `nodes`: those that there are, by their paths."""
    node = nodes.get(path)
    if node is None:
        above, _, name = path.rpartition("/")
        node = nodes[path] = _node(nodes, above).filhos[name] = Plano()
    return node


def run(plano: Plano, raiz: Grupo, escopo: object, somas: dict[str, Decimal]) -> list[Ocorrencia]:
    """All failures of a document, in document order; `escopo` is the scope of the whole.

    `somas` receives the sums, by name. A rule on a scope may be met at several groups of that
    scope; what it finds counts once.
    """
    found = _walk(plano, raiz, escopo, somas)
    return _placed(found, raiz) if found else []


def _walk(plano: Plano, raiz: Grupo, escopo: object, somas: dict[str, Decimal]) -> list[Achada]:
    if native is not None:
        found: list[Achada] = native.visit(plano.compacto, raiz, escopo, somas, as_decimal, _ZERO)
        return found
    visit = _Visita(somas)
    visit.grupo(plano, raiz, escopo, raiz)
    return visit.found


class _Visita:
    """One way through a document."""

    __slots__ = ("found", "parcelas", "somas")

    def __init__(self, somas: dict[str, Decimal]) -> None:
        self.somas = somas
        self.parcelas: defaultdict[str, list[str]] = defaultdict(list)
        """name of a sum -> the texts that it is made of"""
        self.found: list[Achada] = []

    def grupo(self, plano: Plano, grupo: Grupo, escopo: object, base: Grupo) -> None:
        """Run what stands at a group, then what is below. `base`: where the scope begins."""
        if plano.do_escopo:
            self.regras(plano.do_escopo, escopo, base)
        if plano.totais:
            self.totais(plano, grupo, escopo, base)
        if plano.de_cada:
            self.cada(plano, grupo, escopo)
        if plano.de_campo:
            self.campos(plano, grupo, escopo, base)
        if plano.de_valor:
            self.valores(plano, grupo, escopo, base)
        for nome, regras in plano.de_ausente.items():
            if nome not in grupo.grupos:
                self.regras(regras, escopo, base)
        if plano.somas:
            self.parcelas_de(plano, grupo)
        if plano.filhos:
            self.abaixo(plano.filhos, grupo, escopo, base)

    def abaixo(
        self, filhos: Mapping[str, Plano], grupo: Grupo, escopo: object, base: Grupo
    ) -> None:
        """Go on to the groups inside a group that any rule needs."""
        for nome, grupos in grupo.grupos.items():
            if nome not in filhos:
                continue
            filho = filhos[nome]
            if filho.escopo is None:
                for inner in grupos:
                    self.grupo(filho, inner, escopo, base)
            else:
                self.escopos(filho, filho.escopo, grupos, escopo)

    def escopos(self, plano: Plano, begin: Escopo, grupos: list[Grupo], acima: object) -> None:
        """Run what stands at the groups where a scope begins; then make the sums."""
        for posicao, grupo in enumerate(grupos):
            self.grupo(plano, grupo, begin(grupo, acima, posicao), grupo)
        for soma, textos in self.parcelas.items():
            self.somas[soma] = sum(map(as_decimal, textos), _ZERO)

    def cada(self, plano: Plano, grupo: Grupo, escopo: object) -> None:
        """Run what is about the group itself."""
        for funcao, regra in plano.de_cada:
            if (falha := funcao(grupo, escopo)) is not None:
                self.found.append((regra, falha, grupo))

    def campos(self, plano: Plano, grupo: Grupo, escopo: object, base: Grupo) -> None:
        """Run what needs a field of the group."""
        for campo, regras in plano.de_campo.items():
            if campo in grupo:
                self.regras(regras, escopo, base)

    def valores(self, plano: Plano, grupo: Grupo, escopo: object, base: Grupo) -> None:
        """Run what needs a field of the group to have certain values."""
        for campo, valores in plano.de_valor.items():
            if campo in grupo and (regras := valores.de(grupo[campo])):
                self.regras(regras, escopo, base)

    def regras(self, regras: Iterable[tuple[Funcao, Regra]], escopo: object, base: Grupo) -> None:
        for funcao, regra in regras:
            if (falha := funcao(escopo)) is not None:
                self.found.append((regra, falha, base))

    def parcelas_de(self, plano: Plano, grupo: Grupo) -> None:
        """Gather what the group adds to the sums."""
        for campo, soma in plano.somas:
            if campo in grupo:
                self.parcelas[soma].append(grupo[campo])

    def totais(self, plano: Plano, grupo: Grupo, escopo: object, base: Grupo) -> None:
        """Run the rules on the totals that are not the sums."""
        for campo, soma, regra in plano.totais:
            if as_decimal(grupo[campo]) == self.somas.get(soma, _ZERO):
                continue
            falha = regra.funcao(grupo, escopo) if regra.cada else regra.funcao(escopo)
            if falha is not None:
                self.found.append((regra, falha, grupo if regra.cada else base))


def _placed(found: list[Achada], raiz: Grupo) -> list[Ocorrencia]:
    """Failures with their places, each once. (Few documents have any, so places are not kept.)"""
    places = {id(grupo): lugar for grupo, lugar in _places(raiz, None)}
    once: dict[tuple[str, str, Falha, Lugar | None], Ocorrencia] = {}
    for regra, falha, base in found:
        lugar = places[id(base)]
        once[regra.id, regra.codigo, falha, lugar] = Ocorrencia(regra, falha, lugar)
    return list(once.values())


def _places(grupo: Grupo, lugar: Lugar | None) -> Iterator[tuple[Grupo, Lugar | None]]:
    """A group and all inside it, and where each is."""
    yield grupo, lugar
    for nome, grupos in grupo.grupos.items():
        for posicao, inner in enumerate(grupos):
            yield from _places(inner, (lugar, nome, posicao))
