"""What is erased while other work has it in hand is gone all the same, and that work ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from fiscalxml_server.api.documentos.copies import read_copies
from fiscalxml_server.api.documentos.models import documentos
from fiscalxml_server.api.documentos.schemas import Gravado
from fiscalxml_server.api.privacidade.objects import seal_again
from fiscalxml_server.api.privacidade.service import _erase
from fiscalxml_server.api.revalidacoes import judging
from fiscalxml_server.kit import custody
from fiscalxml_server.kit.storage import Local
from services.auth.chaves.casa import Casa
from services.auth.portal import Portal
from services.documentos.written import written
from services.locks import wait_for_a_turn, wait_for_me

from .archive import ANTIGA, CPF, Arquivo, note

_ORPHANS = """
    SELECT documento FROM (
        SELECT documento FROM validacoes UNION ALL SELECT documento FROM revalidacao_itens
    ) WHERE documento NOT IN (SELECT id FROM documentos)
"""
_IDS = "SELECT id FROM documentos WHERE organizacao = $1"
_COPIES = "SELECT objeto, inicio, comprimento FROM documentos WHERE organizacao = $1"


@pytest.fixture
def arquivo(arquivo: Arquivo) -> Arquivo:
    """An organisation with two documents in one object, one of them past its custody."""
    return filled(arquivo)


def filled(arquivo: Arquivo, organizacao: UUID | None = None) -> Arquivo:
    servico = arquivo.servico
    arquivo.anew(organizacao)
    servico.send({"antiga.xml": note(1, emissao=ANTIGA, cpf=CPF), "nova.xml": note(2)})
    arquivo.age()
    return arquivo


async def erase_the_old(arquivo: Arquivo) -> None:
    """As the job does that erases."""
    org = arquivo.servico.organizacao
    async with arquivo.servico.worker.banco.transacao(org) as conn:
        assert len(await _erase(conn, org, 200)) == 1


def revalidate(arquivo: Arquivo) -> str:
    """Where one that was asked for is told."""
    asked = arquivo.servico.request("POST", "/v1/revalidacoes", json={"em": "2027-01-05"})
    assert asked.status_code == 202, asked.text
    return asked.headers["location"]


def only_the_new_was_judged(arquivo: Arquivo, place: str) -> bool:
    told = arquivo.servico.request("GET", place).json()
    return (told["situacao"], told["total"], told["prontos"]) == ("concluida", 1, 1)


def test_a_revalidation_that_was_planned_ends_without_it(arquivo: Arquivo) -> None:
    place = revalidate(arquivo)
    arquivo.servico.work_once()
    arquivo.servico.run(erase_the_old(arquivo))
    arquivo.servico.work()
    assert only_the_new_was_judged(arquivo, place)


def test_a_revalidation_that_is_judging_it_writes_nothing_of_it(
    arquivo: Arquivo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(recursos: Any, org: UUID, rows: Sequence[Any]) -> Any:
        copies = await read_copies(recursos, org, rows)
        monkeypatch.undo()
        await erase_the_old(arquivo)
        return copies

    monkeypatch.setattr(judging, "read_copies", read)
    place = revalidate(arquivo)
    arquivo.servico.work()
    assert only_the_new_was_judged(arquivo, place)
    assert not arquivo.sql(_ORPHANS)


def test_its_copy_goes_with_an_object_that_is_made_again_just_then(
    arquivo: Arquivo, monkeypatch: pytest.MonkeyPatch
) -> None:
    servico = arquivo.servico
    (objeto,) = {row["objeto"] for row in arquivo.sql(_COPIES, servico.organizacao)}
    store = servico.worker.objetos
    own = store.put_pacote

    async def put(nome: str, pacote: Any) -> None:
        monkeypatch.undo()
        await erase_the_old(arquivo)
        await own(nome, pacote)

    monkeypatch.setattr(store, "put_pacote", put)
    servico.run(seal_again(servico.worker, servico.organizacao, objeto))
    for _ in range(3):
        arquivo.loosen()
        arquivo.ask(custody.ELIMINAR)
    assert arquivo.count("privacidade.objetos_soltos") == 0
    (row,) = arquivo.sql(_COPIES, servico.organizacao)
    assert arquivo.objects() == {row["objeto"]}
    kept = Local(row["objeto"], row["inicio"], row["comprimento"])
    assert CPF.encode() not in servico.run(store.read(servico.organizacao, kept))
    assert (servico.objetos / row["objeto"]).stat().st_size < 1.5 * row["comprimento"]


def test_what_is_sent_again_just_then_is_stored_anew(arquivo: Arquivo) -> None:
    servico, org = arquivo.servico, arquivo.servico.organizacao
    again = note(1, emissao=ANTIGA, cpf=CPF)

    async def both() -> list[Gravado]:
        async with asyncio.TaskGroup() as group, servico.worker.banco.transacao(org) as conn:
            await conn.execute(select(documentos.c.id).with_for_update())
            sent = group.create_task(written(servico, org, again))
            await wait_for_me(conn)
            assert len(await _erase(conn, org, 200)) == 1
        return await sent

    (gravado,) = servico.run(both())
    assert gravado.desfecho == "invalido"
    ids = {row["id"] for row in arquivo.sql(_IDS, org)}
    assert (gravado.documento in ids, len(ids)) == (True, 2)


def test_a_hold_is_told_once_what_is_being_erased_is_gone(arquivo: Arquivo, portal: Portal) -> None:
    casa = Casa(portal)
    servico, token = filled(arquivo, casa.id).servico, casa.token()

    def hold() -> int:
        held = portal.request(
            "POST", "/v1/privacidade/retencoes", token=token, json={"motivo": "Processo"}
        )
        return held.status_code

    async def both() -> int:
        async with asyncio.TaskGroup() as group, servico.worker.banco.transacao(casa.id) as conn:
            assert len(await _erase(conn, casa.id, 200)) == 1
            asked = group.create_task(asyncio.to_thread(hold))
            await wait_for_a_turn(conn)
        return await asked

    assert servico.run(both()) == 201
    arquivo.sql("UPDATE documentos SET data = data - interval '20 years'")
    arquivo.age()
    arquivo.erase_due()
    assert arquivo.count("documentos", casa.id) == 1
