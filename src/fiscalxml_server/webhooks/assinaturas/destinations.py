"""Where deliveries may go, as far as the address itself tells: what a name resolves to is looked at
when something is delivered."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

import idna

from fiscalxml_server.kit.settings import Settings

_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_PORTS: Final = {"http": 80, "https": 443}
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MAX_HOST: Final = 253


def read_url(text: str, settings: Settings) -> str:
    """As it is kept: the host in lower case and ASCII. Raises ValueError, in Portuguese."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ValueError("não é uma URL") from None
    _require_form(text, url, settings)
    host = _host(url, settings)
    port = port if port is not None else _PORTS[url.scheme]
    if settings.webhooks_ports and port not in settings.webhooks_ports:
        ports = ", ".join(map(str, sorted(settings.webhooks_ports)))
        raise ValueError(f"usa uma porta que não se aceita; as que se aceitam: {ports}")
    where = host if port == _PORTS[url.scheme] else f"{host}:{port}"
    query = f"?{url.query}" if url.query else ""
    return f"{url.scheme}://{where}{url.path or '/'}{query}"


def _require_form(text: str, url: SplitResult, settings: Settings) -> None:
    schemes = ("https", "http") if settings.webhooks_http else ("https",)
    if url.scheme not in schemes:
        raise ValueError(f"deve começar com {' ou '.join(f'{each}://' for each in schemes)}")
    if "@" in url.netloc:
        raise ValueError("não pode ter usuário nem senha; use cabecalhos")
    if "#" in text:
        raise ValueError("não pode ter fragmento (#)")
    if "\\" in text or not _VISIBLE.fullmatch(f"{url.path}?{url.query}"):
        raise ValueError("tem caracteres que uma URL não pode ter; escreva-os como %XX")
    # urlsplit drops tabs and line ends without a word.
    if any(character <= " " for character in text):
        raise ValueError("não pode ter espaços nem quebras de linha")


def _host(url: SplitResult, settings: Settings) -> str:
    bare = url.netloc.rpartition(":")[0] if _has_port(url.netloc) else url.netloc
    if bare.startswith("["):
        return f"[{_literal(bare[1:-1], settings)}]"
    try:
        host = idna.encode(bare, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        host = bare.lower()
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return str(_literal(host, settings))
    if len(host) > _MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("não tem um nome de servidor que exista na internet")
    local = len(labels) == 1 or labels[-1] == "localhost"
    if local and not settings.webhooks_networks:
        raise ValueError("tem um nome que não é da internet")
    return host


def _has_port(netloc: str) -> bool:
    return ":" in netloc.rpartition("]")[2]


def _literal(host: str, settings: Settings) -> IPv4Address | IPv6Address:
    """An address, in the one spelling that all software reads alike."""
    try:
        address = ip_address(host)
    except ValueError:
        raise ValueError("tem um endereço IP escrito de forma que não se aceita") from None
    if (isinstance(address, IPv6Address) and address.scope_id) or _refused(address, settings):
        raise ValueError("é um endereço que não é da internet pública")
    return address


def _refused(address: IPv4Address | IPv6Address, settings: Settings) -> bool:
    if any(address in network for network in settings.webhooks_networks):
        return False
    return not address.is_global or address.is_multicast
