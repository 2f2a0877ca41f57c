"""The door: copies, packs and uploads of each organisation."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from obstore.exceptions import BaseError

from fiscalxml_server.kit.pseudonyms import Pseudonimos
from fiscalxml_server.kit.settings import MEGABYTE, Settings
from fiscalxml_server.kit.storage.errors import CopiaAdulterada, CopiaAusente
from fiscalxml_server.kit.storage.keys import Keyring, MasterKey
from fiscalxml_server.kit.storage.location import (
    Local,
    is_direct,
    nome_do_objeto,
    require_own,
)
from fiscalxml_server.kit.storage.masters import open_master
from fiscalxml_server.kit.storage.packs import Pacote
from fiscalxml_server.kit.storage.places import Place
from fiscalxml_server.kit.storage.reading import (
    UploadReader,
    buffered,
    plain_frames,
    sealed_frames,
)
from fiscalxml_server.kit.storage.seal import HEAD_BYTES, key_number, seal, unseal
from fiscalxml_server.kit.storage.uploads import (
    HEADER_BYTES,
    Envio,
    FrameCipher,
    Header,
    UploadSealer,
    cut_frames,
)

_INLINE_BYTES = 256 * 1024
"""sealed bytes that are opened without a thread: about a millisecond of the event loop"""
_GAP_BYTES = MEGABYTE
"""bytes between two copies that are cheaper to fetch than another request"""
_READS_AT_ONCE = 16
_NOTHING = "pronto"
"""no object's name: those begin with an organisation"""
_logger = logging.getLogger(__name__)


class Objetos:
    """Stored copies of all organisations. Open it after a fork, use it from one event loop.

    An organisation reaches only objects under its own name; another's is a CopiaAusente, and would
    not open with its key either. Whatever is written is durable when the call returns.
    """

    def __init__(self, objects: Place, keys: Place, master: MasterKey) -> None:
        self._place = objects
        self._keys = Keyring(keys, master)
        self._master = master

    @classmethod
    def open(cls, settings: Settings) -> Objetos:
        """Raises ValueError where a setting is missing or wrong, OSError without the master key."""
        if not (settings.objects_url and settings.keys_url):
            raise ValueError("FISCALXML_OBJECTS_URL and FISCALXML_KEYS_URL are needed")
        if settings.objects_url.rstrip("/") == settings.keys_url.rstrip("/"):
            raise ValueError("FISCALXML_KEYS_URL must be apart from FISCALXML_OBJECTS_URL")
        return cls(
            Place.open(settings.objects_url, settings),
            Place.open(settings.keys_url, settings),
            open_master(settings),
        )

    async def pacote(self, organizacao: UUID) -> Pacote:
        """An empty pack. Raises ChaveApagada."""
        return Pacote(await self._keys.current(organizacao))

    async def put_pacote(self, nome: str, pacote: Pacote) -> None:
        """Stores the pack as `<organisation>/<nome>`, over what was there.

        Put the attempt into the name where an earlier attempt may still be running: its pack has
        other places for the same documents.
        """
        await self._place.put(nome_do_objeto(pacote.organizacao, nome), pacote.to_bytes())

    async def put(self, organizacao: UUID, nome: str, data: bytes) -> Local:
        """Stores one copy alone. Raises ChaveApagada."""
        key = await self._keys.current(organizacao)
        objeto = nome_do_objeto(organizacao, nome)
        sealed = await _work(len(data), partial(seal, data, key))
        await self._place.put(objeto, sealed)
        return Local(objeto, 0, len(sealed))

    async def read(self, organizacao: UUID, local: Local, sha256: bytes | None = None) -> bytes:
        """The original bytes, compared with `sha256` of them where it is given.

        Raises CopiaAusente (ChaveApagada), CopiaAdulterada (ChaveDesconhecida).
        """
        sealed = await self._range(organizacao, local.objeto, local.inicio, local.comprimento)
        return await self._open(organizacao, sealed, sha256)

    async def read_many(
        self,
        organizacao: UUID,
        locais: Sequence[Local],
        sha256: Sequence[bytes] | None = None,
    ) -> list[bytes]:
        """Copies of one object, in the order asked for; one request where they stand together.

        Raises as `read`, and ValueError when they are of several objects.
        """
        if not locais:
            return []
        if len({local.objeto for local in locais}) > 1:
            raise ValueError("copies of several objects")
        digests: Sequence[bytes | None] = sha256 or [None] * len(locais)
        if not _stand_together(locais):
            return await self._read_each(organizacao, locais, digests)
        start = min(local.inicio for local in locais)
        end = max(local.inicio + local.comprimento for local in locais)
        span = await self._range(organizacao, locais[0].objeto, start, end - start)
        copies = [span[x.inicio - start : x.inicio - start + x.comprimento] for x in locais]
        return [
            await self._open(organizacao, sealed, digest)
            for sealed, digest in zip(copies, digests, strict=True)
        ]

    async def upload(
        self, organizacao: UUID, nome: str, chunks: AsyncIterator[bytes], *, max_bytes: int
    ) -> Envio:
        """Stores a stream in flat memory. One that fails, or is cancelled, leaves nothing behind.

        Raises EnvioGrande, ChaveApagada, FileExistsError when the name is taken, and what `chunks`
        raises.
        """
        objeto = nome_do_objeto(organizacao, nome)
        if is_direct(objeto):
            raise ValueError(f"reserved for direct uploads: {nome!r}")
        if await self._place.exists(objeto):
            raise FileExistsError(objeto)
        sealer = UploadSealer(await self._keys.current(organizacao), objeto)
        async with self._place.writer(objeto) as write:
            await write(sealer.header)
            async for frame, last in cut_frames(chunks, max_bytes):
                await write(await asyncio.to_thread(sealer.frame, frame, last))
        return sealer.envio()

    def presigned_put(self, organizacao: UUID, nome: str, expires: timedelta) -> str | None:
        """An address for a direct upload by the client, `nome` beginning with `DIRETO`; S3 only.

        None for a folder. The object is `nome_do_objeto(organizacao, nome)`; its size is known by
        `size`, and S3 does not bound it. What the client writes is plain, so it is meant to be
        processed and deleted at once.
        """
        objeto = nome_do_objeto(organizacao, nome)
        if not is_direct(objeto):
            raise ValueError(f"the name of a direct upload begins with direto/: {nome!r}")
        return self._place.sign_put(objeto, expires)

    async def size(self, organizacao: UUID, objeto: str) -> int:
        """Stored bytes of an object. Raises CopiaAusente."""
        require_own(organizacao, objeto)
        try:
            return await self._place.size(objeto)
        except FileNotFoundError:
            raise CopiaAusente(objeto) from None

    async def check(self) -> None:
        """Raises OSError, or obstore's errors, when the store does not answer."""
        with suppress(FileNotFoundError):
            await self._place.size(_NOTHING)

    async def open_upload(self, organizacao: UUID, objeto: str) -> BinaryIO:
        """The upload as a seekable file, for `fiscalxml.archives.iter_archive` in a thread.

        Only names under `DIRETO` are read as plain bytes, and only those: were a header to decide,
        whoever can write to the store could replace a sealed upload by bytes of their own.
        Raises CopiaAusente, CopiaAdulterada; reading raises CopiaAdulterada, too.
        """
        stored = await self.size(organizacao, objeto)
        fetch = partial(self._place.read_range, objeto)
        if is_direct(objeto):
            return buffered(UploadReader(plain_frames(stored), fetch, None))
        header = Header.parse(bytes(await self._range(organizacao, objeto, 0, HEADER_BYTES)))
        key = await self._keys.numbered(organizacao, header.key_number)
        reader = UploadReader(
            sealed_frames(stored, header), fetch, FrameCipher(key, header, objeto)
        )
        await asyncio.to_thread(reader.verify_end)
        return buffered(reader)

    async def delete(self, objeto: str) -> None:
        """Deletes one object; no error where there is none, ValueError for no object's name."""
        organizacao, _, nome = objeto.partition("/")
        nome_do_objeto(UUID(organizacao), nome)
        await self._place.delete([objeto])

    async def discard(self, objetos: Sequence[str]) -> None:
        """Deletes objects that nobody speaks of; one that cannot be deleted now does no harm."""
        if not objetos:
            return
        try:
            await self._place.delete(objetos)
        except (BaseError, OSError) as error:
            _logger.warning("objects not deleted", extra={"error_type": type(error).__name__})

    async def pages(self, organizacao: UUID, prefix: str) -> AsyncIterator[list[str]]:
        """The organisation's objects under whole segments of a name, a thousand at a time; all
        of them for ''."""
        below = nome_do_objeto(organizacao, prefix.rstrip("/")) if prefix else str(organizacao)
        async for page in self._place.pages(below):
            yield page

    async def delete_prefix(self, organizacao: UUID, prefix: str) -> None:
        """Deletes the organisation's objects under whole segments of a name; all of them for ''."""
        async for page in self.pages(organizacao, prefix):
            await self._place.delete(page)

    async def delete_half_written(self, older_than: timedelta) -> int:
        """Deletes what killed processes left in a folder, untouched for so long; how many files.

        In S3 that is for the bucket's lifecycle rule (AbortIncompleteMultipartUpload).
        """
        return await self._place.delete_half_written(older_than)

    async def sign(self, use: bytes, message: bytes) -> bytes:
        """An HMAC-SHA256 by a key that comes of the master key, for this use alone: the same in
        every process."""
        return await self._master.sign(use, message)

    async def pseudonimos(self, organizacao: UUID) -> Pseudonimos:
        """What stands for CPFs in the organisation. Raises ChaveApagada."""
        return Pseudonimos(await self._keys.pseudonyms(organizacao))

    async def rotate_key(self, organizacao: UUID) -> int:
        """Seals with a new key from now on; what is stored stays readable. Its number."""
        return await self._keys.rotate(organizacao)

    async def newest_key(self, organizacao: UUID) -> int:
        """The number of the key that seals, as of now; this process seals with it from here on.

        Raises ChaveApagada.
        """
        return await self._keys.newest(organizacao)

    async def key_of(self, organizacao: UUID, objeto: str) -> int:
        """The number of the key that sealed the first copy of an object. Raises CopiaAusente."""
        return key_number(await self._range(organizacao, objeto, 0, HEAD_BYTES))

    async def rewrap_keys(self) -> int:
        """Wrap every key with the master key of now; how many."""
        return await self._keys.rewrap()

    async def erase_keys(self, organizacao: UUID) -> None:
        """Crypto-shredding: all of the organisation's copies, backups too, become unreadable.

        Other processes follow within `keys.CACHE_SECONDS`. Backups of the key store must expire.
        """
        await self._keys.erase(organizacao)

    async def _range(self, organizacao: UUID, objeto: str, start: int, length: int) -> memoryview:
        require_own(organizacao, objeto)
        if start < 0 or length <= 0:
            raise CopiaAdulterada(f"{objeto} não tem o lugar ({start}, {length})")
        try:
            found = memoryview(await self._place.get_range(objeto, start, length))
        except FileNotFoundError:
            raise CopiaAusente(objeto) from None
        except EOFError:
            raise CopiaAdulterada(f"{objeto} acaba antes da cópia") from None
        if len(found) != length:
            raise CopiaAdulterada(f"{objeto} acaba antes do fim da cópia")
        return found

    async def _open(self, organizacao: UUID, sealed: memoryview, sha256: bytes | None) -> bytes:
        key = await self._keys.numbered(organizacao, key_number(sealed))
        data = await _work(len(sealed), partial(unseal, sealed, key))
        if sha256 is not None and hashlib.sha256(data).digest() != sha256:
            raise CopiaAdulterada("a cópia tem outro SHA-256")
        return data

    async def _read_each(
        self, organizacao: UUID, locais: Sequence[Local], digests: Sequence[bytes | None]
    ) -> list[bytes]:
        slots = asyncio.Semaphore(_READS_AT_ONCE)

        async def one(local: Local, digest: bytes | None) -> bytes:
            async with slots:
                return await self.read(organizacao, local, digest)

        return await asyncio.gather(*map(one, locais, digests))


def _stand_together(locais: Sequence[Local]) -> bool:
    """Whether the bytes between the copies cost less than a request for each."""
    end = 0
    for local in sorted(locais, key=lambda local: local.inicio):
        if end and local.inicio > end + _GAP_BYTES:
            return False
        end = max(end, local.inicio + local.comprimento)
    return True


async def _work(size: int, function: partial[bytes]) -> bytes:
    """Small work here, large work in a thread."""
    return function() if size <= _INLINE_BYTES else await asyncio.to_thread(function)
