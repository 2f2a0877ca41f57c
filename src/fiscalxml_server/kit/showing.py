"""When the certificate ends that a server shows, whoever signed it."""

from __future__ import annotations

import socket
import ssl
import struct
from typing import Final

from cryptography import x509

_SECONDS: Final = 10.0
_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)
"""of PostgreSQL's protocol, by which TLS begins; `S` is yes"""


def shown_until(host: str, porta: int, *, postgres: bool = False) -> float:
    """Seconds since 1970; of one that is not trusted, or has ended already, too. `postgres`: the
    server speaks its own protocol before TLS. Raises OSError, ValueError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Only its dates are looked at, those of a bad one too: nothing is sent, nothing is believed.
    # nosemgrep: tls-sem-verificacao
    context.check_hostname = False
    # nosemgrep: tls-sem-verificacao
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection((host, porta), _SECONDS) as plain:
        if postgres:
            plain.sendall(_SSL_REQUEST)
            if plain.recv(1) != b"S":
                raise ssl.SSLError("the server speaks no TLS")
        with context.wrap_socket(plain, server_hostname=host) as connection:
            shown = connection.getpeercert(binary_form=True)
    if shown is None:
        raise ssl.SSLError("no certificate was shown")
    return x509.load_der_x509_certificate(shown).not_valid_after_utc.timestamp()
