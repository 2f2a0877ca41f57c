"""A real SMTP server that keeps what it is sent."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HOST = "127.0.0.1"


@dataclass
class Caixa:
    """What came, and what is answered to the next ones."""

    url: str = ""
    cartas: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    """to the next ones, instead of taking them"""
    recipients: dict[str, str] = field(default_factory=dict)
    """addresses that are refused, and how"""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.recipients:
            return self.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.envelopes.append(envelope)
        self.cartas.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


class _Servidor(Controller):
    def __init__(self, caixa: Caixa, starttls: ssl.SSLContext | None, **options: Any) -> None:
        self._starttls = starttls
        self._auth = options.pop("auth", None)
        super().__init__(caixa, hostname=_HOST, port=0, **options)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            authenticator=self._auth,
            auth_required=self._auth is not None,
            auth_require_tls=False,
        )

    def _trigger_server(self) -> None:
        """The port is known only now."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def start_smtp(
    scheme: Literal["smtp", "smtps", "smtp+starttls"] = "smtp",
    certificate: Path | None = None,
    login: tuple[str, str] | None = None,
) -> Iterator[Caixa]:
    """A server for one test; `certificate` with its key, for the schemes of TLS."""
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)

    def knows(_server: Any, _session: Any, _envelope: Any, _kind: Any, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == login)

    caixa = Caixa()
    servidor = _Servidor(
        caixa,
        context if scheme == "smtp+starttls" else None,
        ssl_context=context if scheme == "smtps" else None,
        auth=knows if login else None,
    )
    servidor.start()
    try:
        caixa.url = f"{scheme}://{_HOST}:{servidor.port}"
        yield caixa
    finally:
        servidor.stop()


def self_signed(folder: Path, host: str = _HOST) -> Path:
    """A certificate for this address, with its key, that only who is told of it trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "correio de teste")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(host))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
