"""What both drivers know of httpx2: the settings of a client, requests, answers, faults."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2

from fiscalxml.client.errors import ConfiguracaoInvalida, FalhaDeRede, RespostaInesperada
from fiscalxml.client.steps import Abrir, Enviar, Evento, Passo, Pedido, Resposta

URL: Final = "FISCALXML_URL"
WEBHOOKS_URL: Final = "FISCALXML_WEBHOOKS_URL"
TOKEN: Final = "FISCALXML_TOKEN"  # noqa: S105 - a name
_CONNECT_SECONDS: Final = 10.0


def http_settings(url: str | None, token: str | None, prazo: float) -> dict[str, Any]:
    """Arguments of httpx2's clients. Raises `ConfiguracaoInvalida`."""
    base = (url or os.environ.get(URL, "")).strip()
    if not base:
        raise ConfiguracaoInvalida(f"Falta o endereço do serviço: dê a URL, ou defina {URL}.")
    return {
        "base_url": base,
        "headers": {"User-Agent": f"fiscalxml/{version('fiscalxml')}"} | _credential(token),
        "timeout": httpx2.Timeout(prazo, connect=_CONNECT_SECONDS),
        "trust_env": not _is_loopback(base),  # a proxy of the environment is not for the loopback
    }


def webhooks_address(url: str | None, base: httpx2.URL) -> httpx2.URL:
    """Where webhooks are asked for: at the API's own address unless there is another."""
    given = (url or os.environ.get(WEBHOOKS_URL, "")).strip()
    return httpx2.URL(given) if given else base


def asked_at(step: Passo, api: httpx2.URL, webhooks: httpx2.URL) -> httpx2.URL:
    """The address of the service that a step goes to."""
    asks = isinstance(step, (Enviar, Abrir)) and step.pedido.servico == "webhooks"
    return webhooks if asks else api


def request_arguments(pedido: Pedido, webhooks: httpx2.URL) -> dict[str, Any]:
    """Arguments of `build_request`, without the body."""
    apart = pedido.servico == "webhooks"
    arguments: dict[str, Any] = {
        "method": pedido.metodo,
        "url": f"{str(webhooks).rstrip('/')}{pedido.caminho}" if apart else pedido.caminho,
        "headers": dict(pedido.cabecalhos),
    }
    if pedido.query:
        arguments["params"] = dict(pedido.query)
    return arguments


def adapt(request: httpx2.Request, pedido: Pedido, tamanho: int | None) -> httpx2.Request:
    """The request with what only it has: its length, its patience, no token for a stranger."""
    if tamanho is not None:
        request.headers["Content-Length"] = str(tamanho)
        request.headers.pop("Transfer-Encoding", None)
    if pedido.leitura is not None:
        request.extensions = {
            **request.extensions,
            "timeout": {**request.extensions["timeout"], "read": pedido.leitura},
        }
    if "://" in pedido.caminho:
        request.headers.pop("Authorization", None)
    return request


def answer_of(response: httpx2.Response, content: bytes) -> Resposta:
    return Resposta(response.status_code, dict(response.headers), content)


def event_of(event: httpx2.ServerSentEvent) -> Evento:
    return Evento(event.id, event.event, event.data)


@contextmanager
def reaching_service(base: httpx2.URL) -> Iterator[None]:
    """Raises `FalhaDeRede` and `RespostaInesperada` for httpx2's own."""
    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError) as error:
        raise FalhaDeRede(
            f"O serviço em {_address(base)} não responde.", antes_do_envio=True
        ) from error
    except httpx2.TimeoutException as error:
        raise FalhaDeRede(f"O serviço em {_address(base)} demorou demais.") from error
    except httpx2.UnsupportedProtocol as error:
        raise ConfiguracaoInvalida(f"{base} não é um endereço http:// ou https://.") from error
    except httpx2.TransportError as error:
        raise FalhaDeRede(f"A conexão com {_address(base)} caiu.") from error
    except httpx2.DecodingError as error:
        raise RespostaInesperada("A resposta veio danificada.") from error


@contextmanager
def configuring() -> Iterator[None]:
    """Raises `ConfiguracaoInvalida` for an address that is none."""
    try:
        yield
    except httpx2.InvalidURL as error:
        raise ConfiguracaoInvalida("O endereço do serviço não é uma URL.") from error


def _credential(token: str | None) -> dict[str, str]:
    given = (os.environ.get(TOKEN, "") if token is None else token).strip()
    if not given:
        return {}
    if not given.isascii() or not given.isprintable() or " " in given:
        raise ConfiguracaoInvalida("A credencial tem caracteres que nenhuma tem; confira-a.")
    return {"Authorization": f"Bearer {given}"}


def _is_loopback(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _address(base: httpx2.URL) -> str:
    """Without what may be a secret in it."""
    return f"{base.scheme}://{base.host}{f':{base.port}' if base.port else ''}"
