"""Headers that every answer of the API carries, unless the application set its own."""

from __future__ import annotations

Headers = list[tuple[bytes, bytes]]

_ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]
_POLICY = b"content-security-policy"
_NO_PAGE = b"default-src 'none'; frame-ancestors 'none'"
_PAGE = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""for documentation pages, whose assets are ours and whose start-up script is inline"""


def add_security(headers: Headers) -> None:
    """Adds what is missing to the headers of an answer, in place; names are in lower case."""
    present = {name for name, _ in headers}
    headers.extend(header for header in _ALWAYS if header[0] not in present)
    if _POLICY not in present:
        headers.append((_POLICY, _PAGE if _is_page(headers) else _NO_PAGE))


def _is_page(headers: Headers) -> bool:
    return any(
        name == b"content-type" and value.startswith(b"text/html") for name, value in headers
    )
