"""A folder or an S3 bucket: objects by name, durable once written.

obstore's folder renames a finished file into place and leaves it in the system's cache; here the
file and the folders above it are synced before a write returns.
"""

from __future__ import annotations

import asyncio
import atexit
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, S3Store

from fiscalxml_server.kit.settings import MEGABYTE, Settings
from fiscalxml_server.kit.storage.durability import FolderSync, delete_half_written

if TYPE_CHECKING:
    from obstore import AsyncWritableFile, Bytes
    from obstore.store import ClientConfig, RetryConfig, S3Config

_PART_BYTES = 8 * MEGABYTE
"""of a multipart upload: S3 takes 10,000 parts"""
_PARTS_AT_ONCE = 3
_SINGLE_PUT_BYTES = 64 * MEGABYTE
"""up to here one request, which leaves no parts behind when it fails"""
# Both together end before the job that asks is ended itself (`job_time_limit_seconds`): a store
# that is away must not look like a document that hangs.
_TIMEOUT = timedelta(seconds=12)
_RETRY: RetryConfig = {"max_retries": 6, "retry_timeout": _TIMEOUT}
_REST_SECONDS = 0.1
# A process that ends while a thread of obstore lets go of what it has just answered with is aborted
# by it (SIGABRT): a third of short commands were. The threads cannot be joined
# (PyO3/pyo3-async-runtimes#40), but all that they do is over in far less.
atexit.register(time.sleep, _REST_SECONDS)


class Place:
    """Objects of one URL. Open it after a fork: obstore's threads do not survive one."""

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store
        self._folder = (
            FolderSync(store.prefix or Path("/")) if isinstance(store, LocalStore) else None
        )

    @classmethod
    def open(cls, url: str, settings: Settings) -> Place:
        """`file:///folder`, made where missing, or `s3://bucket/prefix`. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme == "file" and not parts.netloc and parts.path.strip("/"):
            return cls(LocalStore(Path(unquote(parts.path)), mkdir=True))
        if parts.scheme == "s3" and parts.netloc:
            return cls(_open_bucket(parts.netloc, parts.path.strip("/"), settings))
        raise ValueError(f"neither file:///folder nor s3://bucket/prefix: {url!r}")

    async def put(self, path: str, data: bytes) -> None:
        """Writes all of it or nothing, over what was there."""
        single = len(data) <= _SINGLE_PUT_BYTES
        await obstore.put_async(
            self._store,
            path,
            data,
            use_multipart=not single,
            chunk_size=_PART_BYTES,
            max_concurrency=_PARTS_AT_ONCE,
        )
        await self.settle(path)

    async def create(self, path: str, data: bytes) -> bool:
        """Writes it unless something is there already; one of many processes succeeds."""
        try:
            await obstore.put_async(self._store, path, data, mode="create")
        except obstore.exceptions.AlreadyExistsError:
            return False
        await self.settle(path)
        return True

    @asynccontextmanager
    async def writer(self, path: str) -> AsyncIterator[Callable[[bytes], Awaitable[None]]]:
        """Writes a new object in parts; an exception, or being cancelled, leaves nothing of it.

        Then it is completed and deleted, not aborted: a part that is on its way when S3 aborts an
        upload may stay for ever, unseen. No write is cut short either: obstore's writer does not
        survive it.
        """
        writer = obstore.open_writer_async(
            self._store, path, buffer_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE
        )
        try:
            yield lambda data: _to_the_end(_write(writer, data))
            await _to_the_end(self._complete(writer, path))
        except BaseException:
            await _to_the_end(self._discard(writer, path))
            raise

    async def _complete(self, writer: AsyncWritableFile, path: str) -> None:
        await writer.close()
        await self.settle(path)

    async def _discard(self, writer: AsyncWritableFile, path: str) -> None:
        if not await writer.closed():
            await writer.close()
        await self.delete([path])

    async def settle(self, path: str) -> None:
        """Waits until the object survives a power cut. S3 answers only then."""
        if self._folder:
            await asyncio.to_thread(self._folder.settle, path)

    async def get(self, path: str) -> Bytes:
        """The whole object. Raises FileNotFoundError."""
        return await (await obstore.get_async(self._store, path)).bytes_async()

    async def get_range(self, path: str, start: int, length: int) -> Bytes:
        """Fewer bytes where the object ends before; EOFError where it ends before `start`."""
        try:
            return await obstore.get_range_async(self._store, path, start=start, length=length)
        except obstore.exceptions.GenericError as error:
            raise await self._explained(error, path, start) from error

    def read_range(self, path: str, start: int, length: int) -> Bytes:
        """`get_range` for a thread that may wait. Raises FileNotFoundError."""
        return obstore.get_range(self._store, path, start=start, length=length)

    async def size(self, path: str) -> int:
        """Bytes of the object. Raises FileNotFoundError."""
        return (await obstore.head_async(self._store, path))["size"]

    async def exists(self, path: str) -> bool:
        try:
            await self.size(path)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, paths: Sequence[str]) -> None:
        """Those that are not there are no error."""
        if isinstance(self._store, S3Store):
            await obstore.delete_async(self._store, paths)
            return
        for path in paths:
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._store, path)

    async def pages(self, prefix: str | None, after: str | None = None) -> AsyncIterator[list[str]]:
        """Names of the objects below `prefix`, a whole segment or more, a thousand at a time;
        all of them for None.

        `after`: only those that sort behind this name.
        """
        async for page in obstore.list(self._store, prefix, offset=after, chunk_size=1000):
            yield [meta["path"] for meta in page]

    async def delete_half_written(self, older_than: timedelta) -> int:
        """Deletes what killed processes left in a folder. For S3 the bucket has a rule."""
        if not isinstance(self._store, LocalStore):
            return 0
        root = self._store.prefix or Path("/")
        return await asyncio.to_thread(delete_half_written, root, older_than.total_seconds())

    def sign_put(self, path: str, expires: timedelta) -> str | None:
        """An address at which anyone may write this one object; None in a folder."""
        if isinstance(self._store, LocalStore):
            return None
        return obstore.sign(self._store, "PUT", path, expires)

    async def _explained(self, error: Exception, path: str, start: int) -> Exception:
        """obstore has one error for a range past the end and for a broken store."""
        return EOFError(path) if start >= await self.size(path) else error


def _open_bucket(bucket: str, prefix: str, settings: Settings) -> S3Store:
    # A bucket that locks what is written refuses what comes without a checksum. It costs nothing:
    # the signature has the same digest.
    config: S3Config = {"region": settings.objects_region, "checksum_algorithm": "SHA256"}
    options: ClientConfig = {"timeout": _TIMEOUT}
    if settings.ca_file is not None:
        options["root_certificate"] = settings.ca_file.read_text("ascii")
    if settings.objects_endpoint:
        config["endpoint"] = settings.objects_endpoint
        options["allow_http"] = settings.objects_endpoint.startswith("http://")
    if settings.objects_access_key and settings.objects_secret_key:
        config["access_key_id"] = settings.objects_access_key.get_secret_value()
        config["secret_access_key"] = settings.objects_secret_key.get_secret_value()
    return S3Store(
        bucket,
        prefix=prefix or None,
        config=config,
        client_options=options,
        retry_config=_RETRY,
    )


async def _write(writer: AsyncWritableFile, data: bytes) -> None:
    await writer.write(data)


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Lets the work end before it passes a cancellation on."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
