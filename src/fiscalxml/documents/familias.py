"""All families of documents, and the kind that a root names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml.documents import bpe, cte, dce, mdfe, nf3e, nfcom, nfe, nfgas, nfse
from fiscalxml.documents.kind import Familia, Kind

FAMILIAS: Final[tuple[Familia, ...]] = tuple(
    module.FAMILIA for module in (nfe, cte, mdfe, bpe, nf3e, nfcom, nfse, dce, nfgas)
)

_BY_NAMESPACE_AND_ROOT: Final = {
    (familia.namespace, raiz): (familia, kind)
    for familia in FAMILIAS
    for kind in familia.kinds
    for raiz in (kind.raiz, *kind.envelopes)
}


def _by_root() -> dict[str, list[tuple[Familia, Kind]]]:
    found: dict[str, list[tuple[Familia, Kind]]] = {}
    for (_, raiz), named in _BY_NAMESPACE_AND_ROOT.items():
        found.setdefault(raiz, []).append(named)
    return found


BY_ROOT: Final[Mapping[str, list[tuple[Familia, Kind]]]] = _by_root()
"""the kinds whose documents or envelopes have a root of that name"""


def kind_named(space: str, name: str) -> tuple[Familia, Kind] | None:
    """The kind of a document by its root's namespace and name."""
    return _BY_NAMESPACE_AND_ROOT.get((space, name))
