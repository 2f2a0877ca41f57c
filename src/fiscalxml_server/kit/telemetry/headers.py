"""Headers that every answer of the API carries, unless the application set its own."""

from __future__ import annotations

from typing import Final

Headers = list[tuple[bytes, bytes]]

_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
)
_POLICY = b"content-security-policy"
_NOTHING = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""a page that needs more says so itself"""


# Medida: saida-segura
def add_security(headers: Headers) -> None:
    """Adds what is missing to the headers of an answer, in place; names are in lower case."""
    present = dict(headers)
    headers.extend(header for header in _ALWAYS if header[0] not in present)
    if _POLICY not in present:
        headers.append((_POLICY, _NOTHING))
