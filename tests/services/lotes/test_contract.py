"""The contract's table through lotes and POST /v1/documentos: the column `item de lote`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from acceptance.cases import WITH_INPUT
from acceptance.inputs import tampered
from acceptance.model import Case, rows
from acceptance.service_cases import (
    AGAIN,
    BROKEN_FIRST,
    CONFLICT,
    CRASH,
    EVENT_FIRST,
    PDF,
    STORED,
    WITH_PROTOCOL,
    ZIP_BOMB,
    ZIP_NAMES,
)
from factory.documents import build, chave_of
from services.servico import ZIP, Servico

XML = {"Content-Type": "application/xml"}
NOT_IN_A_LOTE = "-"
OF_THEIR_OWN = {PDF, ZIP_NAMES, ZIP_BOMB, CRASH} | STORED
"""rows that are no single document, or depend on another: by tests below, and of the workers"""

# A lote judges by the document's own profile and date: cases that name another are not for it.
RUNNABLE = [
    case
    for case in WITH_INPUT
    if case.row.item != NOT_IN_A_LOTE
    and case.entrada not in STORED
    and not case.opcoes
    and not case.motivo_pendente
]


def _stored_zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Without compression: a document of blanks must not look like a bomb."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def _send(servico: Servico, chave: str, *files: tuple[str, bytes]) -> str:
    """The path of a lote that was sent."""
    sent = servico.request(
        "POST", "/v1/lotes", content=_stored_zip(files), headers=ZIP, chave=chave
    )
    assert sent.status_code == 202
    return str(sent.headers["location"])


def _items(servico: Servico, chave: str, path: str) -> list[dict[str, Any]]:
    assert servico.request("GET", path, chave=chave).json()["situacao"] == "concluido"
    found: list[dict[str, Any]] = servico.request("GET", f"{path}/itens", chave=chave).json()[
        "itens"
    ]
    return found


Outcome = tuple[str, str | None, str | None]
"""outcome, kind and verdict of an item"""


@pytest.fixture(scope="module")
def items(servico: Servico) -> dict[str, list[dict[str, Any]]]:
    """The items of each case, in an organisation of its own: most are versions of one note."""
    sent = {}
    for case in RUNNABLE:
        assert case.data is not None
        chave = servico.new_key(uuid4())
        sent[case.id] = chave, _send(servico, chave, ("documento.xml", case.data()))
    servico.work()
    return {ident: _items(servico, *where) for ident, where in sent.items()}


@pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.id)
def test_each_document_is_an_item_as_the_row_says(
    case: Case, items: dict[str, list[dict[str, Any]]]
) -> None:
    found = items[case.id]
    assert [item["parte"] for item in found] == list(range(len(case.espera)))
    for item, espera, row_item in zip(found, case.espera, case.itens, strict=True):
        assert item["desfecho"] in row_item.split(" or ")
        assert (item["tipo"], item["veredito"]) == (espera.tipo, espera.veredito)
        assert item["nome"] == "documento.xml"


def test_every_row_of_the_column_has_a_case_here() -> None:
    here = {case.entrada for case in RUNNABLE} | OF_THEIR_OWN
    waiting = {case.entrada for case in WITH_INPUT if case.motivo_pendente}
    for row in rows().values():
        assert row.item == NOT_IN_A_LOTE or row.entrada in here | waiting, row.entrada


def _post(servico: Servico, chave: str, data: bytes) -> httpx2.Response:
    return servico.request("POST", "/v1/documentos", content=data, headers=XML, chave=chave)


def _one(servico: Servico, chave: str, data: bytes) -> dict[str, Any]:
    """The item of a document sent alone in a lote."""
    path = _send(servico, chave, ("documento.xml", data))
    servico.work()
    (item,) = _items(servico, chave, path)
    return item


def _status(entrada: str) -> int:
    """What the row says that POST /v1/documentos answers."""
    words = rows()[entrada].http.removeprefix("POST /v1/documentos ")
    return int(words[:3])


@pytest.mark.parametrize(
    ("entrada", "before", "then"),
    [
        (AGAIN, build("nfe"), build("nfe")),
        (WITH_PROTOCOL, build("nfe"), build("nfe", protocol=True)),
        (CONFLICT, build("nfe"), tampered(build("nfe"))),
        (BROKEN_FIRST, tampered(build("nfe")), build("nfe")),
        (EVENT_FIRST, None, build("cancelamento")),
    ],
)
def test_what_is_stored_already_decides_as_the_row_says(
    servico: Servico, entrada: str, before: bytes | None, then: bytes
) -> None:
    one, other = servico.new_key(uuid4()), servico.new_key(uuid4())
    if before is not None:
        _post(servico, one, before)
        _one(servico, other, before)
    answer = _post(servico, one, then)
    item = _one(servico, other, then)
    assert answer.status_code == _status(entrada)
    assert item["desfecho"] == rows()[entrada].item.split(" ")[0]
    if answer.status_code != 409:
        assert answer.json()["desfecho"] == item["desfecho"]
        assert answer.json()["protocolo_anexado"] is (entrada == WITH_PROTOCOL)


@pytest.mark.parametrize(
    ("first", "second"),
    [(build("nfe"), tampered(build("nfe"))), (tampered(build("nfe")), build("nfe"))],
    ids=[CONFLICT, BROKEN_FIRST],
)
def test_both_versions_are_kept_and_the_intact_one_holds_the_chave(
    servico: Servico, first: bytes, second: bytes
) -> None:
    chave = servico.new_key(uuid4())
    kept = [_one(servico, chave, data)["documento"] for data in (first, second)]
    copies = [
        servico.request("GET", f"/v1/documentos/{ident}/xml", chave=chave).content for ident in kept
    ]
    assert copies == [first, second]
    holder = servico.request("GET", f"/v1/documentos/{chave_of(build('nfe'))}/xml", chave=chave)
    assert holder.content == build("nfe")


def test_a_cancelamento_that_came_before_its_note_names_it(servico: Servico) -> None:
    chave = servico.new_key(uuid4())
    item = _one(servico, chave, build("cancelamento"))
    _one(servico, chave, build("nfe"))
    event = servico.request("GET", f"/v1/documentos/{item['documento']}", chave=chave).json()
    note = servico.request("GET", f"/v1/documentos/{event['evento']['chave']}", chave=chave)
    assert note.json()["tipo"] == "nfe"


def test_a_pdf_is_left_out(servico: Servico) -> None:
    chave = servico.new_key(uuid4())
    assert _one(servico, chave, b"%PDF-1.7")["desfecho"] == rows()[PDF].item
