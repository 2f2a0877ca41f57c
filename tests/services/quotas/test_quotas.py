"""Documents of a month: what counts, what is refused, and what goes on all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factory.documents import build
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.quotas.counting import Contagem, count, month
from fiscalxml_server.kit.rbac import DELEGAVEIS
from services.servers.postgres import Servidor
from services.servico import ZIP, Servico, zipped

WRITTEN = 1.3
"""seconds after which what was validated is in the database"""


@pytest.fixture(scope="module")
def small(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """A service where a month has five documents, and two in a sandbox."""
    folder = tmp_path_factory.mktemp("servico")
    servico = Servico(banco, folder, quota_documents=5, quota_sandbox_documents=2)
    yield servico
    servico.close()


@pytest.fixture
def chave(small: Servico) -> str:
    """A key of a new organisation."""
    return small.new_key(uuid4())


def _nota(numero: int) -> bytes:
    return build("nfe", changes={"ide/nNF": str(1000 + numero)})


def _use(servico: Servico, chave: str) -> dict[str, Any]:
    used: dict[str, Any] = servico.request("GET", "/v1/uso", chave=chave).json()
    return used


def _store(servico: Servico, chave: str, *numeros: int) -> list[int]:
    return [
        servico.request("POST", "/v1/documentos", content=_nota(each), chave=chave).status_code
        for each in numeros
    ]


def _refused(answer: httpx2.Response) -> None:
    assert answer.status_code == 429, answer.text
    told = answer.json()
    assert (told["codigo"], told["violated-policies"]) == ("cota_esgotada", ["documentos"])
    assert told["type"].endswith("#quota-exceeded")
    _, renews = month(datetime.now(UTC))
    left = (renews - datetime.now(UTC)).total_seconds()
    assert abs(int(answer.headers["retry-after"]) - left) < 60
    assert '"documentos";r=0;t=' in ", ".join(answer.headers.get_list("ratelimit"))


def test_a_new_document_counts_and_one_that_is_known_does_not(small: Servico, chave: str) -> None:
    assert _store(small, chave, 1, 1, 2) == [201, 200, 201]
    used = _use(small, chave)
    assert used["organizacao"] == {"documentos": 2, "limite": 5, "restam": 3}
    assert used["credencial"] == {"id": "teste", "documentos": 2, "limite": None, "restam": None}


def test_a_repeated_request_counts_once(small: Servico, chave: str) -> None:
    for _ in range(3):
        options: dict[str, Any] = {"content": _nota(1), "headers": {"Idempotency-Key": "a"}}
        answer = small.request("POST", "/v1/documentos", chave=chave, **options)
        assert answer.status_code == 201
    assert _use(small, chave)["organizacao"]["documentos"] == 1


def test_what_is_no_document_does_not_count(small: Servico, chave: str) -> None:
    for path in ("/v1/documentos", "/v1/validacoes"):
        small.request("POST", path, content=b"%PDF", chave=chave)
    assert small.request("POST", "/v1/documentos", content=b"<a/>", chave=chave).status_code == 422
    assert _use(small, chave)["organizacao"]["documentos"] == 0


def test_above_the_quota_nothing_is_stored_and_reading_goes_on(small: Servico, chave: str) -> None:
    assert _store(small, chave, 1, 2, 3, 4, 5) == [201] * 5
    for _ in range(2):
        _refused(small.request("POST", "/v1/documentos", content=_nota(6), chave=chave))
    found = small.request("GET", "/v1/documentos", chave=chave).json()["itens"]
    assert len(found) == 5
    assert _use(small, chave)["organizacao"] == {"documentos": 5, "limite": 5, "restam": 0}
    assert _store(small, chave, 5) == [200]  # a duplicate is never refused


def test_two_at_once_cannot_take_the_last_one_both(small: Servico) -> None:
    chave = small.chave
    assert _store(small, chave, 1, 2, 3, 4) == [201] * 4

    async def both() -> list[int]:
        asking = (small.asking("POST", "/v1/documentos", content=_nota(n)) for n in (11, 12, 13))
        return sorted(each.status_code for each in await asyncio.gather(*asking))

    assert small.run(both()) == [201, 429, 429]


def test_a_validation_counts_a_moment_later_and_is_refused_then(small: Servico, chave: str) -> None:
    for _ in range(5):
        answer = small.request("POST", "/v1/validacoes", content=_nota(1), chave=chave)
        assert answer.status_code == 200
    small.run(asyncio.sleep(WRITTEN))
    assert _use(small, chave)["organizacao"]["documentos"] == 5
    for path in ("/v1/validacoes", "/v1/validacoes?todas=true", "/v1/documentos"):
        _refused(small.request("POST", path, content=_nota(1), chave=chave))
    assert small.request("POST", "/v1/resumos", content=_nota(1), chave=chave).status_code == 200


def test_what_was_validated_is_written_when_the_process_ends(small: Servico, chave: str) -> None:
    small.request("POST", "/v1/validacoes", content=_nota(1), chave=chave)
    small.renew()
    assert _use(small, chave)["organizacao"]["documentos"] == 1


def test_a_lote_that_was_taken_in_is_processed_whole_and_the_next_is_refused(
    small: Servico, chave: str
) -> None:
    files = {f"{n}.xml": _nota(n) for n in range(8)} | {"nada.txt": b"nada", "9.xml": b"<nada/>"}
    lote = small.send(files, chave=chave)
    assert lote["contagens"]["aceito"] + lote["contagens"]["invalido"] == 8
    used = _use(small, chave)
    assert used["organizacao"] == {"documentos": 8, "limite": 5, "restam": 0}
    assert used["credencial"]["documentos"] == 8
    _refused(small.request("POST", "/v1/lotes", content=zipped({}), headers=ZIP, chave=chave))


def test_a_lote_sent_again_counts_nothing(small: Servico, chave: str) -> None:
    for _ in range(2):
        small.send({"1.xml": _nota(1), "2.xml": _nota(2)}, chave=chave)
    assert _use(small, chave)["organizacao"]["documentos"] == 2


def test_a_sandbox_has_a_quota_of_its_own(small: Servico) -> None:
    sujeito = Sujeito(uuid4(), "chave:teste", DELEGAVEIS, teste=True)

    class Sandbox:
        async def verify(self, _: str) -> Sujeito:
            return sujeito

    small.renew()
    small.application.state.verificador = Sandbox()
    try:
        assert _store(small, "x", 1, 2, 3) == [201, 201, 429]
        assert _use(small, "x")["organizacao"]["limite"] == 2
    finally:
        small.renew()


def test_what_was_agreed_holds_instead_for_an_organisation_and_for_a_credential(
    small: Servico, postgres: Servidor, banco: str
) -> None:
    organizacao = uuid4()
    chave = small.new_key(organizacao)
    _agree(postgres, banco, organizacao, "", documentos=100)
    _agree(postgres, banco, organizacao, "teste", documentos=7)
    assert _store(small, chave, *range(8)) == [201] * 7 + [429]
    answer = small.request("POST", "/v1/documentos", content=_nota(99), chave=chave)
    assert answer.json()["violated-policies"] == ["documentos-credencial"]
    used = _use(small, chave)
    assert (used["organizacao"]["limite"], used["credencial"]["restam"]) == (100, 0)


def test_a_quota_that_is_raised_holds_within_seconds_for_who_was_refused(
    small: Servico, postgres: Servidor, banco: str
) -> None:
    organizacao = uuid4()
    chave = small.new_key(organizacao)

    def validate() -> int:
        return small.request("POST", "/v1/validacoes", content=_nota(1), chave=chave).status_code

    assert [validate() for _ in range(5)] == [200] * 5
    small.run(asyncio.sleep(WRITTEN))
    assert validate() == 429
    _agree(postgres, banco, organizacao, "", documentos=100)
    small.run(asyncio.sleep(WRITTEN))
    assert validate() == 200


def test_request_limits_that_were_agreed_hold_within_seconds(
    small: Servico, postgres: Servidor, banco: str
) -> None:
    organizacao = uuid4()
    chave = small.new_key(organizacao)
    policies = small.request("GET", "/v1/uso", chave=chave).headers["ratelimit-policy"]
    assert policies.startswith('"validar";q=60000;')
    _agree(postgres, banco, organizacao, "", validar=90)
    _agree(postgres, banco, organizacao, "teste", validar=80)
    small.run(asyncio.sleep(3.5))
    for _ in range(2):  # the first one lets the process look
        answer = small.request("GET", "/v1/uso", chave=chave)
        small.run(asyncio.sleep(0.5))
    assert (
        answer.headers["ratelimit-policy"] == '"validar";q=90;w=60, "validar-credencial";q=80;w=60'
    )


@pytest.mark.parametrize(
    ("now", "first", "renews"),
    [
        ("2026-11-30T23:59:59-03:00", date(2026, 11, 1), "2026-12-01T03:00:00+00:00"),
        ("2026-12-01T02:59:59+00:00", date(2026, 11, 1), "2026-12-01T03:00:00+00:00"),
        ("2026-12-31T12:00:00+00:00", date(2026, 12, 1), "2027-01-01T03:00:00+00:00"),
    ],
)
def test_months_are_those_of_brasilia(now: str, first: date, renews: str) -> None:
    assert month(datetime.fromisoformat(now)) == (first, datetime.fromisoformat(renews))


def test_many_who_count_at_once_lose_nothing_and_do_not_lock_each_other(small: Servico) -> None:
    organizacoes = [uuid4() for _ in range(3)]

    async def add(banco: Banco, order: int) -> None:
        rows = [Contagem(each, f"chave:{each}", 2) for each in organizacoes[::order]]
        async with banco.transacao() as conn:
            await count(conn, rows)

    async def race() -> None:
        both = (small.api.banco, small.worker.banco)
        await asyncio.gather(*(add(both[n % 2], (1, -1)[n % 2]) for n in range(20)))

    small.run(race())
    for each in organizacoes:
        assert small.run(_total(small.api.banco, each)) == [40, 40]


def test_a_service_sees_its_organisation_s_use_and_writes_it_by_counting_alone(
    small: Servico,
) -> None:
    async def change(banco: Banco, statement: str) -> None:
        async with banco.transacao(small.organizacao) as conn:
            await conn.execute(text(statement))

    assert small.run(_total(small.api.banco, uuid4())) == []
    for statement in ("UPDATE cotas.uso SET documentos = 0", "DELETE FROM cotas.limites"):
        for each in (small.api, small.worker, small.relay):
            with pytest.raises(DBAPIError, match="permission denied"):
                small.run(change(each.banco, statement))


async def _total(banco: Banco, organizacao: UUID) -> list[int]:
    async with banco.transacao(organizacao) as conn:
        rows = await conn.execute(text("SELECT documentos FROM cotas.uso ORDER BY credencial"))
        return list(rows.scalars())


def _agree(
    postgres: Servidor, banco: str, organizacao: UUID, credencial: str, **values: int
) -> None:
    """As the Auth Service does."""

    async def write() -> None:
        connection = await asyncpg.connect(
            postgres.admin_url(banco.partition("?")[0].rpartition("/")[2])
        )
        ((name, value),) = values.items()
        await connection.execute(
            f"INSERT INTO cotas.limites (organizacao, credencial, {name}) VALUES ($1, $2, $3)",  # noqa: S608
            organizacao,
            credencial,
            value,
        )
        await connection.close()

    asyncio.run(write())
