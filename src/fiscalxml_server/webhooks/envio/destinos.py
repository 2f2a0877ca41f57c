"""Where deliveries go: a subscription's URL, read once, by what is also what calls it.

What a URL *is* here is what `yarl` makes of it, since that is what is sent: no second parser has
another opinion of its host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, Self

from yarl import URL

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.envio.addresses import Address, Network, refused

_LONGEST: Final = 2048
_LONGEST_HOST: Final = 253
_PRINTABLE: Final = re.compile(r"[^\x00-\x20\x7f-\xa0\\]+")
_AUTHORITY: Final = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


class UrlRecusada(ValueError):
    """Not called; the message says why, to the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Regras:
    """What the installation lets be called."""

    http: bool = False
    ports: frozenset[int] = frozenset()
    """empty: any"""
    networks: frozenset[Network] = frozenset()
    """allowed although they are private"""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """By a proxy goes https only: it is told an address, and could not tell names apart."""
        return cls(
            settings.webhooks_http and settings.webhooks_proxy is None,
            settings.webhooks_ports,
            frozenset(settings.webhooks_networks),
        )

    def refused(self, ip: Address) -> str | None:
        """Why not to call an address."""
        return refused(ip, self.networks)


@dataclass(frozen=True, slots=True)
class Destino:
    """A URL that may be called, if its name's addresses may."""

    url: URL
    host: str
    """a name in ASCII, or an address without brackets"""
    ip: Address | None
    """where the host is an address"""


def read_url(text: str, regras: Regras) -> Destino:
    """Raises `UrlRecusada`."""
    if len(text) > _LONGEST:
        raise UrlRecusada(f"A URL passa de {_LONGEST} caracteres.")
    authority = _AUTHORITY.match(text)
    if authority is None or not _PRINTABLE.fullmatch(text):
        raise UrlRecusada("A URL não é https://nome/caminho, ou tem espaços ou barras invertidas.")
    if "@" in authority[1]:
        raise UrlRecusada("A URL tem usuário ou senha: use um cabeçalho próprio.")
    if "#" in text:
        raise UrlRecusada("A URL tem fragmento (#…), que não seria enviado.")
    try:
        url = URL(text)
        host, port = url.raw_host or "", url.port
    except ValueError:
        raise UrlRecusada("A URL tem um nome ou uma porta que não existe.") from None
    if url.scheme != "https" and not regras.http:
        raise UrlRecusada("A URL não é https.")
    if not port or (regras.ports and port not in regras.ports):
        raise UrlRecusada(f"A porta {port} não é uma das permitidas.")
    return Destino(url, host, _address(host, regras))


def _address(host: str, regras: Regras) -> Address | None:
    """Of a host that is one. Raises `UrlRecusada` for what may be taken for one, or is no name."""
    ip: Address | None = None
    labels = host.split(".")
    if ":" in host:
        try:
            ip = IPv6Address(host)
        except AddressValueError:
            raise UrlRecusada("O endereço IPv6 da URL não é um.") from None
    elif _NUMBER.fullmatch(labels[-1]) or (not labels[-1] and len(labels) > 1):
        # A name that ends in a number is an address to much software: 2130706433, 0x7f.1, 127.1
        try:
            ip = IPv4Address(host)
        except AddressValueError:
            raise UrlRecusada(
                "O nome da URL termina em ponto, ou em número sem ser um endereço IPv4 comum."
            ) from None
    elif len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise UrlRecusada("O nome da URL não é um nome de DNS.")
    if ip is not None and (why := regras.refused(ip)):
        raise UrlRecusada(f"O endereço da URL não pode ser chamado: {why}.")
    return ip
