"""When the certificates end that the service's addresses show."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from cryptography import x509

_SECONDS = 10.0


def expiry(url: str) -> float | None:
    """Seconds since 1970 of the end of the certificate shown; None where there is no TLS.

    One that is not trusted, or ended already, is read all the same. Raises OSError.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname is None:
        return None
    context = ssl.create_default_context()
    # Only its dates are looked at, those of a bad one too: nothing is sent, nothing is believed.
    # nosemgrep: tls-sem-verificacao
    context.check_hostname = False
    # nosemgrep: tls-sem-verificacao
    context.verify_mode = ssl.CERT_NONE
    where = (parts.hostname, parts.port or 443)
    with (
        socket.create_connection(where, _SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=parts.hostname) as connection,
    ):
        shown = connection.getpeercert(binary_form=True)
    if shown is None:
        raise ssl.SSLError("no certificate was shown")
    return x509.load_der_x509_certificate(shown).not_valid_after_utc.timestamp()
