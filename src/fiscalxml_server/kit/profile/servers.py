"""The servers that a service works with: named, encrypted on the way, with passwords."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from fiscalxml_server.kit.profile.faults import Falha, is_local, weak_password
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.tls import VERIFIED, inside

_UNVERIFIED: Final = ("ssl_cert_reqs", "ssl_check_hostname", "ssl_ca_")
_CHATTY: Final = ("DEBUG", "NOTSET", "TRACE")


# Medida: tls-por-dentro
def database(settings: Settings) -> Iterator[Falha]:
    """Of the primary and of the replica."""
    yield from _database("DATABASE_URL", settings.database_url.get_secret_value())
    if settings.database_replica_url is not None:
        replica = settings.database_replica_url.get_secret_value()
        yield from _database("DATABASE_REPLICA_URL", replica)


def _database(variavel: str, value: str) -> Iterator[Falha]:
    if not value:
        yield Falha(variavel, "falta: postgresql://usuario:senha@servidor/banco?ssl=verify-full")
        return
    try:
        url = make_url(value)
    except ArgumentError:
        yield Falha(variavel, "não é um endereço: postgresql://usuario:senha@servidor/banco")
        return
    if is_local(url.host):  # a socket, whose file says who may, or this machine
        return
    if url.query.get("ssl") != VERIFIED:
        yield Falha(variavel, "não verifica o TLS do servidor: acrescente ?ssl=verify-full")
    password = None if url.password is None else str(url.password)
    if (why := weak_password(password)) is not None:
        yield Falha(variavel, why)


def broker(settings: Settings) -> Iterator[Falha]:
    """Of the one that carries messages."""
    if "broker_url" not in settings.model_fields_set:
        yield Falha("BROKER_URL", "falta: rediss://usuario:senha@servidor:6379/0")
    else:
        yield from _redis("BROKER_URL", settings.broker_url.get_secret_value())


def limits(settings: Settings) -> Iterator[Falha]:
    """Of the one that counts requests and attempts."""
    if settings.limits_url is None:
        yield Falha("LIMITS_URL", "falta: pode ser o endereço de FISCALXML_BROKER_URL.")
    else:
        yield from _redis("LIMITS_URL", settings.limits_url.get_secret_value())


def proxies(settings: Settings) -> Iterator[Falha]:
    """Behind a proxy that is not known, all callers have its address, and share its limits."""
    if not settings.trusted_proxies and not settings.directly_reached:
        yield Falha(
            "TRUSTED_PROXIES",
            "falta: quantos proxies seus há na frente; se nenhum, FISCALXML_DIRECTLY_REACHED=true",
        )
    elif settings.trusted_proxies and settings.directly_reached:
        yield Falha("DIRECTLY_REACHED", "contradiz FISCALXML_TRUSTED_PROXIES; retire uma das duas.")


def _redis(variavel: str, value: str) -> Iterator[Falha]:
    try:
        url = urlsplit(value)
        host, password = url.hostname, url.password
    except ValueError:
        yield Falha(variavel, "não é um endereço: rediss://usuario:senha@servidor:6379/0")
        return
    if url.scheme == "unix":
        return
    if url.scheme != "rediss" and not is_local(host):
        yield Falha(variavel, "não usa TLS: o endereço deve começar com rediss://")
    if any(each in url.query for each in _UNVERIFIED):
        yield Falha(variavel, "não verifica o TLS do servidor; a autoridade vai em CA_FILE.")
    if (why := weak_password(password)) is not None:
        yield Falha(variavel, why)


def authority(settings: Settings) -> Iterator[Falha]:
    """Whose certificates are believed inside."""
    if settings.ca_file is None:
        return
    try:
        inside(settings)
        private = b"PRIVATE KEY" in settings.ca_file.read_bytes()
    except OSError:
        yield Falha("CA_FILE", "não é um arquivo de certificados em PEM que se possa ler.")
        return
    if private:
        yield Falha("CA_FILE", "tem uma chave privada; só os certificados devem estar nele.")


def objects(settings: Settings) -> Iterator[Falha]:
    """Documents and data keys, apart."""
    for variavel, value in (("OBJECTS_URL", settings.objects_url), ("KEYS_URL", settings.keys_url)):
        if not value:
            yield Falha(variavel, "falta: s3://bucket/prefixo ou file:///pasta")
    if settings.objects_url and _within(settings.keys_url, settings.objects_url):
        yield Falha("KEYS_URL", "fica dentro de FISCALXML_OBJECTS_URL; guarde as chaves à parte.")
    yield from _store(settings)


def audit(settings: Settings) -> Iterator[Falha]:
    """Without checkpoints elsewhere, who owns the database can write its audit log anew."""
    if not settings.audit_url:
        yield Falha("AUDIT_URL", "falta: s3://bucket/prefixo ou file:///pasta, longe do banco.")
    yield from _store(settings)


def _store(settings: Settings) -> Iterator[Falha]:
    endpoint = settings.objects_endpoint
    if endpoint is not None and not _https_or_local(endpoint):
        yield Falha("OBJECTS_ENDPOINT", "deve começar com https://")
    if (settings.objects_access_key is None) != (settings.objects_secret_key is None):
        yield Falha("OBJECTS_SECRET_KEY", "vem junto com FISCALXML_OBJECTS_ACCESS_KEY, ou nenhuma.")


def telemetry(settings: Settings) -> Iterator[Falha]:
    """What leaves the service about itself."""
    if settings.otlp_endpoint is not None and not _https_or_local(settings.otlp_endpoint):
        yield Falha("OTLP_ENDPOINT", "deve começar com https://")
    if settings.log_level.upper() in _CHATTY:
        yield Falha("LOG_LEVEL", "registra demais; use INFO ou menos.")


def _within(inner: str, outer: str) -> bool:
    return bool(inner) and f"{inner.rstrip('/')}/".startswith(f"{outer.rstrip('/')}/")


def _https_or_local(value: str) -> bool:
    url = urlsplit(value)
    return url.scheme == "https" or (url.scheme == "http" and is_local(url.hostname))
