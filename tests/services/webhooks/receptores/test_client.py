"""Every published operation of the Webhook Service has a method of the client."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from fiscalxml.client import (
    Cliente,
    ClienteAssincrono,
    ErroDoServico,
    FalhaDeRede,
    Politica,
)
from services.client.test_operations import _Waiting

from .conftest import Servico

_OPENAPI = Path(__file__).parents[4] / "docs" / "contract" / "webhooks.openapi.json"
_OF_EVERY_SERVICE = {"listarProblemas", "explicarProblema", "verSaude", "verProntidao"}
_URL = "https://erp.exemplo.com.br/fiscal"

Call = Callable[[Cliente, Servico], object]


def _id(cliente: Cliente) -> str:
    return str(cliente.criar_webhook(_URL).id)


def _read(cliente: Cliente, servico: Servico) -> bool:
    fluxo = cliente.abrir_fluxo(tipos=["lote.concluido"]).id
    servico.publish(1, 2)
    first, second = cliente.ler_fluxo(fluxo)
    assert first.notificacao == json_of(first.corpo, first.notificacao)
    again = cliente.ler_fluxo(fluxo, lidas=[first.notificacao.id], limite=1)
    rest = cliente.ler_fluxo(fluxo, lidas=[second.notificacao.id], espera=0)
    return again == [second] and rest == []


def json_of(corpo: bytes, like: object) -> object:
    """The same notificação, of its bytes."""
    import msgspec

    return msgspec.json.decode(corpo, type=type(like))


OPERATIONS: Mapping[str, Call] = {
    "criarWebhook": lambda c, _: c.criar_webhook(
        _URL, tipos=["lote.falhou"], ordenada=True
    ).segredo.startswith("whsec_"),
    "listarWebhooks": lambda c, _: (
        len({_id(c), _id(c)} & {str(each.id) for each in c.webhooks(por_pagina=1)}) == 2
    ),
    "lerWebhook": lambda c, _: c.webhook(_id(c)).situacao == "ativa",
    "alterarWebhook": lambda c, _: c.alterar_webhook(_id(c), por_minuto=9).por_minuto == 9,
    "removerWebhook": lambda c, _: c.remover_webhook(_id(c)) is None,
    "pausarWebhook": lambda c, _: c.pausar_webhook(_id(c)).situacao == "pausada",
    "retomarWebhook": lambda c, _: c.retomar_webhook(_id(c)).situacao == "ativa",
    "testarWebhook": lambda c, _: c.testar_webhook(_id(c)).version == 7,
    "lerSegredoDeWebhook": lambda c, _: (
        (new := c.criar_webhook(_URL)).segredo == c.segredo_de_webhook(new.id).segredo
    ),
    "trocarSegredoDeWebhook": lambda c, _: (
        c.trocar_segredo_de_webhook(_id(c), validade_anterior=1).anterior_vale_ate
    ),
    "removerSegredoAnteriorDeWebhook": lambda c, _: (
        c.remover_segredo_anterior_de_webhook(c.trocar_segredo_de_webhook(_id(c)).id) is None
    ),
    "abrirFluxo": lambda c, _: c.abrir_fluxo(modelos=["55"]).modelos == ["55"],
    "lerFluxo": _read,
    "fecharFluxo": lambda c, _: c.fechar_fluxo(c.abrir_fluxo().id) is None,
}


@pytest.fixture(autouse=True)
def emptied(cliente: Cliente) -> None:
    """An organisation has only so many webhooks."""
    for each in list(cliente.webhooks()):
        cliente.remover_webhook(each.id)


def test_every_published_operation_has_its_method() -> None:
    paths = json.loads(_OPENAPI.read_bytes())["paths"]
    published = {each["operationId"] for path in paths.values() for each in path.values()}
    assert set(OPERATIONS) == published - _OF_EVERY_SERVICE


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_service_answers_what_the_method_asks(
    cliente: Cliente, servico: Servico, name: str
) -> None:
    assert OPERATIONS[name](cliente, servico)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_asynchronous_client_is_answered_the_same(servico: Servico, name: str) -> None:
    with start_blocking_portal() as portal:
        away, here = "http://127.0.0.1:9", servico.endereco
        cliente = ClienteAssincrono(away, servico.chave, webhooks_url=here)
        assert OPERATIONS[name](_Waiting(portal, cliente), servico)  # type: ignore[arg-type]
        portal.call(cliente.aclose)


def test_it_is_at_the_api_s_address_unless_it_has_its_own(
    servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Cliente(servico.endereco, servico.chave) as cliente:
        assert cliente.saude() == "ok"
        assert list(cliente.webhooks()) == []
    monkeypatch.setenv("FISCALXML_WEBHOOKS_URL", f"{servico.endereco}/")
    with Cliente("http://127.0.0.1:9", servico.chave) as cliente:
        assert list(cliente.webhooks()) == []


def test_who_does_not_answer_is_named(servico: Servico) -> None:
    politica = Politica(tentativas=1)
    away = "http://127.0.0.1:9"
    with (
        Cliente(servico.endereco, "x", webhooks_url=away, politica=politica) as cliente,
        pytest.raises(FalhaDeRede, match=r"http://127\.0\.0\.1:9 não responde"),
    ):
        cliente.webhook("1")


def test_a_refusal_has_its_code(cliente: Cliente) -> None:
    with pytest.raises(ErroDoServico) as refused:
        cliente.webhook("019a6d9f-1e00-7000-8000-000000000041")
    assert (refused.value.status, refused.value.codigo) == (404, "nao_encontrado")
