"""Events and their documents: linked in whichever order they come."""

from __future__ import annotations

import asyncio
from itertools import permutations
from uuid import uuid4

import pytest
from sqlalchemy import select

from factory.documents import build, chave_of
from fiscalxml_server.api.documentos.models import documentos
from services.documentos.written import put, rows, situations, written
from services.servico import Servico

NOTA = build("nfe", protocol=True)
DRAFT = build("nfe")
CANCELAMENTO = build("cancelamento", protocol=True)
UNREGISTERED = build("cancelamento")
REJECTED = build("cancelamento", protocol={"cStat": "573"})
CCE = build("cce", protocol=True)
BROKEN = NOTA.replace(b"<natOp>", b"<natOp>X", 1)


def test_the_factory_s_event_is_of_the_factory_s_note() -> None:
    assert chave_of(NOTA).encode() in CANCELAMENTO


@pytest.mark.parametrize("order", list(permutations([NOTA, CANCELAMENTO, CCE])))
def test_in_any_order_a_cancelled_note_is_cancelled(
    servico: Servico, order: tuple[bytes, ...]
) -> None:
    for blocks in ([[each] for each in order], [list(order)]):
        organizacao = uuid4()
        for block in blocks:
            servico.run(written(servico, organizacao, *block))
        assert servico.run(situations(servico, organizacao)) == {
            "nfe": "cancelado",
            "110111": "autorizado",
            "110110": "autorizado",
        }


@pytest.mark.parametrize("event", [UNREGISTERED, REJECTED, CCE])
def test_an_event_that_was_not_registered_or_does_nothing_changes_nothing(
    servico: Servico, event: bytes
) -> None:
    organizacao = uuid4()
    servico.run(written(servico, organizacao, NOTA, event))
    assert servico.run(situations(servico, organizacao))["nfe"] == "autorizado"


def test_an_event_that_gets_its_protocol_later_counts_from_then_on(servico: Servico) -> None:
    organizacao = uuid4()
    servico.run(written(servico, organizacao, NOTA, UNREGISTERED))
    servico.run(written(servico, organizacao, CANCELAMENTO))
    assert servico.run(situations(servico, organizacao))["nfe"] == "cancelado"


def test_a_note_that_gets_its_protocol_later_stays_cancelled(servico: Servico) -> None:
    organizacao = uuid4()
    servico.run(written(servico, organizacao, DRAFT, CANCELAMENTO))
    servico.run(written(servico, organizacao, NOTA))
    (nota,) = [row for row in servico.run(rows(servico, organizacao)) if row.tipo == "nfe"]
    assert (nota.situacao, nota.situacao_propria) == ("cancelado", "autorizado")


def test_a_version_that_takes_the_identity_is_cancelled_too(servico: Servico) -> None:
    organizacao = uuid4()
    for each in (BROKEN, CANCELAMENTO, NOTA):
        servico.run(written(servico, organizacao, each))
    assert {
        (row.vigente, row.situacao)
        for row in servico.run(rows(servico, organizacao))
        if row.tipo == "nfe"
    } == {(True, "cancelado"), (False, "cancelado")}


def test_an_event_that_others_are_preferred_to_counts_no_more(servico: Servico) -> None:
    """The registered one is not what its author signed; the intact one was never registered."""
    organizacao = uuid4()
    forged = CANCELAMENTO.replace(b"<xJust>DADOS", b"<xJust>OUTROS DADOS", 1)
    servico.run(written(servico, organizacao, NOTA, forged))
    assert servico.run(situations(servico, organizacao))["nfe"] == "cancelado"
    servico.run(written(servico, organizacao, UNREGISTERED))
    assert servico.run(situations(servico, organizacao))["nfe"] == "autorizado"


def test_an_mdfe_is_closed_and_an_event_may_be_cancelled(servico: Servico) -> None:
    organizacao = uuid4()
    proof = build(
        "manifestacao",
        changes={"tpEvento": "110130"},
        protocol={"nProt": "135260000000055"},
    )
    undone = build(
        "manifestacao",
        changes={"tpEvento": "110131"},
        after={"detEvento/descEvento": "<nProtEvento>135260000000055</nProtEvento>"},
        protocol=True,
    )
    mdfe, closed = build("mdfe", protocol=True), build("mdfe_encerramento", protocol=True)
    for each in (undone, closed, proof, mdfe):
        servico.run(written(servico, organizacao, each))
    assert servico.run(situations(servico, organizacao)) == {
        "110130": "cancelado",
        "110131": "autorizado",
        "110112": "autorizado",
        "mdfe": "encerrado",
    }


def test_a_change_of_situacao_raises_the_version(servico: Servico) -> None:
    organizacao = uuid4()
    servico.run(written(servico, organizacao, NOTA))
    (before,) = servico.run(rows(servico, organizacao))
    servico.run(written(servico, organizacao, CCE))
    servico.run(written(servico, organizacao, CANCELAMENTO))
    after = next(row for row in servico.run(rows(servico, organizacao)) if row.tipo == "nfe")
    assert after.versao > before.versao


@pytest.mark.parametrize(("first", "second"), [(NOTA, CANCELAMENTO), (CANCELAMENTO, NOTA)])
def test_of_two_that_come_at_once_the_second_sees_the_first(
    servico: Servico, first: bytes, second: bytes
) -> None:
    organizacao = uuid4()

    async def at_once() -> None:
        async with servico.api.banco.transacao(organizacao) as conn:
            await put(conn, organizacao, first)
            task = asyncio.create_task(written(servico, organizacao, second))
            await asyncio.wait([task], timeout=0.3)
            assert not task.done(), "it waits for the first"
        await task

    servico.run(at_once())
    assert servico.run(situations(servico, organizacao))["nfe"] == "cancelado"


def test_notes_do_not_wait_for_each_other(servico: Servico) -> None:
    organizacao = uuid4()
    first, other = (build("nfe", changes={"ide/nNF": n}, protocol=True) for n in ("76", "77"))
    # Who brings a party that nobody knows yet is waited for by all who bring it, too.
    servico.run(written(servico, organizacao, first))

    async def beside() -> None:
        async with servico.api.banco.transacao(organizacao) as conn:
            await put(conn, organizacao, NOTA)
            await asyncio.wait_for(written(servico, organizacao, other), 5)

    servico.run(beside())


def test_an_event_waits_for_the_note_that_says_whose_it_is(servico: Servico) -> None:
    """One without effect, too: it is seen by who is limited to a party of the note."""
    organizacao = uuid4()

    async def beside() -> str | None:
        async with servico.api.banco.transacao(organizacao) as conn:
            await put(conn, organizacao, NOTA)
            event = asyncio.create_task(written(servico, organizacao, CCE))
            done, _ = await asyncio.wait([event], timeout=0.3)
            assert not done
        await event
        async with servico.api.banco.transacao(organizacao) as conn:
            found = await conn.execute(
                select(documentos.c.alvo_destinatario).where(documentos.c.tipo == "evento")
            )
            aimed: str | None = found.scalar_one()
            return aimed

    assert servico.run(beside()) == "11222333000181"


def test_many_notes_and_events_at_once_are_all_linked_and_nobody_locks_another_out(
    servico: Servico,
) -> None:
    organizacao = uuid4()
    pairs = [
        (
            build("nfe", changes={"ide/nNF": str(number)}, protocol=True),
            number,
        )
        for number in range(100, 112)
    ]
    events = [
        build("cancelamento", changes={"chNFe": chave_of(nota)}, protocol=True) for nota, _ in pairs
    ]
    notes = [nota for nota, _ in pairs]
    blocks = [
        *([note, event] for note, event in zip(notes[:4], reversed(events[:4]), strict=True)),
        *([event] for event in events[4:8]),
        *([note] for note in reversed(notes[4:8])),
        notes[8:],
        list(reversed(events[8:])),
        list(reversed(notes)),
        list(events),
    ]

    async def all_at_once() -> None:
        await asyncio.gather(*(written(servico, organizacao, *block) for block in blocks))

    servico.run(all_at_once())
    found = [row for row in servico.run(rows(servico, organizacao)) if row.tipo == "nfe"]
    assert [row.situacao for row in found] == ["cancelado"] * len(notes)


def test_organisations_do_not_wait_for_each_other(servico: Servico) -> None:
    async def beside() -> None:
        async with servico.api.banco.transacao(one := uuid4()) as conn:
            await put(conn, one, CANCELAMENTO)
            await asyncio.wait_for(written(servico, uuid4(), NOTA), 5)

    servico.run(beside())


@pytest.mark.parametrize(
    ("event", "situacao"),
    [
        pytest.param(build("nfse_evento"), "cancelado", id="the Sefin's event"),
        pytest.param(build("nfse_evento", sign=False), "autorizado", id="without its signature"),
        pytest.param(
            build("nfse_evento").replace(b"<nDFSe>1", b"<nDFSe>2"), "autorizado", id="changed after"
        ),
        pytest.param(build("nfse_cancelamento"), "autorizado", id="a mere request"),
    ],
)
def test_an_nfse_is_cancelled_by_what_the_sefin_signed(
    servico: Servico, event: bytes, situacao: str
) -> None:
    for order in ([build("nfse"), event], [event, build("nfse")]):
        organizacao = uuid4()
        for each in order:
            servico.run(written(servico, organizacao, each))
        assert servico.run(situations(servico, organizacao))["nfse"] == situacao
