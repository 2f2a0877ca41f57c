"""Every published operation of the Webhook Service has a method of the client."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from anyio.from_thread import start_blocking_portal

from fiscalxml.client import (
    Cliente,
    ClienteAssincrono,
    Entrega,
    ErroDoServico,
    FalhaDeRede,
    Politica,
)
from fiscalxml.webhooks import Notificacao
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
    assert first.notificacao == msgspec.json.decode(first.corpo, type=Notificacao)
    again = cliente.ler_fluxo(fluxo, lidas=[first.notificacao.id], limite=1)
    rest = cliente.ler_fluxo(fluxo, lidas=[second.notificacao.id], espera=0)
    return again == [second] and rest == []


def _told(cliente: Cliente, servico: Servico) -> tuple[str, Entrega, Entrega]:
    """A webhook, and its two deliveries, the newer first."""
    id_ = _id(cliente)
    servico.publish(1, 2)
    newer, older = cliente.entregas(id_, por_pagina=1)
    return id_, newer, older


def _failed(cliente: Cliente, servico: Servico) -> tuple[str, Entrega, Entrega]:
    """The same, and they were given up."""
    told = _told(cliente, servico)
    servico.give_up()
    return told


def _list_deliveries(cliente: Cliente, servico: Servico) -> bool:
    id_, newer, older = _told(cliente, servico)
    found = cliente.entregas(
        id_,
        situacao="pendente",
        tipo="lote.concluido",
        alvo=f"lote:{UUID(int=1)}",
        de=older.em,
        ate=newer.em.date() + timedelta(days=2),
    )
    others = (
        cliente.entregas(id_, situacao="falhou"),
        cliente.entregas(id_, tipo="lote.falhou"),
        cliente.entregas(id_, alvo="lote:0"),
        cliente.entregas(id_, de=newer.em + timedelta(milliseconds=1)),
        cliente.entregas(id_, ate=older.em),
    )
    return list(found) == [older] and not any(map(list, others))


def _read_delivery(cliente: Cliente, servico: Servico) -> bool:
    id_, newer, _ = _failed(cliente, servico)
    found = cliente.entrega(id_, newer.notificacao)
    (tried,) = found.historico
    assert (tried.numero, tried.codigo, tried.resposta) == (1, 500, "KeyError")
    assert found.terminado_em
    assert (found.situacao, found.tentativas, found.codigo) == ("falhou", 1, 500)
    said = msgspec.json.decode(bytes(found.corpo), type=Notificacao)
    return (said.id, said.tipo) == (newer.notificacao, found.tipo)


def _read_health(cliente: Cliente, servico: Servico) -> bool:
    id_, *_ = _told(cliente, servico)
    before = cliente.saude_de_webhook(id_)
    assert (before.situacao, before.pendentes, before.falhadas) == ("ativa", 2, 0)
    assert before.ultimos_7_dias.tentativas == 0
    servico.give_up()
    after = cliente.saude_de_webhook(id_)
    return (after.pendentes, after.falhadas, after.p95_milissegundos) == (0, 2, 50)


def _resend_one(cliente: Cliente, servico: Servico) -> bool:
    id_, newer, older = _failed(cliente, servico)
    cliente.reenviar_entrega(id_, newer.notificacao)
    states = {each.notificacao: each.situacao for each in cliente.entregas(id_)}
    return states == {newer.notificacao: "pendente", older.notificacao: "falhou"}


def _resend(cliente: Cliente, servico: Servico) -> bool:
    id_, newer, older = _failed(cliente, servico)
    none = cliente.reenviar_entregas(id_, situacoes=["entregue"], tipos=["lote.falhou"])
    assert (none.reenviadas, none.situacoes, none.tipos) == (0, ["entregue"], ["lote.falhou"])
    later = newer.em + timedelta(milliseconds=1)
    found = cliente.reenviar_entregas(id_, de=older.em, ate=later)
    assert (found.reenviadas, found.situacao, found.ate) == (2, "concluido", later)
    return {each.situacao for each in cliente.entregas(id_)} == {"pendente"}


def _read_resend(cliente: Cliente, servico: Servico) -> bool:
    id_, *_ = _failed(cliente, servico)
    asked = cliente.reenviar_entregas(id_)
    return cliente.reenvio(id_, asked.id) == asked


def _list_told(cliente: Cliente, servico: Servico) -> bool:
    _, newer, older = _told(cliente, servico)
    found = cliente.notificacoes(por_pagina=1, de=older.em)
    assert [each.id for each in found] == [newer.notificacao, older.notificacao]
    first = {"tipo": "lote.concluido", "alvo": older.alvo, "de": older.em}
    assert [each.id for each in cliente.notificacoes(**first)] == [older.notificacao]  # type: ignore[arg-type]
    return all(each.em < older.em for each in cliente.notificacoes(ate=older.em))


def _read_told(cliente: Cliente, servico: Servico) -> bool:
    id_, newer, _ = _failed(cliente, servico)
    found = cliente.notificacao(newer.notificacao)
    (who,) = found.entregas
    assert (str(who.webhook), who.situacao, who.codigo) == (id_, "falhou", 500)
    return msgspec.json.decode(bytes(found.corpo), type=Notificacao).tipo == found.tipo


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
    "listarEntregas": _list_deliveries,
    "lerEntrega": _read_delivery,
    "lerSaudeDeWebhook": _read_health,
    "reenviarEntrega": _resend_one,
    "reenviarEntregas": _resend,
    "lerReenvio": _read_resend,
    "listarNotificacoes": _list_told,
    "lerNotificacao": _read_told,
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
