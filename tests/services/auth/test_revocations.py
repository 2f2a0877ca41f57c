"""Revocations and epochs: what the Auth Service remembers to tell the other services."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import text

from fiscalxml_server.auth.tokens import revocations
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.revocations import Epoca, Revogacao, Revogacoes

from .portal import Portal


async def _recent(portal: Portal) -> Revogacoes:
    async with portal.recursos.banco.transacao() as conn:
        return await revocations.recent(conn)


async def _revoke(portal: Portal, *ids: str) -> None:
    async with portal.recursos.banco.transacao() as conn:
        for each in ids:
            await revocations.revoke(conn, "sessao", each)


async def _organizacao(portal: Portal) -> tuple[UUID, UUID]:
    values = {"id": new_id(), "teste": new_id(), "nome": "EMPRESA FICTICIA"}
    async with portal.recursos.banco.transacao() as conn:
        await conn.execute(
            text("INSERT INTO auth.organizacoes (id, teste, nome) VALUES (:id, :teste, :nome)"),
            values,
        )
    return UUID(str(values["id"])), UUID(str(values["teste"]))


def test_what_is_revoked_is_told_once(portal: Portal) -> None:
    sessao = str(uuid4())
    portal.run(_revoke(portal, sessao, sessao))
    portal.run(_revoke(portal, sessao))
    told = portal.run(_recent(portal)).revogacoes
    assert [each for each in told if each.id == sessao] == [Revogacao("sessao", sessao)]


def test_it_is_told_while_a_token_may_live_and_then_forgotten(portal: Portal) -> None:
    young, old, ancient = (str(uuid4()) for _ in range(3))

    async def wait() -> set[str]:
        await _revoke(portal, young, old, ancient)
        async with portal.recursos.banco.transacao() as conn:
            age = text("UPDATE auth.revogacoes SET em = em - :age * interval '1 second'"
                       " WHERE id = :id")  # fmt: skip
            await conn.execute(age, {"id": old, "age": 600})
            await conn.execute(age, {"id": ancient, "age": 6000})
            await revocations.forget_old(conn)
            kept = await conn.execute(text("SELECT id FROM auth.revogacoes"))
            return set(kept.scalars())

    kept = portal.run(wait())
    assert {young, old} <= kept
    assert ancient not in kept
    told = {each.id for each in portal.run(_recent(portal)).revogacoes}
    assert young in told
    assert old not in told


def test_an_epoch_is_that_of_the_organisation_and_of_its_sandbox(portal: Portal) -> None:
    async def wait() -> tuple[UUID, UUID, Revogacoes]:
        organizacao, teste = await _organizacao(portal)
        other, _ = await _organizacao(portal)
        async with portal.recursos.banco.transacao() as conn:
            await revocations.raise_epoch(conn, organizacao)
            await revocations.raise_epoch(conn, organizacao)
        told = await _recent(portal)
        assert other not in {each.organizacao for each in told.epocas}
        return organizacao, teste, told

    organizacao, teste, told = portal.run(wait())
    assert Epoca(organizacao, 2) in told.epocas
    assert Epoca(teste, 2) in told.epocas
