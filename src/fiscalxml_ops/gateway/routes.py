"""The gateway's routes: one for the operations at an address that are carried alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from fiscalxml_ops.gateway.operations import Classe, Operacao, Teto

CREDENCIAL: Final = "credencial"
"""tag of the routes that ask for one"""
NENHUMA: Final = "nenhuma"
"""tag of the route that takes what no other takes"""
_PARAMETER: Final = re.compile(r"\{[^/{}]+\}")
_SPECIAL: Final = re.compile(r"[.+*?^$()\[\]|\\]")


class Rota(msgspec.Struct, frozen=True):
    """`regex` is the whole of a path: without look-around, as Rust's and Perl's engines both read
    it."""

    nome: str
    servico: str
    caminho: str
    regex: str
    prioridade: int
    """of several that match, the one with the most takes the request"""
    metodos: tuple[str, ...]
    classe: Classe
    aberta: bool
    teto: Teto

    @property
    def etiquetas(self) -> list[str]:
        """What the gateway's own code knows it by."""
        return [*([] if self.aberta else [CREDENCIAL]), self.classe.value, self.teto.nome]


def routes(operacoes: Iterable[Operacao]) -> Sequence[Rota]:
    """In the order in which they must be tried where the first one that matches is taken."""
    groups: dict[tuple[str, str], list[Operacao]] = {}
    for each in operacoes:
        groups.setdefault((_name(each), each.teto.nome), []).append(each)
    found = [_route(together) for together in groups.values()]
    return sorted(found, key=lambda each: (-each.prioridade, each.nome))


def _route(operacoes: Sequence[Operacao]) -> Rota:
    first = operacoes[0]
    metodos = {each.metodo for each in operacoes}
    return Rota(
        nome=_name(first),
        servico=first.servico,
        caminho=first.caminho,
        regex=pattern(first.caminho),
        prioridade=_literals(first.caminho),
        metodos=tuple(sorted(metodos | ({"HEAD"} if "GET" in metodos else set()))),
        classe=first.classe,
        aberta=first.aberta,
        teto=first.teto,
    )


def pattern(caminho: str) -> str:
    """`/v1/lotes/{lote}` as a regular expression; it is anchored by who uses it at its begin."""
    literals = _PARAMETER.split(caminho)
    return "[^/]+".join(_SPECIAL.sub(r"\\\g<0>", each) for each in literals) + "$"


def _literals(caminho: str) -> int:
    """A name goes before a parameter at its place: the earlier, the more."""
    segments = caminho.strip("/").split("/")
    places = range(len(segments), 0, -1)
    return sum(
        1 << place
        for place, segment in zip(places, segments, strict=True)
        if not _PARAMETER.fullmatch(segment)
    )


def _name(operacao: Operacao) -> str:
    slug = re.sub(r"[{}]", "", operacao.caminho).strip("/.").replace("/", "-") or "inicio"
    parts = (operacao.servico, slug, operacao.classe.value, *(["aberta"] * operacao.aberta))
    return ".".join(parts)
