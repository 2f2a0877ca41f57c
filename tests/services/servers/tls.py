"""TLS in front of the packaged servers, which cannot do it: what clients verify is real."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
_SSL_REQUEST = bytes.fromhex("0000000804d2162f")


class Autoridade(NamedTuple):
    """Files: certificates that may be believed; a server's own, with its key."""

    ca: Path
    servidor: Path


def new_authority(folder: Path, nome: str, host: str = HOST, days: float = 1) -> Autoridade:
    """That vouches for one server, for so long."""
    root, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _certificate(nome, root.public_key(), nome, root, None, days)
    signed = _certificate("servidor", leaf.public_key(), nome, root, host, days)
    made = Autoridade(folder / f"{nome}.ca.pem", folder / f"{nome}.servidor.pem")
    made.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    key = leaf.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    made.servidor.write_bytes(key + signed.public_bytes(serialization.Encoding.PEM))
    return made


def _certificate(
    subject: str,
    key: ec.EllipticCurvePublicKey,
    issuer: str,
    by: ec.EllipticCurvePrivateKey,
    host: str | None,
    days: float,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), True)
    )
    if host is not None:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        builder = builder.add_extension(names, False)
    return builder.sign(by, hashes.SHA256())


@contextmanager
def tls_before(
    servidor: Path, upstream: tuple[str, int] | Path, *, postgres: bool = False
) -> Iterator[int]:
    """The port of a server that speaks TLS with this certificate and passes all on to another; as
    PostgreSQL does it, once it was asked to."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(servidor)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if postgres:
                if await reader.readexactly(len(_SSL_REQUEST)) != _SSL_REQUEST:
                    return
                writer.write(b"S")
                await writer.start_tls(context)
            if isinstance(upstream, Path):
                there = await asyncio.open_unix_connection(str(upstream))
            else:
                there = await asyncio.open_connection(*upstream)
            await asyncio.gather(_pass(reader, there[1]), _pass(there[0], writer))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    loop = asyncio.new_event_loop()
    first = None if postgres else context
    server = loop.run_until_complete(asyncio.start_server(serve, HOST, 0, ssl=first))
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
