"""How much of a request is let in, by where it goes: from the services' own settings."""

from __future__ import annotations

from typing import Final

from fiscalxml_server.kit.settings import Settings

ENVELOPE_BYTES: Final = 64 * 1024
"""of multipart boundaries or JSON around a document"""
SMALL_BYTES: Final = 128 * 1024
"""everything else: services read 64 KiB of JSON, and say 413 themselves"""
HEADER_BYTES: Final = 8 * 1024
"""of a request line, and of one header"""
HEADER_BUFFERS: Final = 4
"""so many times that, of all headers"""
JSON_DEPTH: Final = 32
ARGUMENTS: Final = 500
"""names in a query, a form or a JSON object: lists of companies are the longest"""


def document_bytes(settings: Settings) -> int:
    """Of a body with one document, in base64 at worst: four bytes of three."""
    return settings.max_document_bytes * 4 // 3 + ENVELOPE_BYTES


def upload_bytes(settings: Settings) -> int:
    """Of a lote, with what a form adds to its files."""
    return settings.max_upload_bytes + ENVELOPE_BYTES


def requests_per_second(settings: Settings) -> int:
    """Of one address: what an organisation may ask in all, of every class at once."""
    a_minute = settings.limit_validar + settings.limit_ler + settings.limit_enviar
    return max(1, (a_minute + settings.limit_gerir) // 60)
