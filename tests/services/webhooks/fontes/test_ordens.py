"""In whatever order documents, copies, conflicts and events come: what was told is what is."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factory.documents import build, chave_of
from services.documentos.written import rows, written
from services.servico import Servico
from services.webhooks.subscribed import Dita, Escuta

NOTA = build("nfe", protocol=True)
OUTRA = build("nfe", changes={"ide/nNF": "77"}, protocol=True)
CANCELAMENTO = build("cancelamento", protocol=True)
POOL = {
    "the note": NOTA,
    "its draft": build("nfe"),
    "a broken note of its chave": NOTA.replace(b"<natOp>", b"<natOp>X", 1),
    "another content of its chave": build("nfe", changes={"ide/natOp": "OUTRA"}, protocol=True),
    "another note": OUTRA,
    "its cancelling": CANCELAMENTO,
    "that, not registered": build("cancelamento"),
    "that, changed by somebody": CANCELAMENTO.replace(b"<xJust>DADOS", b"<xJust>OUTROS DADOS", 1),
    "the other's cancelling": build(
        "cancelamento", changes={"chNFe": chave_of(OUTRA)}, protocol=True
    ),
    "a correction": build("cce", protocol=True),
    "a proof": build("manifestacao", changes={"tpEvento": "110130"}, protocol={"nProt": "135"}),
    "the proof's cancelling": build(
        "manifestacao",
        changes={"tpEvento": "110131"},
        after={"detEvento/descEvento": "<nProtEvento>135</nProtEvento>"},
        protocol=True,
    ),
    "an mdfe": build("mdfe", protocol=True),
    "its end": build("mdfe_encerramento", protocol=True),
}
_STATE = ("documento.processado", "documento.invalido")
BLOCKS = st.lists(
    st.lists(st.sampled_from(sorted(POOL)), min_size=1, max_size=5), min_size=1, max_size=7
)


class Estado(NamedTuple):
    """Of a row, for whom it is told to."""

    vigente: bool
    situacao: str | None
    veredito: str
    evento: bool
    copia: bytes


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(blocks=BLOCKS)
def test_what_was_told_agrees_with_what_is(
    servico: Servico, escuta: Escuta, blocks: list[list[str]]
) -> None:
    organizacao = uuid4()
    servico.run(escuta.subscribe(organizacao))
    states: list[dict[UUID, Estado]] = [{}]
    for block in blocks:
        servico.run(written(servico, organizacao, *(POOL[name] for name in block)))
        states.append(servico.run(_states(servico, organizacao)))
    told: dict[UUID, list[Dita]] = defaultdict(list)
    for each in servico.run(escuta.told(organizacao)):
        told[UUID(each.dados["documento"])].append(each)
    assert told.keys() == states[-1].keys()
    for documento, last in states[-1].items():
        history = [each.get(documento) for each in states]
        _agrees(told[documento], last, history)


def test_of_many_that_come_at_once_each_is_told_once(servico: Servico, escuta: Escuta) -> None:
    organizacao = uuid4()
    servico.run(escuta.subscribe(organizacao))
    notes = [build("nfe", changes={"ide/nNF": str(n)}, protocol=True) for n in range(300, 306)]
    events = [
        build("cancelamento", changes={"chNFe": chave_of(nota)}, protocol=True) for nota in notes
    ]
    drafts = [build("nfe", changes={"ide/nNF": str(n)}) for n in range(300, 306)]
    blocks = [notes[:3], notes[3:], drafts, list(reversed(notes)), events[:4], events[2:], notes]

    async def all_at_once() -> None:
        await asyncio.gather(*(written(servico, organizacao, *block) for block in blocks))

    servico.run(all_at_once())
    told = servico.run(escuta.told(organizacao))
    counted = Counter((each.tipo, each.dados["documento"]) for each in told)
    documents = {
        str(documento): state.evento
        for documento, state in servico.run(_states(servico, organizacao)).items()
    }
    assert len(documents) == 12
    for documento, evento in documents.items():
        assert counted["documento.evento", documento] == evento
        assert counted["documento.cancelado", documento] == (not evento)
        # Twice where the draft came first.
        assert counted["documento.processado", documento] in ((0,) if evento else (1, 2))


def _agrees(told: list[Dita], last: Estado, history: list[Estado | None]) -> None:
    steps = list(pairwise(history))
    kinds = [each.tipo for each in told]
    # As many as there were changes: of each kind, counted from the rows alone.
    assert kinds.count("documento.cancelado") == (
        0
        if last.evento
        else sum(_is_cancelled(new) and not _is_cancelled(old) for old, new in steps)
    )
    assert kinds.count("documento.conflito") == sum(
        new is not None and not new.vigente and (old is None or old.vigente) for old, new in steps
    )
    assert kinds.count("documento.evento") == (
        sum(_seen(new) is not None and _seen(new) != _seen(old) for old, new in steps)
        if last.evento
        else 0
    )
    assert sum(kind in _STATE for kind in kinds) == (
        sum(
            _enters(old, new) and new is not None and new.veredito == "invalido"
            for old, new in steps
        )
        if last.evento
        else sum(_enters(old, new) or _changes(old, new) for old, new in steps)
    )
    # The last word is the state that is.
    final = told[-1]
    if not last.vigente:
        assert final.tipo == "documento.conflito"
    elif last.evento:
        assert any(
            each.tipo == "documento.evento" and each.dados.get("situacao") == last.situacao
            for each in told[-2:]
        )
    else:
        assert final.dados.get("situacao") == last.situacao
        assert (final.tipo == "documento.cancelado") <= (last.situacao == "cancelado")
        said = [
            each for each in told if each.tipo in ("documento.processado", "documento.invalido")
        ]
        assert said[-1].tipo.endswith("invalido") == (last.veredito == "invalido")
    assert "atualizado" not in told[0].dados
    repeated = [each.dados for each in told if each.tipo != "documento.cancelado"][1:]
    assert all(each.get("atualizado") or last.evento for each in repeated)


def _is_cancelled(state: Estado | None) -> bool:
    return state is not None and state.vigente and state.situacao == "cancelado"


def _enters(old: Estado | None, new: Estado | None) -> bool:
    return (
        new is not None
        and new.vigente
        and (old is None or not old.vigente or old.copia != new.copia)
    )


def _changes(old: Estado | None, new: Estado | None) -> bool:
    """To another situação than cancelado, which has a word of its own."""
    return _seen(new) is not None and _seen(new) != _seen(old) and not _is_cancelled(new)


def _seen(state: Estado | None) -> Any:
    return None if state is None or not state.vigente else (state.situacao, state.copia)


async def _states(servico: Servico, organizacao: UUID) -> dict[UUID, Estado]:
    return {
        row.id: Estado(
            row.vigente,
            row.situacao,
            row.veredito,
            row.evento_chave is not None,
            bytes(row.sha256),
        )
        for row in await rows(servico, organizacao)
    }
