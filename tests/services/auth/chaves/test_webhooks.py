"""Webhooks are told of keys that end, and of those that leaked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fiscalxml_server.auth.chaves.reminders import remind
from services.auth.portal import Portal
from services.webhooks.subscribed import Escuta

from .casa import Casa


@pytest.fixture(scope="module")
def escuta(portal: Portal, banco: str) -> Iterator[Escuta]:
    escuta = Escuta(banco)
    yield escuta
    portal.run(escuta.close())


@pytest.fixture
def casa(casa: Casa, escuta: Escuta) -> Casa:
    casa.portal.run(escuta.subscribe(casa.id))
    return casa


def told(casa: Casa, escuta: Escuta) -> list[tuple[str, dict[str, Any]]]:
    return [(each.tipo, each.dados) for each in casa.portal.run(escuta.told(casa.id))]


def test_a_key_that_ends_is_told_three_times(casa: Casa, escuta: Escuta) -> None:
    chave = casa.new(nome="ERP da loja")["id"]
    for days in (335, 23, 6, 1):
        casa.later(chave, days=days)
        for _ in range(2):
            casa.portal.run(remind(casa.portal.recursos))
    until = casa.ask("GET", f"/{chave}").json()["expira_em"]
    said = told(casa, escuta)
    assert [tipo for tipo, _ in said] == ["chave_api.expirando"] * 3
    assert said[-1][1] | {"expira_em": until} == {
        "chave_api": chave,
        "nome": "ERP da loja",
        "link": f"/v1/chaves-api/{chave}",
        "expira_em": until,
    }


@pytest.mark.parametrize("revoked", [True, False])
def test_a_key_that_leaked_is_told_and_whether_it_still_works(
    casa: Casa, escuta: Escuta, revoked: bool
) -> None:
    made = casa.new()
    policy = {"ao_vazar": "revogar" if revoked else "avisar"}
    casa.portal.request("PUT", "/v1/politica-de-chaves", token=casa.token(), json=policy)
    for _ in range(2):
        answer = casa.portal.request(
            "POST", "/v1/chaves-vazadas", json={"chave": made["chave"], "onde": "http://x.example"}
        )
        assert answer.status_code == 204, answer.text
    ((tipo, dados),) = told(casa, escuta)
    assert (tipo, dados["chave_api"]) == ("chave_api.vazada", made["id"])
    assert dados.get("revogada", False) is revoked
    assert made["chave"] not in str(dados)
    assert "x.example" not in str(dados)
