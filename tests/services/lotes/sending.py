"""Archives made for the tests, and lotes sent as an ERP would send them."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

import httpx2

from factory.documents import build
from services.servico import Servico

GZIP = {"Content-Type": "application/gzip"}
TAR = {"Content-Type": "application/x-tar"}


def note(number: int, **options: object) -> bytes:
    """A note with a number, so with a chave, of its own."""
    return build("nfe", changes={"ide/nNF": str(number)}, **options)  # type: ignore[arg-type]


def tampered(nota: bytes) -> bytes:
    """Other content under the same chave: its signature does not hold any more."""
    return nota.replace(b"<natOp>", b"<natOp>X", 1)


def tarred(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    """A TAR, compressed as `mode` says."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def zip_of(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP whose names may come twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def post(
    servico: Servico, data: bytes, headers: Mapping[str, str], **options: Any
) -> httpx2.Response:
    """POST /v1/lotes with these bytes."""
    return servico.request("POST", "/v1/lotes", content=data, headers=dict(headers), **options)


def send(
    servico: Servico, data: bytes, headers: Mapping[str, str], **options: Any
) -> dict[str, Any]:
    """Send an archive, do its jobs, and give the lote as it is then."""
    sent = post(servico, data, headers, **options)
    assert sent.status_code == 202, sent.text
    servico.work()
    return read(servico, sent.json()["id"])


def read(servico: Servico, lote: str) -> dict[str, Any]:
    found: dict[str, Any] = servico.request("GET", f"/v1/lotes/{lote}").json()
    return found


def outcomes(servico: Servico, lote: Mapping[str, Any]) -> dict[str, str]:
    """name of each item -> its outcome, or the code of why it could not be read."""
    return {
        item["nome"]: item["codigo"] if item["desfecho"] == "falha" else item["desfecho"]
        for item in servico.items(lote)
    }


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["codigo"]


def objects(servico: Servico, below: str = "") -> list[str]:
    """Names of the organisation's objects under a name."""

    async def names() -> list[str]:
        pages = servico.api.objetos.pages(servico.organizacao, below)
        return [name async for page in pages for name in page]

    return sorted(servico.run(names()))
