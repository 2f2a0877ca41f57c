"""The catalogue of rules, filtered and in pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from fiscalxml.rules.listing import Explicacao, Situacao, list_rules, speaks_of
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor, wrong_cursor

_MODELO = re.compile(r"\d\d(?!\d)")


class Filtro(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the catalogue; None asks nothing."""

    codigo: str | None = None
    modelo: str | None = None
    situacao: Situacao | None = None
    obrigatoriedade: str | None = None
    texto: str | None = None


class Pagina(msgspec.Struct, frozen=True):
    """Rules in the order of the manuals, and the cursor of those that follow."""

    itens: Sequence[Explicacao]
    proximo: str | None


def list_page(filtro: Filtro, *, cursor: str | None, limite: int) -> Pagina:
    """A page of the rules that pass the filter. Raises `ParametrosInvalidos` for a cursor."""
    start = 0 if cursor is None else read_cursor(cursor, int)
    found = _filtered(filtro)
    if start < 0 or (start and start >= len(found)):
        raise wrong_cursor()
    end = start + limite
    return Pagina(found[start:end], write_cursor(end) if end < len(found) else None)


def rules_of(codigo: str) -> Pagina:
    """All rules of a code (33 of them repeat) or of an id of the manual. Raises 404."""
    found = tuple(list_rules(codigo.strip()))
    if not found or not codigo.strip():
        raise NaoEncontrado("Nenhuma regra conhecida tem este código ou id.")
    return Pagina(found, None)


@lru_cache(maxsize=64)
def _filtered(filtro: Filtro) -> tuple[Explicacao, ...]:
    return tuple(rule for rule in catalogue() if _passes(rule, filtro))


@lru_cache(maxsize=1)
def catalogue() -> tuple[Explicacao, ...]:
    """Every rule; the same for the life of the process."""
    return tuple(list_rules())


def _passes(rule: Explicacao, filtro: Filtro) -> bool:
    return (
        filtro.codigo in (None, rule.codigo)
        and filtro.situacao in (None, rule.situacao)
        and filtro.obrigatoriedade in (None, rule.obrigatoriedade)
        and (filtro.modelo is None or _is_of(rule, filtro.modelo))
        and (filtro.texto is None or speaks_of(rule, filtro.texto))
    )


def _is_of(rule: Explicacao, modelo: str) -> bool:
    models = _MODELO.findall(rule.modelos)
    return modelo in models or modelo.casefold() == rule.modelos.casefold()
