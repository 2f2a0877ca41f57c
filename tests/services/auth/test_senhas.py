"""Passwords: which are accepted, and what hashing them may cost."""

from __future__ import annotations

import asyncio
import threading
import time
import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters

from fiscalxml_server.auth import senhas
from fiscalxml_server.auth.senhas import EntradaOcupada, Fila, SenhaRecusada

BOA = "trem azul de Bauru às sete"


def test_a_password_is_kept_as_argon2id_by_owasp_s_parameters() -> None:
    kept = asyncio.run(senhas.hashed(BOA))
    cost = extract_parameters(kept)
    assert kept.startswith("$argon2id$")
    assert (cost.memory_cost, cost.time_cost, cost.parallelism) == (19456, 2, 1)
    assert asyncio.run(senhas.verify(kept, BOA))
    assert not asyncio.run(senhas.verify(kept, f"{BOA} "))
    assert not senhas.outdated(kept)


def test_the_same_characters_are_the_same_password_however_they_were_typed() -> None:
    kept = asyncio.run(senhas.hashed(unicodedata.normalize("NFD", BOA)))
    assert asyncio.run(senhas.verify(kept, unicodedata.normalize("NFC", BOA)))


def test_a_hash_of_other_parameters_is_good_and_outdated() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(BOA)
    assert asyncio.run(senhas.verify(old, BOA))
    assert senhas.outdated(old)


@pytest.mark.parametrize(
    "aceita",
    [
        "12 letras já",
        "çãõéü 漢字 🙂🙂🙂",
        "correct horse battery staple",
        "joana comprou um trem azul",
        "nul \0 aqui dentro",
        "a b" * 85,
    ],
)
def test_any_characters_are_accepted_and_none_are_demanded(aceita: str) -> None:
    kept = asyncio.run(senhas.hashed(aceita, de=("joana@exemplo.com.br", "Joana Prado")))
    assert asyncio.run(senhas.verify(kept, aceita))


@pytest.mark.parametrize(
    "recusada",
    [
        "",
        "onze letras",
        "x" * 257,
        "123456789012",
        "Password1234",
        "minhasenha123",
        "flamengo1981",
        "joana.prado@exemplo.com.br",
        "JoanaPrado2026",
        "Joana.Prado.1980",
        "fiscalxml2026",
        "Senha Fiscal 1",
        "\ud800" * 20,
    ],
)
def test_what_anybody_would_guess_is_refused(recusada: str) -> None:
    with pytest.raises(SenhaRecusada):
        asyncio.run(senhas.hashed(recusada, de=("joana.prado@exemplo.com.br", "Joana Prádo")))


def test_who_is_unknown_costs_one_hash_too(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hash_: str, password: bytes) -> bool:
        costs.append(extract_parameters(hash_))
        return verify(self, hash_, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    kept = asyncio.run(senhas.hashed(BOA))
    for hash_, senha in ((kept, BOA), (kept, "errada"), (None, BOA)):
        asyncio.run(senhas.verify(hash_, senha))
    assert len(costs) == 3
    assert costs[0] == costs[1] == costs[2]


def test_few_are_hashed_at_once_and_nobody_waits_for_long() -> None:
    fila, release = Fila(2, 0.1), threading.Event()
    at_once, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        release.wait(10)
        with lock:
            at_once -= 1

    async def storm() -> list[BaseException | None]:
        tasks = [asyncio.ensure_future(fila.run(work)) for _ in range(9)]
        await asyncio.sleep(0.1)
        assert fila.full
        release.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(storm())
    refused = [each for each in results if isinstance(each, EntradaOcupada)]
    assert most == 2
    assert len(refused) == 3  # at 50 ms each, the seventh would wait for more than 0.1 s
    assert {each.headers["Retry-After"] for each in refused} == {"2"}
    asyncio.run(fila.run(work))  # there is room again


def test_the_slower_the_machine_the_fewer_may_wait() -> None:
    fila = Fila(1, 0.1)

    async def most_that_wait() -> int:
        release = threading.Event()
        tasks = [asyncio.ensure_future(fila.run(lambda: release.wait(10))) for _ in range(9)]
        await asyncio.sleep(0.05)
        release.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        return sum(not isinstance(each, EntradaOcupada) for each in results)

    async def both() -> tuple[int, int]:
        before = await most_that_wait()
        for _ in range(8):
            await fila.run(lambda: time.sleep(0.15))
        return before, await most_that_wait()

    before, after = asyncio.run(both())
    assert before > after >= 1


def test_who_leaves_the_queue_gives_back_the_place() -> None:
    fila, release = Fila(1, 0.06), threading.Event()

    async def leave() -> None:
        first = asyncio.ensure_future(fila.run(lambda: release.wait(10)))
        others = [asyncio.ensure_future(fila.run(lambda: None)) for _ in range(2)]
        await asyncio.sleep(0.05)
        assert fila.full or others[-1].done()
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        assert not fila.full
        third = asyncio.ensure_future(fila.run(lambda: None))
        await asyncio.sleep(0.05)
        release.set()
        await asyncio.gather(first, third)

    asyncio.run(leave())


def test_the_event_loop_goes_on_while_passwords_are_hashed() -> None:
    async def measure() -> float:
        job = asyncio.ensure_future(senhas.hashed(BOA))
        longest, before = 0.0, time.perf_counter()
        while not job.done():
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, before = max(longest, now - before), now
        await job
        return longest

    asyncio.run(senhas.hashed(BOA))
    assert asyncio.run(measure()) < 0.5
