"""The golden cases through the running service: the column `POST /v1/validacoes`."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from factory import build
from fiscalxml.report import read_report
from services.api.running import CHAVE, running_service

from .cases import WITH_INPUT
from .model import Case, Row, differences, rows
from .service_cases import KEYS, PDF, ZIP_BOMB

_ELSEWHERE = ("-", "201; linked when the note comes")
"""what no request to this endpoint can show"""


def _is_elsewhere(row: Row) -> bool:
    return row.http in _ELSEWHERE or row.http.startswith("POST /v1/documentos")


Services = dict[bool, httpx2.Client]
RUNNABLE = [case for case in WITH_INPUT if not _is_elsewhere(case.row) and not case.motivo_pendente]


@pytest.fixture(scope="module")
def services(ac_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Two services: one that knows the test authorities, one that does not."""
    known, unknown = (tmp_path_factory.mktemp(name) for name in ("conhece", "desconhece"))
    with (
        running_service(known, ac_dir=str(ac_dir)) as knowing,
        running_service(unknown) as ignorant,
        httpx2.Client(base_url=knowing, timeout=60) as asking,
        httpx2.Client(base_url=ignorant, timeout=60) as guessing,
    ):
        yield {True: asking, False: guessing}


def _post(
    services: Services,
    data: bytes,
    *,
    conhecida: bool = True,
    chave: str | None = CHAVE,
    content_type: str = "application/xml",
    **query: str,
) -> httpx2.Response:
    headers = {"Content-Type": content_type} | ({"X-API-Key": chave} if chave else {})
    return services[conhecida].post("/v1/validacoes", content=data, headers=headers, params=query)


def _refused(response: httpx2.Response, status: int, codigo: str | None) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert codigo in (None, response.json()["codigo"])


@pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.id)
def test_the_endpoint_answers_as_the_row_says(case: Case, services: Services) -> None:
    assert case.data is not None
    opcoes = case.opcoes
    query = {"perfil": opcoes["perfil"]} if "perfil" in opcoes else {}
    if em := opcoes.get("em"):
        query["em"] = em.isoformat()
    response = _post(services, case.data(), conhecida=case.conhecida, **query)
    status, _, codigo = case.row.http.removesuffix(" with ?em=").partition(" ")
    if status != "200":
        _refused(response, int(status), codigo or None)
        return
    assert response.status_code == 200
    (espera,) = case.espera
    assert differences(espera, read_report(response.content), com_regras=True) == []


def test_every_row_of_the_column_has_a_case_here() -> None:
    here = {case.entrada for case in RUNNABLE} | {KEYS, PDF, ZIP_BOMB}
    waiting = {case.entrada for case in WITH_INPUT if case.motivo_pendente}
    for row in rows().values():
        assert row.entrada in here | waiting or _is_elsewhere(row), row.entrada


def test_a_pdf_is_415(services: Services) -> None:
    assert rows()[PDF].http == "415"
    _refused(_post(services, b"%PDF-1.7", content_type="application/pdf"), 415, None)


def test_no_key_and_a_bad_key_are_401_and_a_key_without_the_scope_403(
    services: Services,
) -> None:
    assert rows()[KEYS].http == "401 / 401 / 403"
    nota = build("nfe")
    _refused(_post(services, nota, chave=None), 401, "nao_autenticado")
    _refused(_post(services, nota, chave="fx_dev_nada"), 401, "nao_autenticado")
    _refused(_post(services, nota, chave="fx_dev_ler"), 403, "sem_permissao")


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomba.xml", bytes(8_000_000))
    return file.getvalue()


def _tar_gz() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.xml"), io.BytesIO())
    return file.getvalue()


@pytest.mark.parametrize("archive", [_zip, _tar_gz])
@pytest.mark.parametrize("content_type", ["application/xml", "application/zip"])
def test_an_archive_is_refused_without_being_opened(
    services: Services, archive: Callable[[], bytes], content_type: str
) -> None:
    status, _, codigo = rows()[ZIP_BOMB].http.partition(" ")
    _refused(_post(services, archive(), content_type=content_type), int(status), codigo)
