"""Notificações that are fetched: nothing is lost, nothing is told twice once it is said so."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx2
import msgspec
import pytest
from sqlalchemy import text

from fiscalxml_server.kit.notifying import Notificacao, Tipo, publish
from fiscalxml_server.kit.notifying.types import Lote
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.webhooks.assinaturas.tasks import clear_removed, reseal
from fiscalxml_server.webhooks.fluxo.service import MOST
from fiscalxml_server.webhooks.fluxo.tasks import close_idle
from services.webhooks.portal import Casa, Portal

_PATH = "/v1/notificacoes/fluxos"


def _ask(casa: Casa, method: str, path: str = "", chave: str = "", **options: Any) -> Any:
    return casa.portal.request(method, _PATH + path, chave=chave or casa.chave, **options)


def _open(casa: Casa, **filtros: Any) -> str:
    answer = _ask(casa, "POST", json=filtros)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _read(casa: Casa, fluxo: str, *lidas: str, espera: int = 0, **asked: Any) -> list[Any]:
    body = {"lidas": lidas, "espera": espera, **asked}
    answer = _ask(casa, "POST", f"/{fluxo}/leitura", json=body)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["itens"]
    return found


def _lote(number: int = 1, tipo: Tipo = Tipo.LOTE_CONCLUIDO) -> Notificacao:
    lote = UUID(int=number)
    dados = Lote(lote=lote, situacao="concluido", link=f"/v1/lotes/{lote}", arquivos=number)
    return Notificacao(tipo=tipo, alvo=f"lote:{lote}", dados=dados)


def _numbers(itens: list[Any]) -> list[int]:
    return [each["dados"]["arquivos"] for each in itens]


def test_what_happens_after_it_was_opened_is_read_until_it_is_said_to_be(casa: Casa) -> None:
    casa.publish(_lote(1))
    fluxo = _open(casa)
    casa.publish(_lote(2), _lote(3))
    first = _read(casa, fluxo)
    assert _numbers(first) == [2, 3]
    assert _read(casa, fluxo) == first
    casa.publish(_lote(4))
    assert _numbers(_read(casa, fluxo, first[0]["id"])) == [3, 4]
    assert _numbers(_read(casa, fluxo, first[0]["id"], limite=1)) == [3]
    rest = [each["id"] for each in _read(casa, fluxo)]
    assert _read(casa, fluxo, *rest) == []
    assert casa.sql("SELECT * FROM webhooks.entregas") == []


def test_an_item_is_the_body_that_a_webhook_is_sent(casa: Casa) -> None:
    fluxo = _open(casa)
    casa.publish(_lote())
    body = {"espera": 0}
    answer = _ask(casa, "POST", f"/{fluxo}/leitura", json=body)
    (row,) = casa.sql("SELECT corpo FROM webhooks.notificacoes")
    assert answer.content == f'{{"itens":[{row.corpo}]}}'.encode()


def test_it_reads_what_it_asked_for(casa: Casa) -> None:
    fluxo = _open(casa, tipos=["lote.falhou"])
    casa.publish(_lote(1), _lote(2, Tipo.LOTE_FALHOU))
    assert _numbers(_read(casa, fluxo)) == [2]


def test_each_fluxo_has_all_and_webhooks_have_theirs(casa: Casa) -> None:
    fluxos = [_open(casa), _open(casa)]
    webhook = casa.new()["id"]
    casa.publish(_lote())
    (one,) = _read(casa, fluxos[0])
    assert _read(casa, fluxos[0], one["id"]) == []
    assert _read(casa, fluxos[1]) == [one]
    queued = casa.sql("SELECT assinatura FROM webhooks.fila")
    assert [str(row.assinatura) for row in queued] == [webhook]


def test_what_commits_late_is_read_though_a_later_one_was(casa: Casa) -> None:
    fluxo = _open(casa)

    async def reading(*lidas: str) -> list[Any]:
        body = {"espera": 0, "lidas": lidas}
        path = f"{_PATH}/{fluxo}/leitura"
        answer = await casa.portal.asking("POST", path, chave=casa.chave, json=body)
        found: list[Any] = answer.json()["itens"]
        return found

    async def overtaken() -> None:
        async with casa.portal.recursos.banco.transacao(casa.id) as conn:
            await publish(conn, casa.id, lambda: [_lote(1)])
            await casa.publishing(lambda: [_lote(2)])
            assert _numbers(first := await reading()) == [2]
            assert await reading(first[0]["id"]) == []

    casa.portal.run(overtaken())
    assert _numbers(_read(casa, fluxo)) == [1]


def test_it_answers_as_soon_as_something_happens(casa: Casa) -> None:
    fluxo = _open(casa)

    async def waiting() -> httpx2.Response:
        asked = asyncio.create_task(
            casa.portal.asking("POST", f"{_PATH}/{fluxo}/leitura", chave=casa.chave, json={})
        )
        await asyncio.sleep(0)
        await casa.publishing(lambda: [_lote(7)])
        return await asyncio.wait_for(asked, 15)

    assert _numbers(casa.portal.run(waiting()).json()["itens"]) == [7]


def test_one_that_was_closed_is_told_nothing_more(casa: Casa) -> None:
    fluxo = _open(casa)
    assert _ask(casa, "DELETE", f"/{fluxo}").status_code == 204
    casa.publish(_lote())
    assert casa.sql("SELECT * FROM webhooks.notificacoes") == []
    assert _ask(casa, "DELETE", f"/{fluxo}").status_code == 404
    assert _ask(casa, "POST", f"/{fluxo}/leitura", json={}).status_code == 404


def test_one_that_nobody_reads_is_closed_and_cleared(casa: Casa) -> None:
    idle, read = _open(casa), _open(casa)
    age = "UPDATE webhooks.assinaturas SET alterado_em = now() - interval '61 minutes'"
    casa.sql(age)
    _read(casa, read)

    async def tasks() -> None:
        banco = casa.portal.banco("fiscalxml_entregador")
        try:
            await close_idle(banco)
            async with banco.transacao() as conn:
                aged = f"{age} WHERE id = :id"
                await conn.execute(text(aged), {"id": UUID(idle)})
            while await clear_removed(banco):
                pass
        finally:
            await banco.close()

    casa.portal.run(tasks())
    assert _ask(casa, "POST", f"/{idle}/leitura", json={}).status_code == 404
    assert _read(casa, read) == []
    left = casa.sql("SELECT id FROM webhooks.assinaturas")
    assert [str(row.id) for row in left] == [read]


def test_it_is_no_webhook(casa: Casa) -> None:
    fluxo = _open(casa)
    assert casa.ask("GET").json()["itens"] == []
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/pausar"),
        ("POST", "/retomar"),
        ("POST", "/teste"),
        ("GET", "/segredo"),
    ):
        assert casa.ask(method, f"/{fluxo}{path}", json={}).status_code == 404, path
    webhook = casa.new()["id"]
    assert _ask(casa, "POST", f"/{webhook}/leitura", json={}).status_code == 404
    assert _ask(casa, "DELETE", f"/{webhook}").status_code == 404


def test_it_has_nothing_to_seal_again(casa: Casa, portal: Portal) -> None:
    fluxo = _open(casa)

    async def resealed() -> None:
        banco = portal.banco("fiscalxml_entregador")
        try:
            while await reseal(banco, portal.recursos.segredos):
                pass
        finally:
            await banco.close()

    portal.run(resealed())
    assert _read(casa, fluxo) == []


def test_an_organisation_has_only_so_many(casa: Casa) -> None:
    opened = [_open(casa) for _ in range(MOST)]
    refused = _ask(casa, "POST", json={})
    assert (refused.status_code, refused.json()["codigo"]) == (409, "fluxos_demais")
    _ask(casa, "DELETE", f"/{opened[0]}")
    _open(casa)


def test_reading_needs_the_scope_and_no_other(casa: Casa, portal: Portal) -> None:
    reader = portal.new_key(casa.id, Escopo.WEBHOOKS_LER)
    writer = portal.new_key(casa.id, Escopo.WEBHOOKS_ESCREVER)
    assert _ask(casa, "POST", json={}, chave=writer).status_code == 403
    fluxo = _ask(casa, "POST", json={}, chave=reader).json()["id"]
    for method, path, body in (("POST", "/leitura", {"espera": 0}), ("DELETE", "", None)):
        options = {"json": body} if body is not None else {}
        assert _ask(casa, method, f"/{fluxo}{path}", chave=writer, **options).status_code == 403
        assert _ask(casa, method, f"/{fluxo}{path}", chave=reader, **options).status_code < 300


def test_nothing_of_another_organisation_is_read(casa: Casa, portal: Portal) -> None:
    other = portal.casa()
    theirs, mine = _open(other), _open(casa)
    other.publish(_lote())
    (item,) = _read(other, theirs)
    assert _read(casa, mine, item["id"]) == []
    assert _ask(casa, "POST", f"/{theirs}/leitura", json={}).status_code == 404
    assert _ask(casa, "DELETE", f"/{theirs}").status_code == 404
    assert _read(other, theirs) == [item]


def test_what_is_read_is_audited(casa: Casa) -> None:
    fluxo = _open(casa)
    _read(casa, fluxo)
    casa.publish(_lote())
    _read(casa, fluxo)
    _ask(casa, "DELETE", f"/{fluxo}")
    about = f"fluxo:{fluxo}"
    assert casa.audit() == [
        ("webhook.fluxo_aberto", about, {}),
        ("webhook.fluxo_lido", about, {}),
        ("webhook.fluxo_fechado", about, {}),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\0",
        b"{",
        b'{"espera": 26}',
        b'{"espera": -1}',
        b'{"espera": "1"}',
        b'{"limite": 0}',
        b'{"limite": 101}',
        b'{"lidas": ["nada"]}',
        b'{"lidas": "x"}',
        b'{"outro": 1}',
        msgspec.json.encode({"lidas": [uuid4()] * 501}),
    ],
)
def test_a_reading_that_is_none_is_refused(casa: Casa, body: bytes) -> None:
    fluxo = _open(casa)
    headers = {"Content-Type": "application/json"}
    answer = _ask(casa, "POST", f"/{fluxo}/leitura", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        {"tipos": ["nada"]},
        {"tipos": ["webhook.teste"]},
        {"empresas": ["1"]},
        {"modelos": ["555"]},
        {"vereditos": ["talvez"]},
        {"url": "https://exemplo.com.br"},
        {"tipos": "lote.falhou"},
    ],
)
def test_a_filter_that_is_none_is_refused(casa: Casa, body: dict[str, Any]) -> None:
    assert _ask(casa, "POST", json=body).status_code in (400, 422)
