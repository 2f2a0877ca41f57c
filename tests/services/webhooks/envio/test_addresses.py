"""Where no delivery goes: every range, at both ends, and what looks like one of them."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fiscalxml_server.webhooks.envio.addresses import refused

IANA_IPV4 = (
    # iana-ipv4-special-registry: RFC 791, 1918, 6598, 1122, 3927, 6890, 7335, 7600, 7723, 8155,
    # 7050, 5737, 7535, 7450, 7526, 2544, 1112, 8190, 919; 224/4: iana multicast, RFC 5771
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
    "192.0.0.0/29 192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 "
    "192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 "
    "198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 255.255.255.255/32"
)
IANA_IPV6 = (
    # iana-ipv6-special-registry: RFC 4291, 8215, 6666, 9780, 2928, 4380, 7723, 8155, 9665, 5180,
    # 7450, 7535, 4843, 7343, 9374, 3849, 3056, 7534, 9637, 9602, 4193; fec0::/10: RFC 3879;
    # ::/96: RFC 4291 2.5.5.1; ::ffff:0:0:0/96: RFC 2765; 3ffe::/16: RFC 3701; ff00::/8: RFC 4291
    "::/128 ::1/128 ::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 "
    "2001::/23 2001::/32 2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 "
    "2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16 "
    "2620:4f:8000::/48 3ffe::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8"
)

BESIDE = (
    "1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 "
    "169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0 "
    "192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 8.8.8.8 "
    "200.160.2.3 223.255.255.255 2000:: 2001:200:: 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff "
    "2001:db9:: 2003:: 2001:12f8::1 2606:4700::1111 2804:14c::1 3ffd:: 3fff:1000:: 2620:4f:8001:: "
    "64:ff9b::8.8.8.8"
)


@pytest.mark.parametrize("text", [*IANA_IPV4.split(), *IANA_IPV6.split()])
def test_no_special_range_is_called(text: str) -> None:
    network = ip_network(text)
    first, last = network[0], network[-1]

    assert refused(first), first
    assert refused(last), last


@pytest.mark.parametrize(
    "text",
    BESIDE.split(),
)
def test_what_lies_beside_them_is(text: str) -> None:
    assert refused(ip_address(text)) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("169.254.169.254", "metadados da nuvem"),
        ("169.254.170.2", "metadados da nuvem"),
        ("168.63.129.16", "metadados da nuvem"),
        ("100.100.100.200", "metadados da nuvem"),
        ("192.0.0.192", "metadados da nuvem"),
        ("fd00:ec2::254", "metadados da nuvem"),
        ("fd20:ce::254", "metadados da nuvem"),
        ("127.0.0.1", "a própria máquina"),
        ("::1", "a própria máquina"),
        ("10.1.2.3", "rede privada"),
        ("fd12:3456::1", "rede privada"),
        ("100.64.0.1", "rede do provedor (CGNAT)"),
        ("fe80::1", "enlace local"),
        ("fe80::1%eth0", "endereço com zona"),
        ("2606:4700::1%1", "endereço com zona"),
        ("fec0::1", "rede do local"),
        ("239.1.1.1", "multicast"),
        ("ff02::1", "multicast"),
        ("::ffff:127.0.0.1", "IPv4 mapeado"),
        ("::ffff:8.8.8.8", "IPv4 mapeado"),
        ("::127.0.0.1", "IPv4 compatível"),
        ("::ffff:0:127.0.0.1", "IPv4 traduzido"),
        ("64:ff9b::127.0.0.1", "NAT64 de a própria máquina"),
        ("64:ff9b::10.0.0.1", "NAT64 de rede privada"),
        ("64:ff9b::169.254.169.254", "NAT64 de metadados da nuvem"),
        ("64:ff9b::168.63.129.16", "NAT64 de metadados da nuvem"),
        ("64:ff9b::198.51.100.1", "NAT64 de documentação"),
        ("64:ff9b:1:a00:0:100::", "NAT64 local"),
        ("2002:7f00:1::", "6to4"),
        ("2002:808:808::1", "6to4"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
        ("2606:4700::5efe:10.0.0.1", "ISATAP"),
        ("2606:4700::200:5efe:8.8.8.8", "ISATAP"),
        ("4000::1", "fora do espaço global"),
        ("1::1", "fora do espaço global"),
    ],
)
def test_it_is_said_what_an_address_is(text: str, word: str) -> None:
    assert refused(ip_address(text)) == word


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
@example(IPv4Address("192.0.0.8"))
def test_nothing_that_python_calls_private_is_called_v4(ip: IPv4Address) -> None:
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        assert refused(ip)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
@example(IPv6Address("fec0::1"))
def test_nothing_that_python_calls_private_is_called_v6(ip: IPv6Address) -> None:
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_site_local:
        assert refused(ip) or ip in ip_network("64:ff9b::/96")


@given(st.integers(0, 2**32 - 1).map(IPv4Address), st.sampled_from(["64:ff9b::", "::ffff:", "::"]))
def test_an_address_inside_another_opens_no_door(ip: IPv4Address, prefix: str) -> None:
    wrapped = ipaddress.IPv6Address(f"{prefix}{ip}")

    if refused(ip):
        assert refused(wrapped)


def test_an_installation_may_allow_a_private_network() -> None:
    allowed = [ip_network("10.1.0.0/16"), ip_network("127.0.0.1/32"), ip_network("fd00::/8")]

    assert refused(ip_address("10.1.2.3"), allowed) is None
    assert refused(ip_address("fd00::1"), allowed) is None
    assert refused(ip_address("10.2.0.1"), allowed) == "rede privada"
    assert refused(ip_address("127.0.0.2"), allowed) == "a própria máquina"
    assert refused(ip_address("64:ff9b::10.1.2.3"), allowed) == "NAT64 de rede privada"
    assert refused(ip_address("::ffff:10.1.2.3"), allowed) == "IPv4 mapeado"


def test_metadata_services_are_never_allowed() -> None:
    everything = [ip_network("0.0.0.0/0"), ip_network("::/0")]

    for text in ("169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"):
        assert refused(ip_address(text), everything) == "metadados da nuvem"
    assert refused(ip_address("64:ff9b::169.254.169.254"), [ip_network("10.0.0.0/8")])
