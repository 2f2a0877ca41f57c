"""Just enough DER to read a certificate that a strict parser refuses.

Certificates of ICP-Brasil in real documents write out default values (`critical FALSE`), which
BER allows and DER does not; OpenSSL and SEFAZ take them. Layout: RFC 5280, section 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_SEQUENCE = 0x30
_VERSION = 0xA0
_UTC_TIME = 0x17
_COMMON_NAME = bytes.fromhex("0603550403")
_LONG_FORM = 0x80


class Campos(NamedTuple):
    """The fields of a certificate that a signature needs."""

    emissor: str
    titular: str
    inicio: datetime
    fim: datetime
    chave: bytes
    """SubjectPublicKeyInfo, DER"""


class _Tlv(NamedTuple):
    tag: int
    whole: bytes
    content: bytes


def read_fields(der: bytes) -> Campos:
    """The fields of a certificate. Raises ValueError on anything else."""
    try:
        (certificate,) = _children(der)
        tbs = next(_children(certificate.content))
        if certificate.tag != _SEQUENCE or tbs.tag != _SEQUENCE:
            raise ValueError("not a certificate")
        parts = [part for part in _children(tbs.content) if part.tag != _VERSION]
        _serial, _algorithm, issuer, validity, subject, key = parts[:6]
        inicio, fim = (_time(part) for part in _children(validity.content))
    except (IndexError, StopIteration) as error:
        raise ValueError("not a certificate") from error
    return Campos(_common_name(issuer), _common_name(subject), inicio, fim, key.whole)


def text_after(der: bytes, oid: bytes, *, skip: int = 0) -> str | None:
    """The short string that follows an OID, past `skip` bytes of wrapping; None without it."""
    start = der.find(oid)
    if start < 0:
        return None
    start += len(oid) + skip
    length = der[start + 1] if start + 1 < len(der) else 0
    return der[start + 2 : start + 2 + length].decode("utf-8", "replace").strip() or None


def _children(data: bytes) -> Iterator[_Tlv]:
    offset = 0
    while offset < len(data):
        tag, length, start = data[offset], data[offset + 1], offset + 2
        if length >= _LONG_FORM:
            size = length - _LONG_FORM
            length, start = int.from_bytes(data[start : start + size]), start + size
        end = start + length
        if end > len(data):
            raise ValueError("DER cut short")
        yield _Tlv(tag, data[offset:end], data[start:end])
        offset = end


def _common_name(name: _Tlv) -> str:
    return text_after(name.content, _COMMON_NAME) or ""


def _time(part: _Tlv) -> datetime:
    text = part.content.decode("ascii", "replace")
    if part.tag == _UTC_TIME:
        text = ("20" if text < "50" else "19") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
