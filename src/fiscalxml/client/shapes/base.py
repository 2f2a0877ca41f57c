"""Of every shape: a field that the service does not send is None, one that is not known is left
out."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Forma(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an answer."""


class Pagina(Forma, Generic[T], frozen=True, kw_only=True):
    """Some of a list. `proximo` is the cursor of the next page; None on the last."""

    itens: list[T]
    proximo: str | None = None
