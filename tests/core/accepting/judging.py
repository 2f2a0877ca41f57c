"""What the tables of a schema say of a document, beside what libxml2 says of it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from fiscalxml.documents.detect import read_documents
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.layout import _schema_of
from fiscalxml.schemas import loader
from fiscalxml.schemas.acceptance import Acceptance
from fiscalxml.schemas.catalogue import Esquema
from fiscalxml.xml import Limits


class Judged(NamedTuple):
    """Whether it is accepted; what libxml2 finds."""

    accepted: bool
    errors: list[str]


def judge(data: bytes) -> Judged | None:
    """None for what is not one document with a schema of its own."""
    found = list(read_documents(data, Limits()))
    one = found[0]
    if len(found) > 1 or not isinstance(one, Encontrado) or one.familia is None or one.parece:
        return None
    raiz, esquema = _schema_of(one, one.familia)
    if esquema is None or not one.inteiro or raiz != one.raiz:
        return None
    acceptance = acceptance_of(esquema)
    accepted = acceptance is not None and acceptance.accepts(one.xml.data)
    return Judged(accepted, [error.message for error in esquema.validator.errors(one.xml.root)])


@cache
def acceptance_of(esquema: Esquema) -> Acceptance | None:
    schema = loader._read(esquema.arquivo, esquema.elemento, esquema.tipo_xsd)
    return loader._acceptance(loader._packed(schema), esquema.elemento)


def is_sound(data: bytes) -> bool:
    """Whether it is accepted, which libxml2 then agrees to."""
    judged = judge(data)
    if judged is None or not judged.accepted:
        return False
    assert judged.errors == []
    return True
