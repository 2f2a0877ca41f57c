"""Which addresses no delivery goes to: pure.

IPv4: all but the ranges below. IPv6: global unicast (2000::/3) but for the ranges below, and what
NAT64 makes of an IPv4 address that would do. The ranges are those of IANA's special registries,
with what carries an IPv4 address inside.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

RANGES: Final[tuple[tuple[str, str], ...]] = (
    # https://www.iana.org/assignments/iana-ipv4-special-registry
    ("0.0.0.0/8", "esta rede"),
    ("10.0.0.0/8", "rede privada"),
    ("100.64.0.0/10", "rede do provedor (CGNAT)"),
    ("127.0.0.0/8", "a própria máquina"),
    ("169.254.0.0/16", "enlace local"),
    ("172.16.0.0/12", "rede privada"),
    ("192.0.0.0/24", "protocolos do IETF"),
    ("192.0.2.0/24", "documentação"),
    ("192.31.196.0/24", "AS112"),
    ("192.52.193.0/24", "AMT"),
    ("192.88.99.0/24", "6to4"),
    ("192.168.0.0/16", "rede privada"),
    ("192.175.48.0/24", "AS112"),
    ("198.18.0.0/15", "testes de desempenho"),
    ("198.51.100.0/24", "documentação"),
    ("203.0.113.0/24", "documentação"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reservado"),
    # https://www.iana.org/assignments/iana-ipv6-special-registry
    ("::/128", "endereço vazio"),
    ("::1/128", "a própria máquina"),
    ("::/96", "IPv4 compatível"),
    ("::ffff:0:0/96", "IPv4 mapeado"),
    ("::ffff:0:0:0/96", "IPv4 traduzido"),
    ("64:ff9b:1::/48", "NAT64 local"),
    ("100::/64", "descarte"),
    ("100:0:0:1::/64", "descarte"),
    ("2001::/32", "Teredo"),
    ("2001::/23", "protocolos do IETF"),
    ("2001:db8::/32", "documentação"),
    ("2002::/16", "6to4"),
    ("2620:4f:8000::/48", "AS112"),
    ("3ffe::/16", "6bone"),
    ("3fff::/20", "documentação"),
    ("5f00::/16", "SRv6"),
    ("fc00::/7", "rede privada"),
    ("fe80::/10", "enlace local"),
    ("fec0::/10", "rede do local"),
    ("ff00::/8", "multicast"),
)
"""a range, and what to call it; the first that fits names an address"""

METADATA: Final[tuple[str, ...]] = (
    "169.254.169.254",  # AWS, Google Cloud, Azure, Oracle Cloud, DigitalOcean
    "169.254.169.253",  # AWS: DNS
    "169.254.169.123",  # AWS: time
    "169.254.170.2",  # AWS: credentials of tasks
    "169.254.170.23",  # AWS: identity of pods
    "168.63.129.16",  # Azure: the host
    "100.100.100.200",  # Alibaba Cloud
    "192.0.0.192",  # Oracle Cloud
    "fd00:ec2::254",  # AWS
    "fd00:ec2::253",
    "fd00:ec2::23",
    "fd20:ce::254",  # Google Cloud
    "fd00:c1::a9fe:a9fe",  # Oracle Cloud
)
"""of a cloud's machines to themselves: never called, whatever networks are allowed"""

_TABLE: Final = tuple((ip_network(text), name) for text, name in RANGES)
_METADATA: Final = frozenset(ip_network(text).network_address for text in METADATA)
_GLOBAL: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""what the interface's half of an address begins with"""


# Medida: ssrf
def refused(ip: Address, allowed: Collection[Network] = ()) -> str | None:
    """Why a delivery does not go there, in a word or two of Portuguese; None: it may.

    `allowed`: networks that may be called nevertheless, as they are written.
    """
    if isinstance(ip, IPv6Address) and ip.scope_id is not None:
        return "endereço com zona"
    if ip in _METADATA:
        return "metadados da nuvem"
    if any(ip.version == network.version and ip in network for network in allowed):
        return None
    if isinstance(ip, IPv6Address) and ip in _NAT64:
        inside = refused(IPv4Address(int(ip) & 0xFFFF_FFFF))
        return inside and f"NAT64 de {inside}"
    for network, name in _TABLE:
        if ip.version == network.version and ip in network:
            return name
    return _refused_v6(ip) if isinstance(ip, IPv6Address) else None


def _refused_v6(ip: IPv6Address) -> str | None:
    if ip not in _GLOBAL:
        return "fora do espaço global"
    if (int(ip) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return "ISATAP"
    return None
