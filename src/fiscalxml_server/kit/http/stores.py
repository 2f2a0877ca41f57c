"""A store of objects that fails, as a caller sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError as StoreError

from fiscalxml_server.kit.errors import Indisponivel


@contextmanager
def reaching_store() -> Iterator[None]:
    """Raises `Indisponivel` where the block cannot reach the store, or is refused by it."""
    try:
        yield
    except (StoreError, OSError) as error:
        raise Indisponivel(
            "O armazenamento não respondeu; tente de novo em instantes.",
            headers={"Retry-After": "2"},
        ) from error
