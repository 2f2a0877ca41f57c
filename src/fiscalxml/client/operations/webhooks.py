"""Who is told what happens, and how; notificações that are fetched instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack
from uuid import UUID, uuid4

import msgspec

from fiscalxml.client.operations.contents import JSON, query, segment
from fiscalxml.client.shapes import (
    FiltroDeNotificacoes,
    FluxoDeNotificacoes,
    MudancasDeWebhook,
    NotificacaoLida,
    OpcoesDeWebhook,
    Pagina,
    SegredoDeWebhook,
    Webhook,
    WebhookCriado,
)
from fiscalxml.client.steps import Entregar, Fluxo, Passos, Pedido, asked
from fiscalxml.webhooks import Notificacao

_WEBHOOK = msgspec.json.Decoder(Webhook).decode
_WEBHOOKS = msgspec.json.Decoder(Pagina[Webhook]).decode
_CRIADO = msgspec.json.Decoder(WebhookCriado).decode
_SEGREDO = msgspec.json.Decoder(SegredoDeWebhook).decode
_FLUXO = msgspec.json.Decoder(FluxoDeNotificacoes).decode
_LIDAS = msgspec.json.Decoder(Pagina[msgspec.Raw]).decode
_NOTIFICACAO = msgspec.json.Decoder(Notificacao).decode
_TESTE = msgspec.json.Decoder(dict[str, UUID]).decode

_SPARE = 35.0  # seconds for an answer that the service holds back on purpose


def criar_webhook(
    url: str, *, idempotencia: str | None = None, **opcoes: Unpack[OpcoesDeWebhook]
) -> Passos[WebhookCriado]:
    """Have what happens delivered at a URL; its `segredo` is what verifies the deliveries."""
    pedido = _asking("POST", "/v1/webhooks", {"url": url, **opcoes}, idempotencia or str(uuid4()))
    return (yield from asked(pedido, _CRIADO))


def webhooks(*, por_pagina: int = 200) -> Fluxo[Webhook]:
    """All of them, the newest first."""
    cursor: str | None = None
    while True:
        pedido = _plain("GET", "/v1/webhooks", query(limite=por_pagina, cursor=cursor))
        page = yield from asked(pedido, _WEBHOOKS)
        for each in page.itens:
            yield Entregar(each)
        cursor = page.proximo
        if cursor is None:
            return


def webhook(webhook: str | UUID) -> Passos[Webhook]:
    """One of them."""
    return (yield from asked(_plain("GET", _of(webhook)), _WEBHOOK))


def alterar_webhook(webhook: str | UUID, **mudancas: Unpack[MudancasDeWebhook]) -> Passos[Webhook]:
    """Only what is given changes."""
    return (yield from asked(_asking("PATCH", _of(webhook), {**mudancas}), _WEBHOOK))


def remover_webhook(webhook: str | UUID) -> Passos[None]:
    """Nothing more is delivered to it."""
    yield from asked(_plain("DELETE", _of(webhook)), bytes)


def pausar_webhook(webhook: str | UUID) -> Passos[Webhook]:
    """Hold back what happens."""
    return (yield from asked(_plain("POST", f"{_of(webhook)}/pausar"), _WEBHOOK))


def retomar_webhook(webhook: str | UUID) -> Passos[Webhook]:
    """Deliver again, what was held back first."""
    return (yield from asked(_plain("POST", f"{_of(webhook)}/retomar"), _WEBHOOK))


def testar_webhook(webhook: str | UUID) -> Passos[UUID]:
    """Have a `webhook.teste` delivered; gives its id. Not tried again by itself."""
    pedido = msgspec.structs.replace(_plain("POST", f"{_of(webhook)}/teste"), repetivel=False)
    found = yield from asked(pedido, _TESTE)
    return found["id"]


def segredo_de_webhook(webhook: str | UUID) -> Passos[SegredoDeWebhook]:
    """What verifies its deliveries now."""
    return (yield from asked(_plain("GET", f"{_of(webhook)}/segredo"), _SEGREDO))


def trocar_segredo_de_webhook(
    webhook: str | UUID, *, validade_anterior: int | None = None
) -> Passos[WebhookCriado]:
    """Give it other secrets; for so many hours the old ones sign, too.

    Not tried again by itself: each time makes a new secret.
    """
    body = {} if validade_anterior is None else {"validade_anterior": validade_anterior}
    pedido = _asking("POST", f"{_of(webhook)}/segredos", body)
    return (yield from asked(msgspec.structs.replace(pedido, repetivel=False), _CRIADO))


def remover_segredo_anterior_de_webhook(webhook: str | UUID) -> Passos[None]:
    """The old secrets of a rotation sign no more."""
    yield from asked(_plain("DELETE", f"{_of(webhook)}/segredos/anterior"), bytes)


def abrir_fluxo(**filtro: Unpack[FiltroDeNotificacoes]) -> Passos[FluxoDeNotificacoes]:
    """Keep what happens from now on to be read by `ler_fluxo`; unread for an hour, it is closed."""
    return (yield from asked(_asking("POST", _FLUXOS, {**filtro}), _FLUXO))


def ler_fluxo(
    fluxo: str | UUID,
    *,
    lidas: Iterable[str | UUID] = (),
    espera: int | None = None,
    limite: int | None = None,
) -> Passos[list[NotificacaoLida]]:
    """The oldest that wait, once there are any; none after `espera` seconds.

    They come again until they are among the `lidas`, ids, of another reading.
    """
    given = {"espera": espera, "limite": limite}
    body = {"lidas": [str(each) for each in lidas]} | {
        name: value for name, value in given.items() if value is not None
    }
    pedido = _asking("POST", f"{_FLUXOS}/{segment(fluxo)}/leitura", body)
    return (yield from asked(msgspec.structs.replace(pedido, leitura=_SPARE), _read_lidas))


def fechar_fluxo(fluxo: str | UUID) -> Passos[None]:
    """Keep nothing more for it."""
    yield from asked(_plain("DELETE", f"{_FLUXOS}/{segment(fluxo)}"), bytes)


_FLUXOS = "/v1/notificacoes/fluxos"


def _of(webhook: str | UUID) -> str:
    return f"/v1/webhooks/{segment(webhook)}"


def _plain(metodo: str, caminho: str, parameters: Mapping[str, str] | None = None) -> Pedido:
    return Pedido(metodo=metodo, caminho=caminho, query=parameters or {}, servico="webhooks")


def _asking(
    metodo: str, caminho: str, body: Mapping[str, Any], idempotencia: str | None = None
) -> Pedido:
    key = {} if idempotencia is None else {"Idempotency-Key": idempotencia}
    return Pedido(
        metodo=metodo,
        caminho=caminho,
        cabecalhos=JSON | key,
        corpo=msgspec.json.encode(body),
        servico="webhooks",
    )


def _read_lidas(data: bytes) -> list[NotificacaoLida]:
    return [
        NotificacaoLida(corpo=bytes(each), notificacao=_NOTIFICACAO(each))
        for each in _LIDAS(data).itens
    ]
