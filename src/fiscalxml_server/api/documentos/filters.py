"""What documents are chosen by: the same filters for the search, causes, exports, revalidations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, and_, column, exists, or_, select, table

from fiscalxml.indexing import CLASSIFICACAO, CODIGO, CST, PALAVRA
from fiscalxml_server.api.documentos.models import documentos, termos
from fiscalxml_server.kit.jobs import dia

RAIZ: Final = 8
"""characters of a CNPJ that all establishments of a company share"""
PREFIXO: Final = "*"
"""ends a word that is only the beginning of one"""
CODIGOS: Final[Mapping[str, Sequence[int]]] = {"cfop": (2, 4), "ncm": (2, 4, 8)}
"""codes that may be given by their beginning: of these lengths terms are kept, the last is whole"""

_OF_TERMS: Final = (*CODIGOS, "cclasstrib", "codigo", "tributo", "palavras")
"""fields of a filter that are answered by terms, but for a tax that has no CST"""
_LOTE_ITENS = table(
    "lote_itens", column("organizacao"), column("dia"), column("lote"), column("documento")
)
"""of another domain, which stands on this one: known by name"""

Valores = tuple[str, ...]
Termo = tuple[str, bool]
"""a term, and whether it is whole, or the beginning of some"""


class Filtro(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Documents to choose. What is empty or None chooses all; of several values one is enough.

    Instants: from `…_de`, before `…_ate`.
    """

    emitente: Valores = ()
    """CNPJ, CPF, or the first 8 characters of a CNPJ: all its establishments"""
    destinatario: Valores = ()
    participante: Valores = ()
    """as emitente, or as destinatario"""
    tipo: Valores = ()
    modelo: Valores = ()
    chave: Valores = ()
    serie: tuple[int, ...] = ()
    numero: tuple[int, ...] = ()
    ambiente: Valores = ()
    situacao: Valores = ()
    veredito: Valores = ()
    emissao_de: datetime | None = None
    emissao_ate: datetime | None = None
    recebido_de: datetime | None = None
    recebido_ate: datetime | None = None
    valor_min: int | None = None
    """in centavos"""
    valor_max: int | None = None
    com_protocolo: bool | None = None
    cfop: Valores = ()
    """of an item; or its first digits"""
    ncm: Valores = ()
    tributo: Valores = ()
    """a column of `TRIBUTOS`, whose amount is not zero; or tax:CST of an item, such as icms:60"""
    cclasstrib: Valores = ()
    codigo: Valores = ()
    """of a finding"""
    evento: Valores = ()
    """tpEvento of an event that the document has; with tipo evento alone: of the event itself"""
    palavras: Valores = ()
    """all of them, in descriptions of items or names of parties; `*` ends the beginning of one"""
    lote: UUID | None = None
    """those that the lote brought, duplicates of earlier ones too"""


def matching(
    organizacao: UUID,
    filtro: Filtro,
    frequentes: Collection[Valores] = (),
    *,
    all_at_once: bool = False,
) -> ColumnElement[bool]:
    """The condition on `documentos` that a filter stands for; only versions that hold.

    `frequentes`: those of `term_groups` that many documents have; they are looked for document by
    document, in the order of a page, or `all_at_once`.
    """
    return and_(*_conditions(organizacao, filtro, frequentes, all_at_once))


def term_groups(filtro: Filtro) -> list[Valores]:
    """What is asked of terms that are given whole: of each group one is enough."""
    groups = [[term for term, _ in each] for each in _wanted(filtro) if all(w for _, w in each)]
    return [tuple(group) for group in groups]


def without_terms(filtro: Filtro) -> Filtro:
    """The rest of the filter."""
    return replace(filtro, **dict.fromkeys(_OF_TERMS, ()))


def only_terms(filtro: Filtro) -> bool:
    """Whether nothing is asked but whole terms and dates of emission."""
    if any(not whole for group in _wanted(filtro) for _, whole in group):
        return False
    if any(":" not in name for name in filtro.tributo):
        return False
    return replace(without_terms(filtro), emissao_de=None, emissao_ate=None) == Filtro()


def has_term(
    organizacao: UUID, group: Valores, data: ColumnElement[Any], documento: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Whether the document at a place has one of these whole terms."""
    t = termos.alias()
    return exists().where(
        t.c.organizacao == organizacao,
        _one_of(t.c.termo, group),
        t.c.data == data,
        t.c.documento == documento,
    )


def only_beginning(filtro: Filtro) -> str | None:
    """What begins the only term that is asked for, where it is a word that is not whole."""
    if len(filtro.palavras) != 1 or len(list(_wanted(filtro))) != 1:
        return None
    (word,) = filtro.palavras
    return f"{PALAVRA}{word.removesuffix(PREFIXO)}" if word.endswith(PREFIXO) else None


def _conditions(
    organizacao: UUID, filtro: Filtro, frequentes: Collection[Valores], all_at_once: bool
) -> Iterator[ColumnElement[bool]]:
    yield documentos.c.organizacao == organizacao
    yield documentos.c.vigente
    yield from _own(filtro)
    for wanted in _wanted(filtro):
        yield _has_term(organizacao, wanted, frequentes, all_at_once)
    if any(":" not in name for name in filtro.tributo):
        yield _has_tax(organizacao, filtro.tributo)
    if filtro.evento:
        yield _of_event(organizacao, filtro)
    if filtro.lote is not None:
        yield _of_lote(organizacao, filtro.lote)


def _own(filtro: Filtro) -> Iterator[ColumnElement[bool]]:
    """On columns of the document itself."""
    c = documentos.c
    for campo in ("tipo", "modelo", "chave", "serie", "numero", "ambiente", "situacao", "veredito"):
        if wanted := getattr(filtro, campo):
            yield _one_of(c[campo], wanted)
    if filtro.emitente:
        yield _party(c.emitente, filtro.emitente)
    if filtro.destinatario:
        yield _party(c.destinatario, filtro.destinatario)
    if filtro.participante:
        sides = (c.emitente, c.destinatario)
        yield or_(*(_party(side, filtro.participante) for side in sides))
    if filtro.com_protocolo is not None:
        yield c.com_protocolo == filtro.com_protocolo
    yield from between(c.data, filtro.emissao_de, filtro.emissao_ate)
    yield from between(c.recebido_em, filtro.recebido_de, filtro.recebido_ate)
    if filtro.valor_min is not None:
        yield c.valor >= filtro.valor_min
    if filtro.valor_max is not None:
        yield c.valor <= filtro.valor_max


def between(
    instant: ColumnElement[datetime], since: datetime | None, before: datetime | None
) -> Iterator[ColumnElement[bool]]:
    if since is not None:
        yield instant >= since
    if before is not None:
        yield instant < before


def _wanted(filtro: Filtro) -> Iterator[list[Termo]]:
    """Groups of terms; of each the document has one."""
    for campo, lengths in CODIGOS.items():
        if codes := getattr(filtro, campo):
            yield [(f"{campo}:{code}", len(code) in lengths) for code in codes]
    for prefix, names in ((CLASSIFICACAO, filtro.cclasstrib), (CODIGO, filtro.codigo)):
        if names:
            yield [(f"{prefix}{name}", True) for name in names]
    if filtro.tributo and all(":" in name for name in filtro.tributo):
        yield _cst_terms(filtro.tributo)
    for word in filtro.palavras:
        yield [(f"{PALAVRA}{word.removesuffix(PREFIXO)}", not word.endswith(PREFIXO))]


def _cst_terms(wanted: Valores) -> list[Termo]:
    """IBS and CBS have their CST together."""
    return [(f"{CST}{name.replace('cbs:', 'ibs:')}", True) for name in wanted if ":" in name]


def _has_tax(organizacao: UUID, wanted: Valores) -> ColumnElement[bool]:
    amounts = [documentos.c[name] > 0 for name in wanted if ":" not in name]
    terms = _cst_terms(wanted)
    return or_(*amounts, *([_has_term(organizacao, terms)] if terms else []))


def _has_term(
    organizacao: UUID,
    wanted: Sequence[Termo],
    frequentes: Collection[Valores] = (),
    all_at_once: bool = False,
) -> ColumnElement[bool]:
    """Whether the document has one of these terms, or one that begins so where it is not whole.

    By the whole key, a term is a join from either side, and the planner takes it for rare: instant
    and id are two conditions to it, each as rare as the other. Where it is frequent, a range of
    ids, which it takes for less rare, lets it look at each document in the order of the page; and
    by the id alone it knows how many rows there are to sum, and lets each process sum its own.
    """
    t = termos.alias()
    whole = [term for term, is_whole in wanted if is_whole]
    choices = [starts_with(t.c.termo, term) for term, is_whole in wanted if not is_whole]
    if whole:
        choices.append(_one_of(t.c.termo, whole))
    own = documentos.c.id
    is_frequent = tuple(whole) in frequentes and len(whole) == len(wanted)
    if not is_frequent:
        same = and_(t.c.data == documentos.c.data, t.c.documento == own)
    elif all_at_once:
        same = t.c.documento == own
    else:
        same = and_(t.c.data == documentos.c.data, t.c.documento.between(own, own))
    return exists().where(t.c.organizacao == organizacao, or_(*choices), same)


def _party(side: ColumnElement[Any], wanted: Valores) -> ColumnElement[bool]:
    whole = [each for each in wanted if len(each) != RAIZ]
    choices = [starts_with(side, each) for each in wanted if len(each) == RAIZ]
    return or_(*choices, *([_one_of(side, whole)] if whole else []))


def starts_with(column: ColumnElement[Any], beginning: str) -> ColumnElement[bool]:
    """As a range, which is leakproof and finds its index; the column's collation is C."""
    last = beginning[:-1] + chr(ord(beginning[-1]) + 1)
    return and_(column >= beginning, column < last)


def _one_of(column: ColumnElement[Any], wanted: Sequence[Any]) -> ColumnElement[bool]:
    return column == wanted[0] if len(wanted) == 1 else column.in_(wanted)


def _of_event(organizacao: UUID, filtro: Filtro) -> ColumnElement[bool]:
    if filtro.tipo == ("evento",):
        return _one_of(documentos.c.evento_tipo, filtro.evento)
    e = documentos.alias()
    return exists().where(
        e.c.organizacao == organizacao,
        e.c.vigente,
        e.c.evento_chave == documentos.c.chave,
        _one_of(e.c.evento_tipo, filtro.evento),
    )


def _of_lote(organizacao: UUID, lote: UUID) -> ColumnElement[bool]:
    return documentos.c.id.in_(
        select(_LOTE_ITENS.c.documento).where(
            _LOTE_ITENS.c.organizacao == organizacao,
            _LOTE_ITENS.c.dia == dia(lote),
            _LOTE_ITENS.c.lote == lote,
            _LOTE_ITENS.c.documento.is_not(None),
        )
    )
