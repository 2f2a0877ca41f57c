"""Where people and services reach the Auth Service, and how it writes to people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from fiscalxml_server.kit.profile.faults import Falha, is_local, weak_password
from fiscalxml_server.kit.settings import Settings

_LOCAL: Final = ".local"  # of the defaults, which are for one machine
_MAIL_TLS: Final = ("smtps", "smtp+starttls")


def public(settings: Settings) -> Iterator[Falha]:
    """What is written into e-mails and tokens."""
    for variavel, value in (
        ("PUBLIC_URL", settings.public_url),
        ("AUTH_ISSUER", settings.auth_issuer),
    ):
        url = urlsplit(value)
        if not value:
            yield Falha(variavel, "falta: https://contas.exemplo.com.br")
        elif url.scheme != "https":
            yield Falha(variavel, "deve começar com https://")
        elif is_local(url.hostname) or str(url.hostname).endswith(_LOCAL):
            yield Falha(variavel, "é um endereço desta máquina; use o público.")


def auth_service(settings: Settings) -> Iterator[Falha]:
    """How another service reaches it, and whose tokens it accepts."""
    url = urlsplit(settings.auth_url)
    if not settings.auth_url:
        yield Falha("AUTH_URL", "falta: o endereço do serviço auth. Sem ele ninguém é conhecido.")
    elif url.scheme != "https" and not (url.scheme == "http" and is_local(url.hostname)):
        yield Falha("AUTH_URL", "deve começar com https://")
    issuer = urlsplit(settings.auth_issuer)
    if issuer.scheme != "https" or str(issuer.hostname).endswith(_LOCAL):
        yield Falha("AUTH_ISSUER", "deve ser o endereço público do serviço auth, com https://")


def mail(settings: Settings) -> Iterator[Falha]:
    """E-mails carry codes that open accounts."""
    if settings.smtp_url is None:
        yield Falha("SMTP_URL", "falta: sem ela os e-mails, com seus códigos, vão para o registro.")
    else:
        yield from _smtp(settings.smtp_url.get_secret_value())
    if settings.mail_from.rstrip("> ").endswith(_LOCAL):
        yield Falha("MAIL_FROM", "falta: o remetente, de um domínio seu.")


def _smtp(value: str) -> Iterator[Falha]:
    try:
        url = urlsplit(value)
        host, password = url.hostname, url.password
    except ValueError:
        host = password = None
    if not host:
        yield Falha("SMTP_URL", "não é um endereço: smtps://usuario:senha@servidor:465")
        return
    if is_local(host):
        return
    if url.scheme not in _MAIL_TLS:
        yield Falha("SMTP_URL", "não usa TLS: smtps:// ou smtp+starttls://")
    if password is not None and (why := weak_password(password)) is not None:
        yield Falha("SMTP_URL", why)
