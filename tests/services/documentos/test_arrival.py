"""Whatever the order in which documents, copies, conflicts and events come, the end is the same."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from factory.documents import build, chave_of
from fiscalxml.indexing import CODIGO
from fiscalxml_server.api.documentos.history import list_events
from fiscalxml_server.api.documentos.models import termos, vinculos
from fiscalxml_server.api.documentos.schemas import Novo
from fiscalxml_server.api.documentos.writing import write
from fiscalxml_server.kit.db import new_id
from services.documentos.written import novo, rows
from services.servico import Servico

NOTA = build("nfe", protocol=True)
CHAVE = chave_of(NOTA)
CTE = build("cte", protocol=True)
MDFE = build("mdfe", protocol=True)
PROOF = build("manifestacao", changes={"tpEvento": "110130"}, protocol={"nProt": "135"})
UNDONE = build(
    "manifestacao",
    changes={"tpEvento": "110131"},
    after={"detEvento/descEvento": "<nProtEvento>135</nProtEvento>"},
    protocol=True,
)
CANCELAMENTO = build("cancelamento", protocol=True)
RETURN = build(
    "nfe",
    changes={"ide/nNF": "2002", "ide/finNFe": "4"},
    after={"ide/verProc": f"<NFref><refNFe>{CHAVE}</refNFe></NFref>"},
    protocol=True,
)
POOL = {
    "note": NOTA,
    "note with a byte order mark": b"\xef\xbb\xbf" + NOTA,
    "note without its protocol": build("nfe"),
    "draft of the note": build("nfe", sign=False),
    "note that was refused": build("nfe", protocol={"cStat": "204"}),
    "note whose protocol says that it was cancelled": build("nfe", protocol={"cStat": "101"}),
    "broken note": NOTA.replace(b"<natOp>", b"<natOp>X", 1),
    "another broken note": NOTA.replace(b"<natOp>", b"<natOp>Y", 1),
    "other draft of the note": build("nfe", changes={"ide/natOp": "OUTRA"}, sign=False),
    "note that returns it": RETURN,
    "cancelamento": CANCELAMENTO,
    "cancelamento that nobody registered": build("cancelamento"),
    "cancelamento that was refused": build("cancelamento", protocol={"cStat": "573"}),
    "broken cancelamento": CANCELAMENTO.replace(b"<xJust>", b"<xJust>X", 1),
    "carta de correção": build("cce", protocol=True),
    "manifestação": build("manifestacao", protocol=True),
    "proof of delivery": PROOF,
    "cancelled proof of delivery": UNDONE,
    "ct-e": CTE,
    "cancelamento of the ct-e": build("cte_cancelamento", protocol=True),
    "mdf-e": MDFE,
    "end of the mdf-e": build("mdfe_encerramento", protocol=True),
}
JUDGED = {name: novo(data) for name, data in POOL.items()}
NAMES = sorted(POOL)

arrivals = st.lists(st.sampled_from(NAMES), min_size=2, max_size=12)
sizes = st.lists(st.integers(1, 4), min_size=12, max_size=12)


def fresh(name: str) -> Novo:
    """As if it had just come."""
    return msgspec.structs.replace(JUDGED[name], id=new_id(), validacao=new_id())


def blocks(names: Sequence[str], sizes: Sequence[int]) -> list[list[str]]:
    """The arrivals, so many at a time."""
    cut, rest = [], list(names)
    for size in sizes:
        cut.append(rest[:size])
        rest = rest[size:]
    return [block for block in cut if block]


def decided(names: Iterable[str]) -> bool:
    """Whether one version of each identity is worth most: of equals the first that came holds."""
    worth: dict[str, dict[bytes, tuple[bool, bool]]] = defaultdict(dict)
    for each in map(JUDGED.__getitem__, names):
        contents = worth[each.identidade]
        mine = each.intacta, each.assinada
        contents[each.conteudo] = max(mine, contents.get(each.conteudo, mine))
    return all(sorted(each.values())[-2:].count(max(each.values())) == 1 for each in worth.values())


async def arrive(
    servico: Servico, organizacao: UUID, block: Sequence[str], *, pause: float = 0
) -> None:
    async with servico.api.banco.transacao(organizacao) as conn:
        await write(conn, organizacao, [fresh(name) for name in block])
        await asyncio.sleep(pause)


async def state(servico: Servico, organizacao: UUID) -> dict[str, Any]:
    """All that must not depend on the order."""
    found = await rows(servico, organizacao)
    content = {row.id: row.conteudo for row in found}
    async with servico.api.banco.transacao(organizacao) as conn:
        named = list(
            await conn.execute(select(vinculos).where(vinculos.c.organizacao == organizacao))
        )
        indexed = list(
            await conn.execute(select(termos).where(termos.c.organizacao == organizacao))
        )
    events = [
        await list_events(servico.api, organizacao, chave, None)
        for chave in sorted({row.evento_chave for row in found if row.evento_chave})
    ]
    return {
        # Of copies that are worth the same, the first is kept, and its findings of form with it.
        "terms": sorted(
            (content[each.documento], each.termo)
            for each in indexed
            if not each.termo.startswith(CODIGO)
        ),
        "versions": sorted(
            (
                row.identidade,
                row.conteudo,
                row.vigente,
                row.situacao,
                row.situacao_propria,
                row.com_protocolo,
            )
            for row in found
        ),
        "relations": sorted((content[each.documento], each.papel, each.destino) for each in named),
        "events": [
            (
                each["chave"],
                each["situacao"],
                sorted(
                    (event["tipo"], event["situacao"], event["efeito"] or "", event["sequencia"])
                    for event in each["itens"]
                ),
            )
            for each in events
        ],
    }


def end_of(servico: Servico, cut: Iterable[Sequence[str]]) -> dict[str, Any]:
    """The state after these blocks, one after the other."""
    organizacao = uuid4()

    async def one_by_one() -> dict[str, Any]:
        for block in cut:
            await arrive(servico, organizacao, block)
        return await state(servico, organizacao)

    return servico.run(one_by_one())


settings.register_profile(
    "arrival",
    deadline=None,
    # To make a failing order shorter takes minutes; it is told as it was found.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ARRIVAL = settings.get_profile("arrival")


@settings(ARRIVAL, max_examples=30)
@given(names=arrivals, sizes=sizes, other=sizes, chance=st.randoms(use_true_random=False))
def test_any_order_and_any_blocks_end_in_the_same_state(
    servico: Servico, names: list[str], sizes: list[int], other: list[int], chance: Any
) -> None:
    assume(decided(names))
    shuffled = list(names)
    chance.shuffle(shuffled)
    assert end_of(servico, blocks(shuffled, other)) == end_of(servico, blocks(names, sizes))


def test_a_block_may_bring_several_copies_of_a_document_that_was_there(servico: Servico) -> None:
    """Each is worth more than the one before it."""
    names = [
        "note without its protocol",
        "note that was refused",
        "note",
        "note whose protocol says that it was cancelled",
    ]
    assert end_of(servico, [names[:1], names[1:]]) == end_of(servico, [[n] for n in names])


@settings(ARRIVAL, max_examples=15)
@given(names=arrivals, sizes=sizes)
def test_transactions_at_once_end_as_one_after_the_other(
    servico: Servico, names: list[str], sizes: list[int]
) -> None:
    assume(decided(names))
    organizacao = uuid4()
    cut = blocks(names, sizes)

    async def at_once() -> dict[str, Any]:
        await asyncio.gather(*(arrive(servico, organizacao, block, pause=0.005) for block in cut))
        return await state(servico, organizacao)

    assert servico.run(at_once()) == end_of(servico, [[name] for name in names])


@settings(ARRIVAL, max_examples=6)
@given(names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=6), alone=st.integers(0, 6))
def test_both_doors_end_as_the_writing_does(servico: Servico, names: list[str], alone: int) -> None:
    """Some are sent one by one, the rest as a lote."""
    assume(decided(names))
    organizacao = uuid4()
    chave = servico.new_key(organizacao)
    for name in names[:alone]:
        sent = servico.request(
            "POST",
            "/v1/documentos",
            content=POOL[name],
            headers={"Content-Type": "application/xml"},
            chave=chave,
        )
        assert sent.status_code in (200, 201, 409), sent.text
    if rest := names[alone:]:
        files = {f"{number}.xml": POOL[name] for number, name in enumerate(rest)}
        assert servico.send(files, chave=chave)["situacao"] == "concluido"
    assert servico.run(state(servico, organizacao)) == end_of(servico, [[n] for n in names])


@pytest.mark.parametrize(
    ("names", "situacao"),
    [
        (["note", "cancelamento"], "cancelado"),
        (["note", "cancelamento that nobody registered"], "autorizado"),
        (["note", "note whose protocol says that it was cancelled"], "cancelado"),
        (["note that was refused", "note"], "autorizado"),
        (["broken note", "cancelamento", "draft of the note", "note"], "cancelado"),
    ],
)
def test_the_end_is_the_right_one(servico: Servico, names: list[str], situacao: str) -> None:
    for order in (names, names[::-1]):
        versions = end_of(servico, [[name] for name in order])["versions"]
        held = [version[3] for version in versions if version[0].startswith("nfe:") and version[2]]
        assert held == [situacao]
