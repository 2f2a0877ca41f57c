"""Cursors of lists: opaque to the caller, and no secret."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from fiscalxml_server.kit.http.problems import invalid_fields

T = TypeVar("T")
R = TypeVar("R")


def write_cursor(place: object) -> str:
    """A cursor that stands for `place`, a value that msgspec can encode."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(place)).decode().rstrip("=")


def read_cursor(cursor: str, kind: type[T]) -> T:
    """The place of a cursor. Raises `ParametrosInvalidos` when it is none of this list."""
    try:
        data = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return msgspec.msgpack.decode(data, type=kind)
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise wrong_cursor() from None


def page_of_rows(
    rows: Sequence[R], limit: int, view: Callable[[R], object], place: Callable[[R], object]
) -> dict[str, object]:
    """A page of a list from one row more than it shows, if there is one.

    `place`: what the cursor of the next page stands for, of the last row shown.
    """
    shown = rows[:limit]
    return {
        "itens": [view(row) for row in shown],
        "proximo": write_cursor(place(shown[-1])) if len(rows) > limit else None,
    }


def wrong_cursor() -> Exception:
    """The problem of a cursor that this list did not give."""
    return invalid_fields(
        [{"campo": "cursor", "onde": "query", "mensagem": "não é um cursor desta lista"}]
    )
