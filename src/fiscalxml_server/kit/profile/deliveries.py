"""Where webhooks are delivered: to the internet alone, encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from fiscalxml_server.kit.profile.faults import Falha
from fiscalxml_server.kit.settings import Settings


def receivers(settings: Settings) -> Iterator[Falha]:
    """What makes trying things out on one's own machine easy has no place here."""
    if settings.webhooks_http:
        yield Falha("WEBHOOKS_HTTP", "é só para desenvolvimento; retire-a.")
    if settings.webhooks_networks:
        yield Falha("WEBHOOKS_NETWORKS", "deixa entregar em redes privadas; retire-a.")
    if not settings.webhooks_ports:
        yield Falha("WEBHOOKS_PORTS", "deixa entregar em qualquer porta; diga quais.")
    if settings.webhooks_proxy is not None and not _is_proxy(
        settings.webhooks_proxy.get_secret_value()
    ):
        yield Falha("WEBHOOKS_PROXY", "não é um endereço: http://usuario:senha@servidor:porta")


def _is_proxy(value: str) -> bool:
    try:
        url = urlsplit(value)
        return url.scheme in ("http", "https") and bool(url.hostname) and url.port is not None
    except ValueError:
        return False
