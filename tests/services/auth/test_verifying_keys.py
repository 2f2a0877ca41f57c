"""What the other services make of API keys: asked about once, remembered for seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import msgspec
import pytest

from fiscalxml_server.kit.api_keys import new_key
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.revocations import Epoca, Revogacao, Revogacoes
from fiscalxml_server.kit.service_identity import Identidade, new_service_key
from fiscalxml_server.kit.verifying.chaves import ChavesDeApi
from fiscalxml_server.kit.verifying.contas import Contas
from fiscalxml_server.kit.verifying.revogados import Revogados


class Respostas(httpx2.AsyncBaseTransport):
    """The wire to the Auth Service: what it answers, when, and how often it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.feed = Revogacoes([], [], [])
        self.asked: list[str] = []
        self.status = 200
        self.down = False
        self.waiting = 0
        self.go = asyncio.Event()
        self.go.set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.down:
            raise httpx2.ConnectTimeout("down")
        if request.url.path == "/interno/revogacoes":
            return httpx2.Response(200, content=msgspec.json.encode(self.feed))
        body = msgspec.json.decode(b"".join([part async for part in request.stream]))  # type: ignore[union-attr]
        chave = body["chave"]
        self.asked.append(chave)
        self.waiting += 1
        await self.go.wait()
        self.waiting -= 1
        answer = self.known.get(chave, {"ativa": False, "sujeito": None, "expira_em": None})
        return httpx2.Response(self.status, content=msgspec.json.encode(answer))


class Servico:
    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.wire = Respostas()
        private, _ = new_service_key("api")
        identidade = Identidade.of(private, "https://auth")
        contas = Contas("http://contas", identidade, self.wire)
        self.now = 1000.0
        self.revogados = Revogados(contas.revogacoes, clock=lambda: self.now)
        self.chaves = ChavesDeApi(contas, self.revogados, clock=lambda: self.now)

    def new(self, organizacao: UUID | None = None, **values: Any) -> tuple[str, Sujeito]:
        """A key that the Auth Service knows."""
        chave = new_key(teste=False)
        sujeito = Sujeito(
            organizacao=organizacao or uuid4(),
            credencial="chave",
            escopos=frozenset({Escopo.LER}),
            ator=f"chave:{uuid4()}",
            empresas=frozenset({"12345678000195"}),
        )
        self.wire.known[chave] = {
            "ativa": True,
            "sujeito": msgspec.to_builtins(sujeito),
            "expira_em": None,
            **values,
        }
        return chave, sujeito

    def verify(self, chave: str) -> Sujeito | None:
        return self.runner.run(self.chaves.verify(chave))

    def hears(self, feed: Revogacoes) -> None:
        self.wire.feed = feed
        self.runner.run(self.revogados._hear())


@pytest.fixture
def servico() -> Iterator[Servico]:
    servico = Servico()
    yield servico
    servico.runner.close()


def test_the_answer_is_the_subject_and_is_kept_for_seconds(servico: Servico) -> None:
    chave, sujeito = servico.new()
    assert servico.verify(chave) == sujeito
    assert servico.verify(chave) == sujeito
    servico.now += 3.9
    assert servico.verify(chave) == sujeito
    assert len(servico.wire.asked) == 1
    servico.now += 0.2
    assert servico.verify(chave) == sujeito
    assert len(servico.wire.asked) == 2


def test_what_ends_sooner_is_kept_no_longer(servico: Servico) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    chave, _ = servico.new(expira_em=soon)
    servico.verify(chave)
    servico.now += 1.1
    servico.verify(chave)
    assert len(servico.wire.asked) == 2


def test_an_unknown_key_is_asked_about_once_in_a_while(servico: Servico) -> None:
    chave = new_key(teste=True)
    assert servico.verify(chave) is None
    assert servico.verify(chave) is None
    assert len(servico.wire.asked) == 1
    servico.now += 2.1
    assert servico.verify(chave) is None
    assert len(servico.wire.asked) == 2


def test_what_is_no_key_is_not_asked_about(servico: Servico) -> None:
    chave, _ = servico.new()
    wrong = chave[:-1] + ("a" if chave[-1] != "a" else "b")
    for text in (wrong, chave.upper(), chave + "0", f" {chave}", "fx_live_", "fx_live_\x00é"):
        assert servico.verify(text) is None
    assert servico.wire.asked == []


def test_many_who_come_at_once_with_one_key_ask_once(servico: Servico) -> None:
    chave, sujeito = servico.new()

    async def all_at_once() -> list[Sujeito | None]:
        return await asyncio.gather(*(servico.chaves.verify(chave) for _ in range(50)))

    assert servico.runner.run(all_at_once()) == [sujeito] * 50
    assert len(servico.wire.asked) == 1


def test_who_leaves_does_not_take_the_answer_from_the_others(servico: Servico) -> None:
    chave, sujeito = servico.new()

    async def one_leaves() -> Sujeito | None:
        servico.wire.go.clear()
        first = asyncio.create_task(servico.chaves.verify(chave))
        second = asyncio.create_task(servico.chaves.verify(chave))
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.sleep(0)
        servico.wire.go.set()
        return await second

    assert servico.runner.run(one_leaves()) == sujeito


def test_a_revoked_key_is_refused_at_the_next_word(servico: Servico) -> None:
    chave, sujeito = servico.new()
    other, _ = servico.new()
    assert servico.verify(chave)
    assert servico.verify(other)
    revoked = Revogacao(*sujeito.ator.split(":"))
    servico.hears(Revogacoes([revoked], [], []))
    assert servico.verify(chave) is None
    assert servico.verify(other)


def test_an_answer_that_is_older_than_the_revocation_opens_nothing(servico: Servico) -> None:
    chave, sujeito = servico.new()

    async def revoked_meanwhile() -> Sujeito | None:
        servico.wire.go.clear()
        asking = asyncio.create_task(servico.chaves.verify(chave))
        await asyncio.sleep(0.01)
        servico.wire.feed = Revogacoes([Revogacao(*sujeito.ator.split(":"))], [], [])
        await servico.revogados._hear()
        servico.wire.go.set()
        return await asking

    assert servico.runner.run(revoked_meanwhile()) is None
    assert servico.verify(chave) is None


def test_an_epoch_has_the_organisation_s_keys_asked_about_again(servico: Servico) -> None:
    organizacao = uuid4()
    chave, _ = servico.new(organizacao)
    other, _ = servico.new()
    servico.hears(Revogacoes([], [Epoca(organizacao, 3)], []))
    servico.now += 1
    assert servico.verify(chave)
    assert servico.verify(other)
    servico.wire.known[chave]["ativa"] = False
    servico.now += 1
    servico.hears(Revogacoes([], [Epoca(organizacao, 3)], []))
    assert servico.verify(chave)
    servico.hears(Revogacoes([], [Epoca(organizacao, 4)], []))
    assert servico.verify(chave) is None
    assert servico.verify(other)
    assert len(servico.wire.asked) == 3


def test_while_the_auth_service_is_away_an_answer_lives_out_its_time_and_no_longer(
    servico: Servico,
) -> None:
    chave, _ = servico.new()
    assert servico.verify(chave)
    servico.wire.down = True
    assert servico.verify(chave)
    servico.now += 4.1
    with pytest.raises(Indisponivel) as told:
        servico.verify(chave)
    assert told.value.headers == {"Retry-After": "2"}
    with pytest.raises(Indisponivel):
        servico.verify(new_key(teste=False))
    servico.wire.down = False
    assert servico.verify(chave)


@pytest.mark.parametrize(
    "answer",
    [
        {"ativa": "sim"},
        {},
        {"ativa": True, "sujeito": {"organizacao": "x"}},
        {"ativa": True, "sujeito": None, "expira_em": "amanhã"},
    ],
)
def test_an_answer_of_another_shape_opens_nothing(servico: Servico, answer: dict[str, Any]) -> None:
    chave, _ = servico.new()
    servico.wire.known[chave] = answer
    with pytest.raises(Indisponivel):
        servico.verify(chave)


@pytest.mark.parametrize("status", [302, 401, 403, 404, 500, 503])
def test_another_status_opens_nothing(servico: Servico, status: int) -> None:
    chave, _ = servico.new()
    servico.wire.status = status
    with pytest.raises(Indisponivel):
        servico.verify(chave)


def test_strangers_who_flood_keep_nobody_else_waiting(servico: Servico) -> None:
    chave, sujeito = servico.new()
    assert servico.verify(chave)
    servico.now += 4.1

    async def flood() -> tuple[Sujeito | None, int, int]:
        servico.wire.go.clear()
        strangers = [
            asyncio.create_task(servico.chaves.verify(new_key(teste=False))) for _ in range(200)
        ]
        await asyncio.sleep(0.05)
        at_once = servico.wire.waiting
        asking = asyncio.create_task(servico.chaves.verify(chave))
        await asyncio.sleep(0.05)
        assert servico.wire.waiting == at_once + 1
        servico.wire.go.set()
        found = await asyncio.gather(*strangers, return_exceptions=True)
        refused = sum(isinstance(each, Indisponivel) for each in found)
        return await asking, at_once, refused

    assert servico.runner.run(flood()) == (sujeito, 8, 200 - 8 - 64)


def test_no_more_is_remembered_than_there_is_room_for(servico: Servico) -> None:
    async def many() -> None:
        for _ in range(8300):
            await servico.chaves.verify(new_key(teste=False))

    chave, _ = servico.new()
    servico.verify(chave)
    servico.runner.run(many())
    assert len(servico.chaves._unknown) == 8192
    assert len(servico.chaves._known) == 1
