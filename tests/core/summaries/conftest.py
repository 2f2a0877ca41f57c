"""What the tests of all views share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from factory import build
from fiscalxml.documents.detect import detect
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.ramos import Ramo
from fiscalxml.xml import Limits, parse


@pytest.fixture
def groups_of() -> Callable[..., Ramo]:
    """The groups of the signed element of a document that the factory builds."""

    def groups(kind: str, **options: object) -> Ramo:
        (found,) = detect(parse(build(kind, **options), Limits()), Limits())  # type: ignore[arg-type]
        assert isinstance(found, Encontrado)
        assert found.assinado is not None
        return Ramo(found.assinado)

    return groups
