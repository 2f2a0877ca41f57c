"""Headers that every answer of the API carries, unless the application set its own."""

from __future__ import annotations

from typing import Final

Headers = list[tuple[bytes, bytes]]

_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"strict-transport-security", b"max-age=31536000"),
)
_POLICY = b"content-security-policy"
_NO_PAGE = b"default-src 'none'; frame-ancestors 'none'"
_PAGE = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""for documentation pages, whose assets are ours and whose start-up script is inline"""


def add_security(headers: Headers) -> None:
    """Adds what is missing to the headers of an answer, in place; names are in lower case."""
    present = dict(headers)
    headers.extend(header for header in _ALWAYS if header[0] not in present)
    if _POLICY not in present:
        is_page = present.get(b"content-type", b"").startswith(b"text/html")
        headers.append((_POLICY, _PAGE if is_page else _NO_PAGE))
