"""Lotes: sent, listed, read, followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID, uuid4

import msgspec

from fiscalxml.archives import archive_kind
from fiscalxml.archives.nature import HEAD_BYTES
from fiscalxml.client.bodies import Caminho, Corpo, Fonte, Membro, file_body, stream_body, zip_body
from fiscalxml.client.operations.contents import pages, query, segment
from fiscalxml.client.operations.folders import members
from fiscalxml.client.operations.waiting import followed, waited
from fiscalxml.client.shapes import Desfecho, EnvioDireto, Item, Lote, Pagina
from fiscalxml.client.steps import Fluxo, Passos, Pedido, asked

_LOTE = msgspec.json.Decoder(Lote).decode
_LOTES = msgspec.json.Decoder(Pagina[Lote]).decode
_ITENS = msgspec.json.Decoder(Pagina[Item]).decode
_ENVIO = msgspec.json.Decoder(EnvioDireto).decode
_ZIP: Final = "application/zip"
_OCTETS: Final = "application/octet-stream"
_UPLOAD_SECONDS: Final = 600.0  # the service answers when all of it is stored for good
_OWN_ARCHIVES: Final = ("zip", "tar", "gzip", "bzip2", "xz")


def enviar(
    *caminhos: Caminho, nome: str | None = None, idempotencia: str | None = None
) -> Passos[Lote]:
    """Send a lote: one archive (ZIP, TAR, TAR.GZ) as it is, or files and folders as a ZIP that is
    made on the way. Nothing of it is gathered in memory.

    The lote as it was received; `esperar` gives it as it ends. `idempotencia`: a key of your own,
    when a later call may be the same one again. Raises OSError.
    """
    if not caminhos:
        raise ValueError("enviar: falta o caminho do que enviar")
    first = Path(caminhos[0])
    corpo, tipo = zip_body(lambda: members(caminhos)), _ZIP
    if len(caminhos) == 1 and is_archive(first):
        corpo, tipo = file_body(first), _OCTETS
    return (yield from enviar_corpo(corpo, tipo, nome or _name(first), idempotencia))


def enviar_fluxo(
    fluxo: BinaryIO, *, nome: str = "lote", idempotencia: str | None = None
) -> Passos[Lote]:
    """The same of an archive that is open for reading, from where it stands. One that cannot seek
    is not sent again when the connection breaks."""
    return (yield from enviar_corpo(stream_body(fluxo), _OCTETS, nome, idempotencia))


def enviar_documentos(
    documentos: Mapping[str, bytes], *, nome: str = "lote", idempotencia: str | None = None
) -> Passos[Lote]:
    """The same of documents in memory, by name."""
    corpo = zip_body(
        lambda: (
            Membro(name, lambda data=data: iter((data,)))  # type: ignore[misc]
            for name, data in documentos.items()
        )
    )
    return (yield from enviar_corpo(corpo, _ZIP, nome, idempotencia))


def enviar_direto(
    caminho: Caminho, *, nome: str | None = None, idempotencia: str | None = None
) -> Passos[Lote]:
    """An archive, straight into the object store and past the service (only where that is S3).

    Raises `problems.EnvioDiretoIndisponivel`, OSError.
    """
    envio = yield from preparar_envio()
    put = Pedido(
        metodo=envio.metodo, caminho=envio.url, corpo=file_body(caminho), leitura=_UPLOAD_SECONDS
    )
    yield from asked(put, bytes)
    body = msgspec.json.encode({"envio": envio.id})
    name = nome or _name(Path(caminho))
    return (yield from enviar_corpo(body, "application/json", name, idempotencia))


def preparar_envio() -> Passos[EnvioDireto]:
    """An address to which an archive may be put. Raises `problems.EnvioDiretoIndisponivel`."""
    return (yield from asked(Pedido(metodo="POST", caminho="/v1/lotes/envios"), _ENVIO))


def lote(lote: str | UUID) -> Passos[Lote]:
    """How a lote stands."""
    return (yield from asked(Pedido(caminho=f"/v1/lotes/{segment(lote)}"), _LOTE))


def lotes(*, por_pagina: int = 200) -> Fluxo[Lote]:
    """All lotes, the newest first."""
    yield from pages("/v1/lotes", query(limite=por_pagina), _LOTES)


def itens(
    lote: str | UUID, *, desfecho: Desfecho | None = None, por_pagina: int = 1000
) -> Fluxo[Item]:
    """What became of each document of a lote, in the archive's order."""
    parameters = query(desfecho=desfecho, limite=por_pagina)
    yield from pages(f"/v1/lotes/{segment(lote)}/itens", parameters, _ITENS)


def acompanhar(lote: str | UUID, *, visto: int | None = None) -> Fluxo[Lote]:
    """Hands over the lote whenever it has changed, until it ends. `visto`: the `versao` that is
    known already."""
    yield from followed(f"/v1/lotes/{segment(lote)}", _LOTE, visto)


def esperar(
    lote: str | UUID, *, prazo: float | None = None, ao_mudar: Callable[[Lote], None] | None = None
) -> Passos[Lote]:
    """The lote as it ends. `ao_mudar` is told of each change.

    Raises `EsperaEsgotada` where it has not ended after `prazo` seconds.
    """
    return (yield from waited(f"/v1/lotes/{segment(lote)}", _LOTE, prazo, ao_mudar))


def enviar_corpo(
    corpo: Corpo, tipo: str = _ZIP, nome: str = "lote", idempotencia: str | None = None
) -> Passos[Lote]:
    """The same of a body of your own making, such as `zip_body` gives. `tipo`: its media type."""
    pedido = Pedido(
        metodo="POST",
        caminho="/v1/lotes",
        query={"nome": nome},
        cabecalhos={"Content-Type": tipo, "Idempotency-Key": idempotencia or str(uuid4())},
        corpo=corpo,
        repetivel=not isinstance(corpo, Fonte) or corpo.repetivel,
        leitura=_UPLOAD_SECONDS,
    )
    return (yield from asked(pedido, _LOTE))


def is_archive(path: Path) -> bool:
    """Whether the service opens this file as a lote. Raises OSError."""
    if path.is_dir():
        return False
    with path.open("rb") as file:
        return archive_kind(file.read(HEAD_BYTES)) in _OWN_ARCHIVES


def _name(path: Path) -> str:
    """A name for a lote: that of the file or folder, as far as the service takes it."""
    text = path.resolve().name.encode("utf-8", "replace").decode("utf-8", "replace")
    return "".join(char for char in text if char.isprintable())[:200] or "lote"
