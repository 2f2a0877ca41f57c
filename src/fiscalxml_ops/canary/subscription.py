"""The canary's webhook: one, found again after a restart, gone after a clean end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from fiscalxml.client import Cliente
from fiscalxml.client.errors import FalhaDoCliente
from fiscalxml_ops.canary.receiver import Receptor

_TIPOS: Final = ("lote.concluido", "lote.falhou")
_DESCRICAO: Final = "canário"


@contextmanager
def subscribed(cliente: Cliente, receptor: Receptor, url: str) -> Iterator[None]:
    """What happens is told at `url`, and the receiver knows by which key. Raises FalhaDoCliente."""
    found = next((each for each in cliente.webhooks() if each.url == url), None)
    if found is None:
        made = cliente.criar_webhook(url, tipos=list(_TIPOS), descricao=_DESCRICAO)
        webhook, receptor.chave = made.id, made.segredo
    else:
        webhook, receptor.chave = found.id, cliente.segredo_de_webhook(found.id).segredo
        if found.situacao != "ativa":
            cliente.retomar_webhook(found.id)
    try:
        yield
    finally:
        with suppress(FalhaDoCliente):  # the next start finds it
            cliente.remover_webhook(webhook)
