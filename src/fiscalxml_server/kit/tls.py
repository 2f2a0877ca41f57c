"""Whose certificates are believed of the servers that a service works with.

Inside, only those of the authority of the settings (`ca_file`), where there is one; of an e-mail
server or an object store, which may be a stranger's, those of the system's authorities, too.
"""

from __future__ import annotations

import ssl
from typing import Final
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr
from sqlalchemy.engine import URL

from fiscalxml_server.kit.settings import Settings

VERIFIED: Final = "verify-full"
"""`ssl` of a PostgreSQL address by which the server's certificate is verified"""


# Medida: tls-por-dentro
def inside(settings: Settings) -> ssl.SSLContext:
    """For our own servers. Raises OSError (as ssl.SSLError, too) for a file that is none."""
    return ssl.create_default_context(cafile=settings.ca_file)


def authority_end(settings: Settings) -> float | None:
    """Seconds since 1970 of the end of the authority inside: of several in the file the one that
    ends last, since the others are those of before. None without a file. Raises as `inside`."""
    if settings.ca_file is None:
        return None
    known = inside(settings).get_ca_certs()
    return max(
        (float(ssl.cert_time_to_seconds(str(each["notAfter"]))) for each in known), default=None
    )


def anywhere(settings: Settings) -> ssl.SSLContext:
    """For servers that may be somebody else's. Raises as `inside`."""
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        context.load_verify_locations(settings.ca_file)
    return context


def redis_url(settings: Settings, url: SecretStr) -> str:
    """The address of a Redis or Valkey, which says that its certificate is verified, and by what:
    Celery takes any where the address does not say it."""
    value = url.get_secret_value()
    if urlsplit(value).scheme != "rediss" or "ssl_cert_reqs" in value:
        return value
    said = {"ssl_cert_reqs": "required"}
    if settings.ca_file is not None:
        said["ssl_ca_certs"] = str(settings.ca_file)
    return f"{value}{'&' if '?' in value else '?'}{urlencode(said)}"


def of_database(settings: Settings, url: URL) -> tuple[URL, dict[str, ssl.SSLContext]]:
    """The address of a PostgreSQL, and how its driver verifies the server where it says so."""
    if url.query.get("ssl") != VERIFIED:
        return url, {}
    return url.difference_update_query(["ssl"]), {"ssl": inside(settings)}
