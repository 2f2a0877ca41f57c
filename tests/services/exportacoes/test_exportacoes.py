"""Exports that a job makes: asked for, followed, cancelled, taken up again, expired."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from benchmarks.many_documents import multiply
from sqlalchemy import func, text

from factory.documents import build
from fiscalxml_server.api.exportacoes import exporting, service
from fiscalxml_server.api.exportacoes.reading import produce
from fiscalxml_server.api.exportacoes.sweeping import sweep
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.resources import Recursos
from services.chaos.stoppable import CHEGOU, SIGA
from services.chaos.test_fence import do, environment, expire, job, wait_until, waiting
from services.servico import Servico

MANY = 3000
_LEASE = 1.0


@pytest.fixture(scope="module")
def servico(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """Few documents are answered directly, and its workers have a short lease."""
    servico = Servico(
        banco,
        tmp_path_factory.mktemp("servico"),
        export_direct_documents=10,
        job_lease_seconds=_LEASE,
    )
    lote = servico.send({"a.xml": build("nfe")})
    (item,) = servico.items(lote)
    servico.run(multiply(banco, servico.organizacao, UUID(item["documento"]), MANY - 1))
    yield servico
    servico.close()


def _ask(servico: Servico, **pedido: Any) -> dict[str, Any]:
    asked = servico.request("POST", "/v1/exportacoes", json=pedido)
    assert asked.status_code == 202, asked.text
    exportacao: dict[str, Any] = asked.json()
    return exportacao


def _read(servico: Servico, exportacao: dict[str, Any]) -> dict[str, Any]:
    found = servico.request("GET", f"/v1/exportacoes/{exportacao['id']}")
    assert found.status_code == 200, found.text
    seen: dict[str, Any] = found.json()
    return seen


def _done(servico: Servico, **pedido: Any) -> dict[str, Any]:
    exportacao = _ask(servico, **pedido)
    servico.work()
    return _read(servico, exportacao)


def _file(servico: Servico, exportacao: dict[str, Any], **headers: str) -> httpx2.Response:
    return servico.request("GET", exportacao["url"], chave="fx_dev_nenhuma", headers=headers)


def _objects(servico: Servico) -> list[Path]:
    return [path for path in servico.objetos.glob("*/exportacoes/**/*") if path.is_file()]


def test_what_is_asked_for_is_made_by_a_job_and_told_of(servico: Servico) -> None:
    exportacao = _ask(servico, formato="jsonl", filtro={"tipo": "nfe"})
    assert exportacao["situacao"] == "recebida"
    assert exportacao["filtro"] == {"tipo": "nfe"}
    assert "url" not in exportacao
    servico.work()
    done = _read(servico, exportacao)
    assert done["situacao"] == "pronta"
    assert done["total"] == done["documentos"] == done["linhas"] == MANY
    assert done["contagens"] == {"documentos": MANY}
    data = _file(servico, done).content
    assert (len(data), sha256(data).hexdigest()) == (done["bytes"], done["sha256"])
    lines = [json.loads(line) for line in data.splitlines()]
    assert len({line["documento"] for line in lines}) == MANY


def test_the_address_of_the_file_needs_no_credential(servico: Servico) -> None:
    done = _done(servico, formato="csv")
    answer = _file(servico, done)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-length"] == str(done["bytes"])
    assert "documentos-" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_direct_export_of_too_many_documents_becomes_one_of_these(servico: Servico) -> None:
    path = "/v1/documentos/exportacao?formato=jsonl&tabela=itens"
    first = servico.request("GET", path)
    assert first.status_code == 202
    assert first.headers["location"] == f"/v1/exportacoes/{first.json()['id']}"
    assert servico.request("GET", path).json()["id"] == first.json()["id"], "it is not made twice"
    servico.work()
    assert _read(servico, first.json())["situacao"] == "pronta"
    few = servico.request("GET", path + "&numero=5")
    assert few.status_code == 200


def test_one_that_has_begun_is_not_given_to_who_asks_later(servico: Servico) -> None:
    """Its documents were chosen already, and more may have come since."""
    first = _ask(servico, formato="csv", filtro={"numero": 21})
    assert _ask(servico, formato="csv", filtro={"numero": 21})["id"] == first["id"]
    _set(servico, first["id"], "situacao = 'processando'")
    assert _ask(servico, formato="csv", filtro={"numero": 21})["id"] != first["id"]
    servico.work()


def test_an_idempotency_key_gives_the_first_answer_again(servico: Servico) -> None:
    def ask() -> httpx2.Response:
        headers = {"Idempotency-Key": "uma"}
        pedido = {"formato": "csv", "filtro": {"numero": 7}}
        return servico.request("POST", "/v1/exportacoes", json=pedido, headers=headers)

    first = ask()
    servico.work()
    again = ask()
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("pedido", "campo"),
    [
        ({"formato": "pdf"}, "formato"),
        ({"formato": "csv", "tabela": "x"}, "tabela"),
        ({"formato": "zip", "tabela": "itens"}, "tabela"),
        ({"formato": "csv", "lote": "x"}, "lote"),
        ({"formato": "csv", "filtro": {"emissor": "1"}}, "filtro.emissor"),
        ({"formato": "csv", "filtro": {"emitente": "1"}}, "emitente"),
        ({"formato": "csv", "lote": str(UUID(int=7 << 76)), "filtro": {}}, "filtro"),
    ],
)
def test_a_wrong_request_is_refused(servico: Servico, pedido: dict[str, Any], campo: str) -> None:
    answer = servico.request("POST", "/v1/exportacoes", json=pedido)
    assert answer.status_code == 422, answer.text
    assert [each["campo"] for each in answer.json()["campos"]] == [campo]


def test_a_lote_that_is_not_there_is_not_exported(servico: Servico) -> None:
    pedido = {"formato": "csv", "lote": str(uuid4())}
    answer = servico.request("POST", "/v1/exportacoes", json=pedido)
    assert answer.status_code in (404, 422)


def test_exports_are_listed_newest_first(servico: Servico) -> None:
    ids = [_ask(servico, formato="csv", filtro={"numero": n})["id"] for n in (1, 2, 3)]
    servico.work()
    first = servico.request("GET", "/v1/exportacoes?limite=2").json()
    assert [each["id"] for each in first["itens"]] == [ids[2], ids[1]]
    second = servico.request("GET", f"/v1/exportacoes?limite=1&cursor={first['proximo']}").json()
    assert second["itens"][0]["id"] == ids[0]
    assert all("url" not in each for each in first["itens"])


def test_an_organisation_has_a_limit_of_exports_that_wait(
    servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_MAX_OPEN", 1)
    _ask(servico, formato="csv", filtro={"numero": 11})
    pedido = {"formato": "csv", "filtro": {"numero": 12}}
    refused = servico.request("POST", "/v1/exportacoes", json=pedido)
    assert refused.status_code == 429
    assert refused.headers["retry-after"]
    servico.work()


def test_a_part_of_the_file_can_be_asked_for(servico: Servico) -> None:
    done = _done(servico, formato="csv", tabela="documentos")
    whole = _file(servico, done)
    size = len(whole.content)
    for wanted, part in (
        ("bytes=0-9", slice(0, 10)),
        ("bytes=100-", slice(100, size)),
        ("bytes=-7", slice(size - 7, size)),
        (f"bytes=5-{size * 2}", slice(5, size)),
    ):
        answer = _file(servico, done, Range=wanted)
        assert answer.status_code == 206
        assert answer.content == whole.content[part]
        first, last = part.start, part.stop - 1
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{size}"
    assert _file(servico, done, Range=f"bytes={size}-").status_code == 416
    for ignored in ("bytes=1-2,4-5", "linhas=1-2", "bytes=-", "bytes=9-3"):
        assert _file(servico, done, Range=ignored).status_code == 200
    etag = whole.headers["etag"]
    headers = {"Range": "bytes=0-9", "If-Range": etag}
    assert _file(servico, done, **headers).status_code == 206
    assert _file(servico, done, **(headers | {"If-Range": '"outro"'})).status_code == 200


def test_an_address_that_was_changed_or_is_of_another_export_is_refused(servico: Servico) -> None:
    one = _done(servico, formato="csv", filtro={"numero": 1})
    other = _done(servico, formato="csv", filtro={"numero": 2})
    path, _, ticket = one["url"].partition("?assinatura=")
    swapped = other["url"].partition("?assinatura=")[2]
    changed = [
        ticket[:at] + ("A" if ticket[at] != "A" else "B") + ticket[at + 1 :] for at in (0, 22, 40)
    ]
    for wrong in (swapped, *changed, ticket[:-4], ticket + "AAAA", "", "x", "é", "*" * 40):
        answer = _get_as_anyone(servico, path, wrong)
        assert answer.status_code in (401, 422), wrong
        assert b"documento" not in answer.content[:9]
    assert _get_as_anyone(servico, path, ticket).status_code == 200


def _get_as_anyone(servico: Servico, path: str, ticket: str) -> httpx2.Response:
    params = {"assinatura": ticket}
    return servico.request("GET", path, chave="fx_dev_nenhuma", params=params)


def test_an_address_is_good_for_a_while_only(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path, export_url_seconds=1)
    try:
        done = _done(servico, formato="csv")
        assert _file(servico, done).status_code == 200
        wait_until(lambda: _file(servico, done).status_code == 401)
        answer = _file(servico, done)
        assert answer.json()["codigo"] == "endereco_vencido"
        path = done["url"].partition("?")[0]
        assert servico.request("GET", path).status_code == 200, "by its credential"
        assert _file(servico, _read(servico, done)).status_code == 200, "by a new one"
    finally:
        servico.close()


def test_another_organisation_sees_nothing_of_it(servico: Servico) -> None:
    done = _done(servico, formato="csv")
    theirs = servico.new_key(uuid4())
    path = f"/v1/exportacoes/{done['id']}"
    for method, url in (("GET", path), ("GET", f"{path}/arquivo"), ("DELETE", path)):
        assert servico.request(method, url, chave=theirs).status_code == 404
    assert servico.request("GET", "/v1/exportacoes", chave=theirs).json()["itens"] == []
    assert _read(servico, done)["situacao"] == "pronta"


def test_an_export_that_is_cancelled_before_it_is_made_is_not_made(servico: Servico) -> None:
    exportacao = _ask(servico, formato="parquet")
    before = _objects(servico)
    path = f"/v1/exportacoes/{exportacao['id']}"
    assert servico.request("DELETE", path).status_code == 204
    assert servico.request("DELETE", path).status_code == 204
    assert servico.work() == 1
    found = _read(servico, exportacao)
    assert (found["situacao"], found["motivo"]) == ("cancelada", "Cancelada a pedido.")
    assert _objects(servico) == before


def test_one_that_is_cancelled_while_it_is_made_leaves_no_file(
    servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    exportacao = _ask(servico, formato="csv")
    before = _objects(servico)
    sujeito = Sujeito(servico.organizacao, "teste", frozenset())

    async def cancelling(*arguments: Any) -> Any:
        async for data in produce(*arguments):
            yield data
            await service.cancel(servico.api, sujeito, UUID(exportacao["id"]))

    monkeypatch.setattr(exporting, "produce", cancelling)
    servico.work()
    assert _read(servico, exportacao)["situacao"] == "cancelada"
    assert _objects(servico) == before


def test_one_that_was_made_is_not_to_be_had_once_it_is_cancelled(servico: Servico) -> None:
    done = _done(servico, formato="csv")
    servico.request("DELETE", f"/v1/exportacoes/{done['id']}")
    answer = _file(servico, done)
    assert (answer.status_code, answer.json()["codigo"]) == (409, "exportacao_sem_arquivo")


def test_one_that_fails_at_every_attempt_says_so(
    servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    exportacao = _ask(servico, formato="csv")

    async def failing(*_: Any) -> None:
        raise RuntimeError("always")

    monkeypatch.setattr(exporting, "_export", failing)
    for _ in range(servico.worker.settings.job_attempts + 1):
        servico.work_once()
        _make_available(servico)
    found = _read(servico, exportacao)
    assert found["situacao"] == "falhou"
    assert found["motivo"].startswith("Não foi possível gerar o arquivo")
    assert servico.work() == 0


def test_a_search_that_always_takes_too_long_is_given_up(
    servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    exportacao = _ask(servico, formato="csv")

    async def slow(recursos: Recursos, *_: Any) -> None:
        async with recursos.banco.transacao() as conn:
            await conn.execute(text("SET LOCAL statement_timeout = '20ms'"))
            await conn.execute(text("SELECT pg_sleep(5)"))

    monkeypatch.setattr(exporting, "_export", slow)
    for _ in range(servico.worker.settings.job_attempts + 1):
        servico.work_once()
        _make_available(servico)
    assert _read(servico, exportacao)["situacao"] == "falhou"
    assert servico.work() == 0


def test_a_file_past_its_limit_says_so(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path, max_export_bytes=1000)
    try:
        lote = servico.send({"a.xml": build("nfe"), "b.xml": build("cte"), "c.xml": build("mdfe")})
        found = _done(servico, formato="csv", lote=lote["id"])
        assert found["situacao"] == "falhou"
        assert "passa do tamanho" in found["motivo"]
        assert _objects(servico) == []
    finally:
        servico.close()


def _make_available(servico: Servico) -> None:
    async def now() -> None:
        async with servico.relay.banco.transacao() as conn:
            await conn.execute(jobs.jobs.update().values(disponivel_em=func.now()))

    servico.run(now())


@contextmanager
def _halted_worker(servico: Servico, exportacao: dict[str, Any], folder: Path) -> Iterator[Any]:
    ref = waiting(servico, exportacao["id"], "exportar")
    command = [sys.executable, "-m", "services.exportacoes.halting", str(ref), str(folder)]
    worker = subprocess.Popen(command, env=environment(servico))
    try:
        wait_until((folder / CHEGOU).exists)
        yield ref, worker
    finally:
        worker.kill()
        worker.wait()


def test_a_worker_that_is_killed_in_the_middle_leaves_one_whole_file(
    servico: Servico, tmp_path: Path
) -> None:
    exportacao = _ask(servico, formato="csv")
    before = set(_objects(servico))
    with _halted_worker(servico, exportacao, tmp_path) as (ref, worker):
        assert _read(servico, exportacao)["situacao"] == "processando"
        worker.kill()
        worker.wait()
    expire(servico, ref)
    do(servico, ref)
    done = _read(servico, exportacao)
    assert (done["situacao"], done["documentos"]) == ("pronta", MANY)
    data = _file(servico, done).content
    assert sha256(data).hexdigest() == done["sha256"]
    assert len(data.splitlines()) == MANY + 1
    whole = {path for path in set(_objects(servico)) - before if "#" not in path.name}
    assert len(whole) == 1
    assert (job(servico, ref).situacao, job(servico, ref).cerca) == ("feito", 2)


def test_an_attempt_that_died_before_its_row_leaves_no_object(
    servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    exportacao = _ask(servico, formato="csv", filtro={"numero": 31})
    before = set(_objects(servico))

    async def dying(*_: Any) -> None:
        raise RuntimeError("after the object")

    with monkeypatch.context() as patch:
        patch.setattr(exporting, "_complete", dying)
        servico.work_once()
    assert len(set(_objects(servico)) - before) == 1
    _make_available(servico)
    servico.work()
    assert _read(servico, exportacao)["situacao"] == "pronta"
    (left,) = set(_objects(servico)) - before
    assert left.name == "0002"


def test_a_worker_that_was_stopped_past_its_lease_changes_nothing(
    servico: Servico, tmp_path: Path
) -> None:
    exportacao = _ask(servico, formato="csv")
    before = set(_objects(servico))
    with _halted_worker(servico, exportacao, tmp_path) as (ref, worker):
        worker.send_signal(SIGSTOP)
        expire(servico, ref)
        do(servico, ref)
        done = _read(servico, exportacao)
        (tmp_path / SIGA).touch()
        worker.send_signal(SIGCONT)
        assert worker.wait(60) == 0
    late = _read(servico, exportacao)
    assert {**late, "url": None, "url_expira_em": None} == {
        **done,
        "url": None,
        "url_expira_em": None,
    }
    assert len(set(_objects(servico)) - before) == 1, "the late one's object is gone"
    assert len(_file(servico, done).content) == done["bytes"]


def test_files_are_swept_when_they_have_expired_and_no_others(servico: Servico) -> None:
    old, new = _done(servico, formato="csv", filtro={"numero": 1}), _done(servico, formato="jsonl")
    _set(servico, old["id"], "expira_em = now() - interval '1 second'")
    assert _file(servico, old).status_code == 409
    swept = servico.run(sweep(servico.relay.banco, servico.relay.objetos))
    assert swept >= 1
    assert _read(servico, old)["situacao"] == "expirada"
    assert not any(old["id"] in str(path) for path in _objects(servico))
    assert _file(servico, new).status_code == 200
    assert servico.run(sweep(servico.relay.banco, servico.relay.objetos)) == 0
    _set(servico, old["id"], "expira_em = now() - interval '31 days'")
    servico.run(sweep(servico.relay.banco, servico.relay.objetos))
    assert servico.request("GET", f"/v1/exportacoes/{old['id']}").status_code == 404


def _set(servico: Servico, exportacao: str, change: str) -> None:
    async def write() -> None:
        async with servico.api.banco.transacao(servico.organizacao) as conn:
            await conn.execute(
                text(f"UPDATE exportacoes SET {change} WHERE id = :id"),  # noqa: S608
                {"id": exportacao},
            )

    servico.run(write())


def test_documents_that_arrive_meanwhile_are_not_in_it_and_none_is_twice(
    servico: Servico, banco: str, monkeypatch: pytest.MonkeyPatch
) -> None:

    (row,) = rows_of(
        servico, "SELECT id, (SELECT count(*) FROM documentos) AS n FROM documentos LIMIT 1"
    )
    added = 0

    async def arriving(*arguments: Any) -> Any:
        nonlocal added
        async for data in produce(*arguments):
            yield data
            if not added:
                added = 50
                await multiply(banco, servico.organizacao, row.id, added, first=10_000_000)

    monkeypatch.setattr(exporting, "produce", arriving)
    done = _done(servico, formato="jsonl")
    lines = [json.loads(line) for line in _file(servico, done).text.splitlines()]
    assert len(lines) == len({line["documento"] for line in lines}) == row.n
    assert added


def rows_of(servico: Servico, sql: str) -> list[Any]:
    async def read() -> list[Any]:
        async with servico.api.banco.transacao(servico.organizacao) as conn:
            return list((await conn.execute(text(sql))).all())

    return servico.run(read())


def test_lotes_are_not_refused_because_an_export_takes_its_time(servico: Servico) -> None:
    exportacao = _ask(servico, formato="csv")

    async def age() -> None:
        async with servico.relay.banco.transacao() as conn:
            await conn.execute(
                jobs.jobs.update()
                .where(jobs.jobs.c.lote == exportacao["id"])
                .values(criado_em=func.now() - timedelta(days=1))
            )

    servico.run(age())
    assert servico.send({"b.xml": build("cte")})["situacao"] == "concluido"
