"""Names in the ZIP: safe whatever a document says, and none twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from fiscalxml_server.api.exportacoes.nomes import entry_names

CHAVE = "35261112345678000195550010000010011417293560"
HOSTILE = (
    "../../etc/passwd", "/etc/passwd", "C:\\x", "a\x00b", "=1+1", "..", "", "con", "é" * 44,
    CHAVE.lower().replace("3", "a"), CHAVE + "\n", CHAVE + "/../x", "\u202e" + CHAVE[1:],
)  # fmt: skip


def _name(**values: Any) -> str:
    row = {
        "tipo": "nfe", "id": uuid4(), "chave": CHAVE, "vigente": True,
        "evento_chave": None, "evento_tipo": None,
    } | values  # fmt: skip
    (name,) = entry_names({campo: [value] for campo, value in row.items()})
    return name


def test_a_document_that_holds_its_chave_is_named_by_it() -> None:
    assert _name() == f"nfe/{CHAVE}.xml"
    assert _name(tipo="nfse", chave=CHAVE + "123456") == f"nfse/{CHAVE}123456.xml"


def test_an_event_is_named_by_what_it_is_about() -> None:
    ident = UUID(int=1)
    event = {"tipo": "evento", "evento_chave": CHAVE, "evento_tipo": "110111"}
    assert _name(id=ident, **event) == f"evento/{CHAVE}-110111-{ident}.xml"


def test_versions_of_one_chave_have_names_of_their_own() -> None:
    assert len({_name(), _name(vigente=False), _name(vigente=False)}) == 3


@pytest.mark.parametrize("chave", HOSTILE)
def test_a_hostile_chave_is_no_name(chave: str) -> None:
    ident = uuid4()
    assert _name(id=ident, chave=chave) == f"nfe/{ident}.xml"
    event = {"tipo": "evento", "evento_chave": chave, "evento_tipo": "110111"}
    assert _name(id=ident, **event) == f"evento/{ident}.xml"
    other = {"tipo": "evento", "evento_chave": CHAVE, "evento_tipo": chave}
    assert _name(id=ident, **other) == f"evento/{ident}.xml"
