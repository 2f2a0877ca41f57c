"""What of the services is let in: names, methods and addresses, as the gateway has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from fiscalxml_ops.cloudflare.expressions import HOST, METHOD, PATH, all_of, among, any_of, equal
from fiscalxml_ops.cloudflare.expressions import starting as starts
from fiscalxml_ops.cloudflare.zones import Zona
from fiscalxml_ops.gateway.operations import Classe, Operacao, operations
from fiscalxml_server.kit.settings import Settings

_IMPLIED: Final = ("HEAD", "OPTIONS")
"""that the gateway adds to what the services declare"""
WRITES: Final = ("PATCH", "POST", "PUT")


class Caminhos(NamedTuple):
    """Of one service: whole addresses, and beginnings of those with something of the caller's."""

    inteiros: tuple[str, ...]
    inicios: tuple[str, ...]

    def has(self, caminho: str) -> bool:
        """Whether it is one of them."""
        return caminho in self.inteiros or any(map(caminho.startswith, self.inicios))


def let_in(zona: Zona, settings: Settings) -> tuple[Operacao, ...]:
    """Every operation that is for callers from outside."""
    return tuple(operations(settings, documentacao=zona.instalacao.documentacao))


def methods(operacoes: tuple[Operacao, ...]) -> tuple[str, ...]:
    """All of them."""
    return tuple(sorted({each.metodo for each in operacoes}.union(_IMPLIED)))


def addresses(operacoes: tuple[Operacao, ...], servico: str) -> Caminhos:
    """Of one service. A beginning ends before the first parameter: the gateway knows the rest."""
    paths = {each.caminho for each in operacoes if each.servico == servico}
    begins = sorted({path.partition("{")[0] for path in paths if "{" in path}, key=len)
    shortest: list[str] = []
    for begin in begins:
        if not any(map(begin.startswith, shortest)):
            shortest.append(begin)
    whole = (path for path in paths if "{" not in path)
    return Caminhos(
        tuple(sorted(path for path in whole if not any(map(path.startswith, shortest)))),
        tuple(sorted(shortest)),
    )


def known(caminhos: Caminhos) -> str:
    """The expression that it is one of them."""
    return any_of(
        among(PATH, caminhos.inteiros), *(starts(PATH, begin) for begin in caminhos.inicios)
    )


def fiscal_bodies(zona: Zona, operacoes: tuple[Operacao, ...]) -> str:
    """What carries fiscal documents: one, or an archive of them."""
    carried = {Classe.DOCUMENTO, Classe.ENVIO}
    paths = sorted({each.caminho for each in operacoes if each.classe in carried})
    return all_of(equal(HOST, zona.host("api")), equal(METHOD, "POST"), among(PATH, paths))


def secrets_in_bodies(zona: Zona) -> str:
    """What carries passwords, which are any characters: accounts, whenever something is sent."""
    return all_of(equal(HOST, zona.host("auth")), among(METHOD, WRITES))


def open_posts(zona: Zona, operacoes: tuple[Operacao, ...]) -> str:
    """Where whoever comes may send something: passwords and codes are guessed there."""
    paths = sorted(_open(operacoes))
    return all_of(equal(HOST, zona.host("auth")), equal(METHOD, "POST"), among(PATH, paths))


def _open(operacoes: tuple[Operacao, ...]) -> Iterator[str]:
    for each in operacoes:
        if each.servico == "auth" and each.aberta and each.metodo == "POST":
            yield each.caminho
