"""The bytes of a lote as they come in: an archive, or files of a form made into one.

Nothing is gathered in memory or on disk: what leaves here is a stream for the object store.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from fiscalxml.archives import archive_kind
from fiscalxml.archives.nature import HEAD_BYTES
from fiscalxml_server.kit.errors import CorpoGrandeDemais, CorpoParado, Problema, TipoNaoAceito
from fiscalxml_server.kit.http.body import (
    FORM,
    ArquivoRecusado,
    CorpoIncompleto,
    CorpoInvalido,
    CorpoVazio,
    curl_hint,
    readable_size,
)

ARCHIVE_TYPES: Final = (
    "application/zip",
    "application/x-zip-compressed",
    "application/gzip",
    "application/x-gzip",
    "application/x-tar",
    "application/x-gtar",
    "application/octet-stream",
)
MULTIPART: Final = "multipart/form-data"
ARCHIVE_PROBLEMS: Final[tuple[type[Problema], ...]] = (
    CorpoIncompleto,
    CorpoParado,
    CorpoGrandeDemais,
    TipoNaoAceito,
    CorpoVazio,
    CorpoInvalido,
    ArquivoRecusado,
)
"""what may be wrong with the body of a lote"""
_REFUSED: Final = ("7z", "rar", "zstd", "cab")
_MAX_FILES: Final = 50_000  # of a form: what is known of each stays in memory, some 400 bytes


async def read_archive(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    """The archive that the request carries.

    Raises `TipoNaoAceito`, and `CorpoGrandeDemais` for one that is announced as larger than
    `max_bytes`, at once. While it is read: `CorpoVazio`, `CorpoInvalido`, `CorpoIncompleto`, and
    `ArquivoRecusado` where it is no archive.
    """
    media_type, options = parse_options_header(request.headers.get("content-type"))
    kind = media_type.decode("latin-1").lower()
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise TipoNaoAceito("Um lote vem sem Content-Encoding: o arquivo já é comprimido.")
    if kind == MULTIPART:
        boundary = options.get(b"boundary")
        if not boundary:
            raise CorpoInvalido("O multipart não diz o seu boundary.")
        _require_size(request, max_bytes)
        return _from_form(received(request), boundary)
    if kind not in ARCHIVE_TYPES:
        raise TipoNaoAceito(
            f"Content-Type {kind[:80] or 'ausente'} não é aceito"
            f"{curl_hint('application/zip') if kind == FORM else ''}; mande application/zip, "
            "application/gzip (TAR.GZ), application/x-tar ou multipart/form-data.",
            headers={"Accept-Post": ", ".join((*ARCHIVE_TYPES, MULTIPART))},
        )
    _require_size(request, max_bytes)
    return _checked(received(request))


def too_large(max_bytes: int) -> CorpoGrandeDemais:
    """The problem of an archive over `max_bytes`."""
    return CorpoGrandeDemais(f"O arquivo passa de {readable_size(max_bytes)}.", limite=max_bytes)


def _require_size(request: Request, max_bytes: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > max_bytes:
        raise too_large(max_bytes)


async def received(request: Request) -> AsyncIterator[bytes]:
    """The body. Raises `CorpoIncompleto` where the client has gone away."""
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        raise CorpoIncompleto("O envio parou antes do fim.") from None


async def _checked(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream, once its beginning is known to be that of an archive."""
    head = bytearray()
    async for chunk in stream:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    if not head:
        raise CorpoVazio("Mande um ZIP, TAR ou TAR.GZ no corpo da requisição.")
    kind = archive_kind(bytes(head[:HEAD_BYTES]))
    if kind is None:
        raise ArquivoRecusado(
            "O corpo não é um ZIP, TAR ou TAR.GZ; um documento sozinho vai para /v1/documentos.",
            endereco="/v1/documentos",
        )
    if kind in _REFUSED:
        raise ArquivoRecusado(f"Arquivos {kind} não são aceitos; mande ZIP, TAR ou TAR.GZ.")
    yield bytes(head)
    async for chunk in stream:
        yield chunk


class _Outlet(io.RawIOBase):
    """What a ZIP that is written on the fly writes to; it cannot be sought in."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # any buffer, as the base class says
        self._written += view
        return view.nbytes

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


@dataclass(slots=True)
class _Part:
    """Headers of the part that is being read; the parser bounds them."""

    name: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    disposition: bytes = b""


class _FormArchive:
    """The files of a form as a ZIP without compression, whose sizes stand at its end."""

    def __init__(self, boundary: bytes) -> None:
        """Raises `CorpoInvalido` for a boundary that no form has."""
        self._outlet = _Outlet()
        self._zip = zipfile.ZipFile(self._outlet, "w", allowZip64=True)
        self._part = _Part()
        self._file: IO[bytes] | None = None
        self._files = 0
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._open,
                    "on_part_data": self._data,
                    "on_part_end": self._close,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise CorpoInvalido("O boundary do multipart é longo demais.") from None

    def feed(self, chunk: bytes) -> bytes:
        """What the ZIP has grown by. Raises `CorpoInvalido`."""
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise CorpoInvalido("O multipart está danificado.") from None
        return self._outlet.take()

    def finish(self) -> bytes:
        """The rest of the ZIP. Raises `CorpoInvalido`."""
        if not self._ended:
            raise CorpoInvalido("O multipart termina antes do fim.")
        if not self._files:
            raise CorpoInvalido("O multipart não tem nenhum arquivo.")
        self.close()
        return self._outlet.take()

    def close(self) -> None:
        """End the ZIP, also one that was given up half-way."""
        if self._file is not None:
            self._file.close()
        self._zip.close()

    def _begin(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._part.name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.value += data[start:end]

    def _header_end(self) -> None:
        if bytes(self._part.name).lower() == b"content-disposition":
            self._part.disposition = bytes(self._part.value)
        self._part.name.clear()
        self._part.value.clear()

    def _open(self) -> None:
        _, options = parse_options_header(self._part.disposition)
        name = options.get(b"filename")
        if name is None:
            raise CorpoInvalido("No multipart só se aceitam arquivos (filename), e veio um campo.")
        self._files += 1
        if self._files > _MAX_FILES:
            raise CorpoInvalido("O multipart tem arquivos demais; mande um ZIP.")
        label = name.decode("utf-8", "replace").replace("\0", "") or f"arquivo-{self._files}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # two files may have one name, and both are taken
            self._file = self._zip.open(zipfile.ZipInfo(label), "w", force_zip64=True)

    def _data(self, data: bytes, start: int, end: int) -> None:
        assert self._file is not None  # noqa: S101 - the parser calls _open before
        self._file.write(data[start:end])

    def _close(self) -> None:
        assert self._file is not None  # noqa: S101
        self._file.close()

    def _end(self) -> None:
        self._ended = True


async def _from_form(stream: AsyncIterator[bytes], boundary: bytes) -> AsyncIterator[bytes]:
    with closing(_FormArchive(boundary)) as archive:
        async for chunk in stream:
            if chunk and (grown := archive.feed(chunk)):
                yield grown
        yield archive.finish()
