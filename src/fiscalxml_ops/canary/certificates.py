"""When the certificates end that the service's addresses show."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fiscalxml_server.kit.showing import shown_until

_HTTPS: Final = 443


def expiry(url: str) -> float | None:
    """Seconds since 1970 of the end of the certificate shown; None where there is no TLS.

    One that is not trusted, or ended already, is read all the same. Raises OSError, ValueError.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname is None:
        return None
    return shown_until(parts.hostname, parts.port or _HTTPS)
