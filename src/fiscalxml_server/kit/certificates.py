"""When the certificates end by which the servers inside are known, as they show them.

Read from the servers, not from files: a server that was not started again shows the old one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.showing import shown_until
from fiscalxml_server.kit.telemetry import Reading, Seen
from fiscalxml_server.kit.telemetry.sampled import CERTIFICATE_END
from fiscalxml_server.kit.tls import VERIFIED

LOOK_SECONDS: Final = 600.0
"""between two looks"""
_TOLD_SECONDS: Final = 6 * LOOK_SECONDS  # an end does not move: one server that is away is no news
_LOG = logging.getLogger(__name__)


class Servidor(NamedTuple):
    """`nome`: a word. `postgres`: speaks its protocol before TLS."""

    nome: str
    host: str
    porta: int
    postgres: bool = False


def servers(settings: Settings) -> Iterator[Servidor]:
    """Those of the settings that are reached by TLS; none of the outside."""
    for nome, secret in (
        ("banco", settings.database_url),
        ("banco_replica", settings.database_replica_url),
    ):
        if secret is not None and (value := secret.get_secret_value()):
            database = make_url(value)
            if database.query.get("ssl") == VERIFIED and database.host:
                yield Servidor(nome, database.host, database.port or 5432, postgres=True)
    addresses = (
        ("broker", "rediss", 6379, settings.broker_url.get_secret_value()),
        (
            "limites",
            "rediss",
            6379,
            settings.limits_url.get_secret_value() if settings.limits_url else None,
        ),
        ("objetos", "https", 443, settings.objects_endpoint),
        ("auth", "https", 443, settings.auth_url),
    )
    for nome, scheme, porta, address in addresses:
        url = urlsplit(address or "")
        if url.scheme == scheme and url.hostname:
            yield Servidor(nome, url.hostname, url.port or porta)


async def look_at_certificates(settings: Settings, seen: Seen) -> None:
    """Of each server. One that is away stays as it was seen for an hour."""
    for servidor in servers(settings):
        try:
            end = await asyncio.to_thread(
                shown_until, servidor.host, servidor.porta, postgres=servidor.postgres
            )
        except (OSError, ValueError) as error:
            extra = {"part": servidor.nome, "error_type": type(error).__name__}
            _LOG.warning("certificate not seen", extra=extra)
        else:
            readings = [Reading(CERTIFICATE_END, (servidor.nome,), end)]
            seen.put(f"certificado.{servidor.nome}", readings, _TOLD_SECONDS)
