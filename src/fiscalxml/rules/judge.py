"""The regras layer: the rules in force for a document, run, and worded as findings."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec

from fiscalxml.documents import nfe as nfe_documents
from fiscalxml.documents.destino import Destino
from fiscalxml.documents.facts import Fatos
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.groups import Grupo
from fiscalxml.documents.kind import Kind
from fiscalxml.engine import Falha, Lugar, Ocorrencia, Plano, Regra, passos, plan, run
from fiscalxml.report import MAX_LISTED, Achado, Severidade, Tipo
from fiscalxml.rules import nfe
from fiscalxml.rules.acervo import Acervo, Leitura
from fiscalxml.rules.catalogue import verbetes
from fiscalxml.rules.nfe import eventos, inutilizacao
from fiscalxml.tables import em_uso, operador
from fiscalxml.xml import Element, short

_SEM_DESTINO = Destino()


class RegrasJulgadas(msgspec.Struct, frozen=True):
    """What the rules found. `conjunto` names the set of rules, `tabelas` the tables at hand."""

    achados: list[Achado]
    conjunto: str
    tabelas: str
    avaliadas: int
    nao_avaliaveis: int


_ACERVOS: tuple[tuple[Kind, Acervo], ...] = (
    (nfe_documents.NFE, nfe.ACERVO),
    (nfe_documents.EVENTO, eventos.ACERVO),
    (nfe_documents.INUTILIZACAO, inutilizacao.ACERVO),
)


def _acervo(found: Encontrado) -> Acervo | None:
    """The rules on a document: those of its kind, in the version that they speak of."""
    for kind, acervo in _ACERVOS:
        if found.kind is kind:
            return acervo if found.versao == acervo.versao else None
    return None


def has_rules(found: Encontrado) -> bool:
    """Whether there are rules at hand for a document."""
    return _acervo(found) is not None


def judge_rules(
    found: Encontrado,
    grupos: Grupo,
    fatos: Fatos,
    *,
    referencia: datetime,
    recebimento: datetime | None,
    intacta: bool,
    todas: bool,
    ligar: frozenset[str] = frozenset(),
    destino: Destino = _SEM_DESTINO,
) -> RegrasJulgadas:
    """Run the rules of a document's kind, environment and reference date.

    `recebimento`: the instant of receipt, for the rules that look at the clock. `intacta`: signed,
    unchanged and authorised; then SEFAZ let pass what a state may choose to let pass. `ligar`: ids
    of rules to run though they are off. `destino`: where it is sent, if somebody said so.
    """
    acervo = _acervo(found)
    assert acervo is not None  # noqa: S101 - see has_rules
    tipo, ambiente = fatos.documento.tipo, fatos.documento.ambiente
    period, clock = _period(acervo, referencia.date()), recebimento is not None
    vigor = _Vigor(acervo, tipo, ambiente, period, clock, ligar, operador.nomes())
    leitura = Leitura(found, grupos, fatos, recebimento, destino)
    plano, avaliadas = _plan(acervo.natureza(leitura), vigor), len(_in_force(vigor))
    todo = acervo.abre(leitura)
    occurrences = run(plano, grupos, todo, todo.somas)
    return RegrasJulgadas(
        achados=list(_findings(found, occurrences, intacta=intacta, todas=todas))
        if occurrences
        else [],
        conjunto=f"{acervo.nome} ({avaliadas} regras)",
        tabelas=em_uso.descricao(),
        avaliadas=avaliadas,  # that a rule does not apply is an answer, too
        nao_avaliaveis=_undecidable(acervo, tipo),
    )


class _Vigor(NamedTuple):
    """What decides which rules are in force."""

    acervo: Acervo
    tipo: Tipo
    ambiente: str | None
    period: date
    with_clock: bool
    ligar: frozenset[str]
    tabelas: frozenset[str]
    """of the operator, that are there"""


@lru_cache(maxsize=256)  # of some 120 KB each
def _plan(natureza: Hashable, vigor: _Vigor) -> Plano:
    """The rules that can apply to documents of one nature; few natures make most documents."""
    acervo = vigor.acervo
    return plan((r for r in _in_force(vigor) if r.cabe(natureza)), acervo.escopos, acervo.somas)


@lru_cache(maxsize=256)
def _in_force(vigor: _Vigor) -> tuple[Regra, ...]:
    return tuple(
        regra
        for regra in vigor.acervo.regras
        if (regra.ligada or regra.id in vigor.ligar)
        and vigor.tipo in regra.tipos
        and regra.vale(vigor.ambiente, vigor.period)
        and (vigor.with_clock or not regra.relogio)
        and (not regra.tabela or regra.tabela in vigor.tabelas)
    )


@lru_cache(maxsize=len(_ACERVOS))
def _changes(acervo: Acervo) -> list[date]:
    """The days on which some rule begins or has ended."""
    days = {date.min}
    for regra in acervo.regras:
        days |= {day for day in (regra.desde, regra.piso, regra.homologacao) if day}
        days |= {regra.ate + timedelta(days=1)} if regra.ate else set()
    return sorted(days)


def _period(acervo: Acervo, day: date) -> date:
    """The first day from which the same rules are in force as on `day`."""
    changes = _changes(acervo)
    return changes[bisect_right(changes, day) - 1]


@lru_cache(maxsize=8)
def _undecidable(acervo: Acervo, tipo: Tipo) -> int:
    """The rules of a kind that no document can show: they need what SEFAZ has on file."""
    modelo = {"nfe": "55", "nfce": "65"}.get(tipo, "")
    written = {(regra.id, regra.codigo) for regra in acervo.regras}
    return sum(
        row.avaliacao == "estado"
        and modelo in row.modelos
        and bool(row.regra)
        and row.de_servico == acervo.de_servico
        and (row.regra, row.codigo) not in written
        for row in verbetes("nfe")
    )


def _findings(
    found: Encontrado, occurrences: Sequence[Ocorrencia], *, intacta: bool, todas: bool
) -> Iterator[Achado]:
    counts = Counter(occurrence.regra.id for occurrence in occurrences)
    seen: Counter[str] = Counter()
    for occurrence in occurrences:
        rule = occurrence.regra.id
        seen[rule] += 1
        if not todas and seen[rule] > MAX_LISTED:
            continue
        rest = counts[rule] - MAX_LISTED
        counted = not todas and rest > 0 and seen[rule] == MAX_LISTED
        yield _achado(found, occurrence, intacta, rest + 1 if counted else None)


def _achado(
    found: Encontrado, occurrence: Ocorrencia, intacta: bool, ocorrencias: int | None
) -> Achado:
    regra, falha = occurrence.regra, occurrence.falha
    element, missing = _locate(found, occurrence.lugar, falha)
    return Achado(
        codigo=regra.codigo,
        regra=regra.id,
        camada="regras",
        severidade="aviso" if falha.aviso else severity(regra, intacta=intacta),
        facultativa=True if regra.obrigatoriedade == "facultativa" else None,
        mensagem=regra.mensagem,
        explicacao=falha.explicacao,
        correcao=regra.correcao,
        caminho="/".join([found.caminho(element), *missing]),
        linha=found.xml.line(element),
        encontrado=short(falha.encontrado) if falha.encontrado else None,
        esperado=short(falha.esperado) if falha.esperado else None,
        fonte=regra.fonte or None,
        ocorrencias=ocorrencias,
    )


def severity(regra: Regra, *, intacta: bool) -> Severidade:
    """The contract's: a rule that a state may leave out is at most advice, sums excepted."""
    if regra.severidade is not None:
        return regra.severidade
    if regra.obrigatoriedade == "facultativa" and (intacta or not regra.aritmetica):
        return "aviso"
    return "erro"


def _locate(found: Encontrado, lugar: Lugar | None, falha: Falha) -> tuple[Element, list[str]]:
    """The element of a failure; or the nearest above it, and the names that lead to what lacks."""
    element = found.assinado
    assert element is not None  # noqa: S101 - its groups were read
    for nome, posicao in passos(lugar):
        element = list(element.iterchildren(f"{{*}}{nome}"))[posicao]
    names = falha.campo.split("/") if falha.campo else []
    for depth, name in enumerate(names):
        if name == ".." and (above := element.getparent()) is not None:
            element = above
            continue
        nome, _, index = name.partition("[")
        nodes = list(element.iterchildren(f"{{*}}{nome}"))
        position = int(index.rstrip("]")) - 1 if index else 0
        if position >= len(nodes):
            return element, names[depth:]
        element = nodes[position]
    return element, []
