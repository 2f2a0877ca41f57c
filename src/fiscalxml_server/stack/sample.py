"""A sample lote, so that a first start has something to look at."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from fiscalxml.generator import Pedido, generate
from fiscalxml_server.stack.client import Cliente

_PEDIDO: Final = Pedido(
    quantidade=240,
    semente=2026,
    falhas=[("629", 9), ("209", 6), ("528", 4), ("441", 3), ("297", 3), ("213", 2)],
)
_SECONDS: Final = 120.0
_ENDED: Final = ("concluido", "falhou")


class Amostra(msgspec.Struct, frozen=True):
    """What was loaded; kept in the folder, so that it is loaded once."""

    lote: str
    chave: str
    """of a note in it without a fault"""
    contagens: Mapping[str, int]


class SemConclusao(Exception):
    """The lote did not conclude in time."""


def known_sample(folder: Path) -> Amostra | None:
    """Of an earlier start."""
    try:
        return msgspec.json.decode((folder / "amostra.json").read_bytes(), type=Amostra)
    except (OSError, msgspec.DecodeError):
        return None


def load_sample(folder: Path, cliente: Cliente) -> Amostra:
    """Write lote.zip and nota.xml into `folder`, send the lote, wait for its end.

    Safe to repeat: the request has one Idempotency-Key. Raises OSError, SemConclusao.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    lote, nota, chave = _documents()
    (folder / "lote.zip").write_bytes(lote)
    (folder / "nota.xml").write_bytes(nota)
    headers = {"Content-Type": "application/zip", "Idempotency-Key": "amostra-inicial"}
    identifier = str(cliente.post("/v1/lotes", lote, headers)["id"])
    amostra = Amostra(identifier, chave, _wait(cliente, identifier))
    (folder / "amostra.json").write_bytes(msgspec.json.encode(amostra))
    return amostra


def _documents() -> tuple[bytes, bytes, str]:
    """The archive, a note without fault, and its chave."""
    archive, good = io.BytesIO(), None
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for documento in generate(_PEDIDO):
            opened.writestr(documento.nome, documento.xml)
            if good is None and documento.tipo == "nfe" and documento.falha is None:
                good = documento
    if good is None:
        raise AssertionError("the sample has a note without fault")
    return archive.getvalue(), good.xml, good.chave


def _wait(cliente: Cliente, lote: str) -> Mapping[str, int]:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        found = cliente.get(f"/v1/lotes/{lote}")
        if found["situacao"] in _ENDED:
            return {nome: int(quantos) for nome, quantos in found["contagens"].items()}
        time.sleep(0.2)
    raise SemConclusao(lote)
