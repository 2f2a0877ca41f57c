"""How an e-mail leaves: by the SMTP server of the settings, or onto the terminal."""

from __future__ import annotations

import asyncio
import ssl
import sys
from email.message import EmailMessage
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.tls import anywhere

_SECONDS: Final = 30.0
"""for one e-mail; its row is locked so long, and a transaction may stand still for 60"""
_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class CartaRecusada(Exception):
    """The server will never take this e-mail."""


class CartaAdiada(Exception):
    """The server does not take this e-mail now; it may take others."""


class Entrega(Protocol):
    """Delivers e-mails."""

    async def deliver(self, message: EmailMessage) -> None:
        """Raises `CartaRecusada`, `CartaAdiada`; OSError, SMTPException where none would leave."""


def delivery(settings: Settings) -> Entrega:
    """What the settings say. Raises ValueError where that cannot be."""
    if settings.smtp_url is None:
        return NaTela()
    return PorSMTP(settings.smtp_url.get_secret_value(), anywhere(settings))


class NaTela:
    """For development: e-mails are printed."""

    async def deliver(self, message: EmailMessage) -> None:
        sys.stdout.write(
            f"E-mail para {message['To']}\n{message['Subject']}\n\n{message.get_content()}\n"
        )
        sys.stdout.flush()


class PorSMTP:
    """By a server: `smtp://` as it is, `smtps://` in TLS, `smtp+starttls://` in TLS from then on.

    The server's certificate is verified.
    """

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("FISCALXML_SMTP_URL is not smtp, smtps or smtp+starttls://host:port")
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._context = context
        self._tls = parts.scheme == "smtps"
        self._starttls = parts.scheme == "smtp+starttls"
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def deliver(self, message: EmailMessage) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                await aiosmtplib.send(
                    message,
                    hostname=self._host,
                    port=self._port,
                    username=self._username,
                    password=self._password,
                    use_tls=self._tls,
                    start_tls=self._starttls,
                    tls_context=self._context,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(min(each.code for each in error.recipients)) from error
        except aiosmtplib.SMTPDataError as error:
            raise _refusal(error.code) from error


def _refusal(code: int) -> Exception:
    return CartaRecusada() if 500 <= code < 600 else CartaAdiada()
