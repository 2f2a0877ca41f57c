"""A DNS server for tests: it says of each name what the test wants, and may change its mind."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address
from typing import Final, cast

_TYPES: Final = {1: "A", 5: "CNAME", 28: "AAAA"}
_HEADER: Final = struct.Struct("!6H")
_FAILURES: Final = {"SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5}

Answer = Sequence[str] | str | None
"""addresses; a failure's name, or `CNAME other.name`; None: silence"""


@dataclass
class Nomes(asyncio.DatagramProtocol):
    """`zone`: name -> what it has, or a function that says it at each question."""

    zone: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""
    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)
        self.address = "127.0.0.1:{}".format(transport.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.transport is not None
        id_ = _HEADER.unpack_from(data)[0]
        name, end = _name(data, _HEADER.size)
        kind = _TYPES.get(struct.unpack_from("!H", data, end)[0], "?")
        self.asked.append((name, kind))
        held = self.zone.get(name, "NXDOMAIN")
        held = held() if callable(held) else held
        if held is None:
            return
        code, records = self._records(held, kind)
        header = _HEADER.pack(id_, 0x8180 | code, 1, len(records), 0, 0)
        question = data[_HEADER.size : end + 4]
        self.transport.sendto(header + question + b"".join(records), addr)

    def _records(self, held: Sequence[str] | str, kind: str) -> tuple[int, list[bytes]]:
        if isinstance(held, str) and held.startswith("CNAME "):
            target = held.removeprefix("CNAME ")
            code, records = 0, [_record(5, _packed(target))]
            beyond = self.zone.get(target, "NXDOMAIN")
            assert beyond is not None
            assert not callable(beyond)
            code, more = self._records(beyond, kind)
            return code, records + [_named(target, each) for each in more]
        if isinstance(held, str):
            return _FAILURES[held], []
        ips = [ip_address(text) for text in held]
        v4 = [_record(1, ip.packed) for ip in ips if isinstance(ip, IPv4Address)]
        v6 = [_record(28, ip.packed) for ip in ips if not isinstance(ip, IPv4Address)]
        return 0, {"A": v4, "AAAA": v6}.get(kind, [])


@asynccontextmanager
async def nomes(**zone: Answer | Callable[[], Answer]) -> AsyncIterator[Nomes]:
    """On a loopback port; `_` in a name given here is a full stop."""
    server = Nomes({name.replace("_", "."): held for name, held in zone.items()})
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: server, local_addr=("127.0.0.1", 0), family=socket.AF_INET
    )
    try:
        yield server
    finally:
        transport.close()


def _name(data: bytes, place: int) -> tuple[str, int]:
    labels = []
    while length := data[place]:
        labels.append(data[place + 1 : place + 1 + length].decode("ascii").lower())
        place += length + 1
    return ".".join(labels), place + 1


def _packed(name: str) -> bytes:
    return b"".join(bytes([len(each)]) + each.encode() for each in name.split(".")) + b"\0"


def _record(kind: int, data: bytes) -> bytes:
    """Of the name that was asked for; good for no time at all."""
    return b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(data)) + data


def _named(name: str, record: bytes) -> bytes:
    return _packed(name) + record[2:]
