"""The bytes of the one document that a request carries, in any of the ways it may come.

Raw XML, multipart/form-data with one file, or JSON `{"xml": "<base64>"}`; each of them plain or
with `Content-Encoding: gzip`. Reading stops at the cap, whatever the headers announce.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator, AsyncIterator

import msgspec
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from fiscalxml.archives import archive_kind
from fiscalxml.archives.nature import HEAD_BYTES
from fiscalxml_server.kit.errors import CorpoGrandeDemais, CorpoParado, Problema, TipoNaoAceito
from fiscalxml_server.kit.http.headers import values
from fiscalxml_server.kit.http.places import LARGE_BYTES, Places
from fiscalxml_server.kit.settings import MEGABYTE

RAW_TYPES = ("application/xml", "text/xml", "application/octet-stream")
MULTIPART = "multipart/form-data"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_ARCHIVE_TYPES = frozenset(
    (
        "application/zip",
        "application/x-zip-compressed",
        "application/gzip",
        "application/x-gzip",
        "application/x-tar",
        "application/x-gtar",
        "application/x-7z-compressed",
        "application/vnd.rar",
        "application/x-bzip2",
        "application/x-xz",
        "application/zstd",
    )
)
_LOTES = "/v1/lotes"
_ENVELOPE_BYTES = 64 * 1024  # of multipart boundaries and headers, or of JSON, around a document
_BLANK = b" \t\r\n\xef\xbb\xbf\xfe\xff"  # with the marks that begin a text in Unicode
_INFLATE_STEP = 256 * 1024
_MAX_GZIP_MEMBERS = 16


class CorpoVazio(Problema):
    status, codigo, titulo = 422, "corpo_vazio", "O corpo está vazio"
    explicacao = (
        "A requisição não trouxe nenhum byte de documento. Confira o caminho do arquivo no "
        "cliente; no curl, --data-binary @arquivo."
    )


class CorpoInvalido(Problema):
    status, codigo, titulo = 422, "corpo_invalido", "O corpo não pôde ser lido"
    explicacao = (
        "O gzip, o multipart, o JSON ou o base64 em que o documento veio está danificado ou não "
        "tem a forma esperada. Um XML danificado não é um erro destes: ele recebe um relatório."
    )


class CorpoIncompleto(Problema):
    status, codigo, titulo = 400, "corpo_incompleto", "O corpo não tem o tamanho anunciado"
    explicacao = (
        "Content-Length anuncia outra quantidade de bytes que a que chegou: o envio parou no meio "
        "ou o cliente calculou errado. Mande de novo."
    )


class ArquivoRecusado(Problema):
    status, codigo, titulo = 422, "arquivo_recusado", "Este tipo de arquivo não é aceito aqui"
    explicacao = (
        "Um documento por vez vai como XML, e não compactado. Muitos vão para /v1/lotes, em ZIP, "
        "TAR ou TAR.GZ; RAR, 7z e outros não são lidos. O membro endereco, se vem, diz para onde "
        "mandar."
    )


class MaisDeUmDocumento(Problema):
    status, codigo, titulo = 422, "varios_documentos", "Há mais de um documento no corpo"
    explicacao = "Esta operação lê um documento por vez. Vários vão para /v1/lotes."


BODY_PROBLEMS: tuple[type[Problema], ...] = (
    CorpoIncompleto,
    CorpoParado,
    CorpoGrandeDemais,
    TipoNaoAceito,
    CorpoVazio,
    CorpoInvalido,
    ArquivoRecusado,
    MaisDeUmDocumento,
)
"""what an operation on one document may answer because of its body"""


async def read_document(request: Request, max_bytes: int) -> bytes:
    """The document in the body, at most `max_bytes` long, never empty and no archive.

    Raises the problems above, `CorpoGrandeDemais` and `TipoNaoAceito`; a large document waits for a
    place (`app.state.lugares`) and may get `Indisponivel`.
    """
    media_type = _media_type(request)
    announced = _announced(request, max_bytes)
    stream = _decoded(request, max_bytes)
    if media_type is None or media_type in RAW_TYPES:
        data = await _gather(request, stream, max_bytes)
        if announced is not None and not values(request, b"content-encoding"):
            _require_length(announced, len(data))
    elif media_type == MULTIPART:
        data = await _from_multipart(request, stream, max_bytes)
    elif media_type == JSON:
        data = await _from_json(request, stream, max_bytes)
    elif media_type in _ARCHIVE_TYPES:
        raise _archive(media_type)
    else:
        raise _unaccepted(media_type)
    if not data.lstrip(_BLANK):
        raise CorpoVazio("Mande o XML do documento no corpo da requisição.")
    if kind := archive_kind(data[:HEAD_BYTES]):
        raise _archive(kind)
    return data


def _media_type(request: Request) -> str | None:
    given = values(request, b"content-type")
    if len(given) > 1:
        raise TipoNaoAceito("Há mais de um Content-Type.")
    return given[0].partition(";")[0].strip().lower() or None if given else None


def curl_hint(media_type: str) -> str:
    """Why a caller may have sent FORM without meaning to, and what to say instead."""
    return f" (o curl manda este quando não se diz outro: use -H 'Content-Type: {media_type}')"


def _unaccepted(media_type: str) -> TipoNaoAceito:
    hint = curl_hint("application/xml") if media_type == FORM else ""
    return TipoNaoAceito(
        f"Content-Type {media_type[:80]} não é aceito{hint}; mande application/xml.",
        headers={"Accept-Post": ", ".join((*RAW_TYPES, MULTIPART, JSON))},
    )


def _archive(kind: str) -> ArquivoRecusado:
    hint = " Um XML comprimido com gzip pode vir aqui com Content-Encoding: gzip." * (
        "gzip" in kind
    )
    return ArquivoRecusado(
        f"O corpo é um arquivo compactado ({kind}); mande-o para {_LOTES}.{hint}", endereco=_LOTES
    )


def several_documents() -> MaisDeUmDocumento:
    """The problem of a body that holds more than one document."""
    return MaisDeUmDocumento(
        f"O corpo tem mais de um documento; mande-o para {_LOTES}.", endereco=_LOTES
    )


def readable_size(size: int) -> str:
    """A limit in bytes as people say it: 10 MB, 5 GB, 1.500 bytes."""
    for unit, name in ((MEGABYTE * 1024, "GB"), (MEGABYTE, "MB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size:,} bytes".replace(",", ".")


def too_large(limit: int) -> CorpoGrandeDemais:
    """The problem of a body over `limit` bytes."""
    return CorpoGrandeDemais(f"O documento passa de {readable_size(limit)}.", limite=limit)


def _announced(request: Request, max_bytes: int) -> int | None:
    """Content-Length, where it says a number. Raises 413 for one that no document can have."""
    text = next(iter(values(request, b"content-length")), "")
    if not (text.isascii() and text.isdigit()):
        return None
    announced = int(text[:20])
    if announced > largest_body(max_bytes):
        raise too_large(max_bytes)
    return announced


def largest_body(max_bytes: int) -> int:
    """Bytes of the largest body that may carry a document of `max_bytes`: base64 in JSON, which
    makes four bytes of three."""
    return max_bytes * 4 // 3 + _ENVELOPE_BYTES


def _require_length(announced: int, received: int) -> None:
    if announced != received:
        raise CorpoIncompleto(f"Content-Length diz {announced} bytes e vieram {received}.")


def _decoded(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    encodings = [
        name
        for value in values(request, b"content-encoding")
        for part in value.split(",")
        if (name := part.strip().lower()) not in ("", "identity")
    ]
    if not encodings:
        return request.stream()
    if len(encodings) == 1 and encodings[0] in ("gzip", "x-gzip"):
        return _inflate(_capped(request.stream(), max_bytes, max_bytes + _ENVELOPE_BYTES))
    raise TipoNaoAceito(
        f"Content-Encoding {', '.join(encodings)[:80]} não é aceito; use gzip.",
        headers={"Accept-Encoding": "gzip"},
    )


async def _inflate(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """gzip taken apart step by step, so that a bomb is stopped by whoever counts its bytes."""
    members, decoder = 0, zlib.decompressobj(wbits=31)
    begun = False
    async for chunk in stream:
        while chunk:
            if decoder.eof:
                members, decoder = members + 1, zlib.decompressobj(wbits=31)
                if members == _MAX_GZIP_MEMBERS:
                    raise CorpoInvalido("O gzip tem partes demais.")
            begun = True
            try:
                yield decoder.decompress(chunk, _INFLATE_STEP)
            except zlib.error:
                raise CorpoInvalido("O gzip do corpo está danificado.") from None
            chunk = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    if begun and not decoder.eof:
        raise CorpoInvalido("O gzip do corpo termina antes do fim.")


async def _capped(
    stream: AsyncIterator[bytes], max_bytes: int, cap: int
) -> AsyncGenerator[bytes, None]:
    """The stream, which may not pass `cap`; a larger one is over `max_bytes` to the caller."""
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > cap:
            raise too_large(max_bytes)
        yield chunk


async def _gather(
    request: Request, stream: AsyncIterator[bytes], max_bytes: int, cap: int | None = None
) -> bytes:
    chunks, size, cap = [], 0, max_bytes if cap is None else cap
    async for chunk in stream:
        size += len(chunk)
        if size > cap:
            raise too_large(max_bytes)
        if size > LARGE_BYTES:
            await _places(request).take(request.scope)
        chunks.append(chunk)
    return b"".join(chunks)


def _places(request: Request) -> Places:
    places: Places = request.app.state.lugares
    return places


class _Json(msgspec.Struct, forbid_unknown_fields=True):
    xml: bytes


_JSON = msgspec.json.Decoder(_Json)


async def _from_json(request: Request, stream: AsyncIterator[bytes], max_bytes: int) -> bytes:
    body = await _gather(request, stream, max_bytes, max_bytes * 4 // 3 + _ENVELOPE_BYTES)
    if not body:
        raise CorpoVazio('Mande {"xml": "<base64>"}.')
    try:
        data = _JSON.decode(body).xml
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CorpoInvalido(
            'O JSON deve ser {"xml": "<o XML em base64>"}, sem outros membros.'
        ) from None
    if len(data) > max_bytes:
        raise too_large(max_bytes)
    return data


async def _from_multipart(request: Request, stream: AsyncIterator[bytes], max_bytes: int) -> bytes:
    capped = _capped(stream, max_bytes, max_bytes + _ENVELOPE_BYTES)
    try:
        parser = MultiPartParser(request.headers, capped, max_files=1, max_fields=0)
        form = await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            raise several_documents() from None
        words = (
            "No multipart só se aceitam arquivos (com filename), e veio um campo de texto; no "
            "curl, -F arquivo=@nota.xml"
            if error.message.startswith("Too many fields")
            else "O multipart está danificado"
        )
        raise CorpoInvalido(f"{words}.") from None
    except UnicodeError:  # of the codec that its charset names
        raise CorpoInvalido("O multipart: os nomes não são do charset que ele diz.") from None
    try:
        for _, file in form.multi_items():
            if isinstance(file, UploadFile):
                if (file.size or 0) > LARGE_BYTES:
                    await _places(request).take(request.scope)
                data = await file.read()
                if len(data) > max_bytes:
                    raise too_large(max_bytes)
                return data
    finally:
        await form.close()
    raise CorpoInvalido("O multipart não tem nenhum arquivo completo.")
