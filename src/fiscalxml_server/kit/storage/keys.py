"""The organisations' data keys: made once, wrapped by the master key, kept as small objects.

    <organisation>/00000001 …   wrapped keys; the highest number seals, all of them open
    <organisation>/titulares    the key of its pseudonyms, wrapped; it is not rotated
    <organisation>/apagada      they were erased, and none will be made again

Two processes that make a first key at once agree: an object is created by one of them only.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fiscalxml_server.kit.storage.data_key import KEY_BYTES, DataKey
from fiscalxml_server.kit.storage.errors import ChaveApagada, ChaveDesconhecida
from fiscalxml_server.kit.storage.places import Place

CACHE_SECONDS = 60.0
"""how long other processes may go on using keys that were erased"""
_CACHED_ORGANISATIONS = 10_000
_ERASED = "apagada"
_PSEUDONYMS = "titulares"
_VERSION = b"\x01"
_NONCE_BYTES = 12
_Keys = dict[int, DataKey]
"""by number"""


class MasterKey(Protocol):
    """What wraps data keys: a local file today, a KMS by another class."""

    async def wrap(self, secret: bytes, context: bytes) -> bytes:
        """The wrapped key, good only with the same context."""

    async def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Raises ValueError when it was not wrapped by this key with this context."""

    async def sign(self, use: bytes, message: bytes) -> bytes:
        """An HMAC-SHA256 of the message, by a key for this use alone."""


class FileMasterKey:
    """A key of 256 bits that was read from a file, with AES-256-GCM."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes, not {len(secret)}")
        self._cipher = AESGCM(secret)
        self._secret = secret

    @classmethod
    def read(cls, path: Path) -> FileMasterKey:
        """From 64 hexadecimal digits. Raises OSError, ValueError."""
        return cls(bytes.fromhex(path.read_text("ascii")))

    async def wrap(self, secret: bytes, context: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, secret, _VERSION + context)

    async def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        nonce, sealed = wrapped[1 : 1 + _NONCE_BYTES], wrapped[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, sealed, wrapped[:1] + context)
        except (InvalidTag, ValueError):
            raise ValueError("the data key was not wrapped by this master key") from None

    async def sign(self, use: bytes, message: bytes) -> bytes:
        key = HKDF(SHA256(), KEY_BYTES, None, b"fiscalxml assinatura " + use).derive(self._secret)
        return hmac.digest(key, message, "sha256")


class _Cached:
    """An organisation's keys, and until when they are believed."""

    def __init__(self, keys: _Keys, expires: float) -> None:
        self.keys = keys
        self.expires = expires


# Medida: chaves-por-organizacao
class Keyring:
    """Data keys of all organisations, cached for `CACHE_SECONDS`."""

    def __init__(
        self, place: Place, master: MasterKey, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._place = place
        self._master = master
        self._clock = clock
        self._cache: dict[UUID, _Cached] = {}
        self._running: dict[tuple[UUID, str], asyncio.Task[_Keys]] = {}
        self._pseudonyms: dict[UUID, tuple[bytes, float]] = {}

    async def current(self, organizacao: UUID) -> DataKey:
        """The key that seals; made when there is none. Raises ChaveApagada."""
        keys = self._believed(organizacao) or await self._once(organizacao, self._load_or_make)
        return keys[max(keys)]

    async def newest(self, organizacao: UUID) -> int:
        """The number of the key that seals, whatever is cached. Raises ChaveApagada."""
        return max(await self._load_or_make(organizacao))

    async def numbered(self, organizacao: UUID, number: int) -> DataKey:
        """The key that opens. Raises ChaveApagada, ChaveDesconhecida."""
        keys = self._believed(organizacao)
        if number not in keys:  # another process may have rotated since
            keys = await self._once(organizacao, self._load)
        if number not in keys:
            raise ChaveDesconhecida(f"chave {number} da organização {organizacao}")
        return keys[number]

    async def pseudonyms(self, organizacao: UUID) -> bytes:
        """The key of its pseudonyms; made when there is none. Raises ChaveApagada."""
        key, until = self._pseudonyms.get(organizacao, (b"", 0.0))
        if self._clock() >= until:
            await self.current(organizacao)
            path = f"{organizacao}/{_PSEUDONYMS}"
            context = _context_of(organizacao, _PSEUDONYMS)
            if not await self._place.exists(path):
                wrapped = await self._master.wrap(os.urandom(KEY_BYTES), context)
                await self._place.create(path, wrapped)
            wrapped = (await self._place.get(path)).to_bytes()
            await self._place.settle(path)
            key = await self._master.unwrap(wrapped, context)
            if len(self._pseudonyms) >= _CACHED_ORGANISATIONS:
                self._pseudonyms.pop(next(iter(self._pseudonyms)))
            self._pseudonyms[organizacao] = (key, self._clock() + CACHE_SECONDS)
        return key

    async def rotate(self, organizacao: UUID) -> int:
        """Seals with a new key from now on; what is there stays readable. The new number."""
        number = max(await self._load(organizacao), default=0) + 1
        await self._make(organizacao, number)
        return number

    async def rewrap(self) -> int:
        """Wraps every key with the master key of now, whichever wrapped it before; how many."""
        count = 0
        async for page in self._place.pages(None):
            for path in page:
                owner, _, name = path.partition("/")
                if name == _ERASED:
                    continue
                context = _context_of(UUID(owner), name)
                wrapped = (await self._place.get(path)).to_bytes()
                secret = await self._master.unwrap(wrapped, context)
                await self._place.put(path, await self._master.wrap(secret, context))
                if await self._place.exists(f"{owner}/{_ERASED}"):
                    await self._place.delete([path])  # erased meanwhile: it must not come back
                count += 1
        return count

    async def erase(self, organizacao: UUID) -> None:
        """Makes every copy unreadable for good; other processes follow within `CACHE_SECONDS`."""
        mark = f"{organizacao}/{_ERASED}"
        await self._place.create(mark, b"")
        names = await self._names(organizacao)
        await self._place.delete([f"{organizacao}/{name}" for name in names if name != _ERASED])
        await self._place.settle(mark)  # syncs the folder that the keys have left
        self._cache.pop(organizacao, None)
        self._pseudonyms.pop(organizacao, None)

    def _believed(self, organizacao: UUID) -> _Keys:
        cached = self._cache.get(organizacao)
        return cached.keys if cached and self._clock() < cached.expires else {}

    async def _once(
        self, organizacao: UUID, work: Callable[[UUID], Coroutine[Any, Any, _Keys]]
    ) -> _Keys:
        """Does it once for all requests of the organisation that wait now."""
        place = (organizacao, work.__name__)
        task = self._running.get(place)
        if task is None:
            task = self._running[place] = asyncio.create_task(work(organizacao))
            task.add_done_callback(lambda _: self._running.pop(place, None))
        return await asyncio.shield(task)

    async def _load_or_make(self, organizacao: UUID) -> _Keys:
        return await self._load(organizacao) or await self._make(organizacao, 1)

    async def _load(self, organizacao: UUID) -> _Keys:
        before = self._cache.pop(organizacao, None)
        known = before.keys if before else {}
        names = await self._names(organizacao)
        if _ERASED in names:
            raise ChaveApagada(f"as chaves da organização {organizacao} foram apagadas")
        keys = {
            number: known.get(number) or await self._read(organizacao, number)
            for number in map(int, filter(str.isdecimal, names))
        }
        if keys:
            if len(self._cache) >= _CACHED_ORGANISATIONS:
                self._cache.pop(next(iter(self._cache)))
            self._cache[organizacao] = _Cached(keys, self._clock() + CACHE_SECONDS)
        return keys

    async def _make(self, organizacao: UUID, number: int) -> _Keys:
        """Creates the key, or takes the one that another process created meanwhile."""
        secret = os.urandom(KEY_BYTES)
        wrapped = await self._master.wrap(secret, _context(organizacao, number))
        await self._place.create(_path(organizacao, number), wrapped)
        return await self._load(organizacao)

    async def _read(self, organizacao: UUID, number: int) -> DataKey:
        path = _path(organizacao, number)
        wrapped = (await self._place.get(path)).to_bytes()
        # Its maker may not have synced it yet, and what is sealed with it must survive a power cut.
        await self._place.settle(path)
        secret = await self._master.unwrap(wrapped, _context(organizacao, number))
        return DataKey(organizacao, number, secret)

    async def _names(self, organizacao: UUID) -> set[str]:
        return {
            path.rpartition("/")[2]
            async for page in self._place.pages(str(organizacao))
            for path in page
        }


def _path(organizacao: UUID, number: int) -> str:
    return f"{organizacao}/{number:08d}"


def _context_of(organizacao: UUID, name: str) -> bytes:
    if name == _PSEUDONYMS:
        return organizacao.bytes + name.encode()
    return _context(organizacao, int(name))


def _context(organizacao: UUID, number: int) -> bytes:
    return organizacao.bytes + number.to_bytes(4, "big")
