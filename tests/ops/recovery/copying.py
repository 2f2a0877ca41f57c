"""The second region's copy: what comes into the first region's buckets is copied, nothing deleted.

A stand-in for S3 replication, which SeaweedFS does not have; it proves nothing of AWS's. It keeps
an order that AWS does not promise: backups are listed first and copied last, so that no row of the
copy speaks of an object that is not there yet.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import obstore
from obstore.exceptions import BaseError

from .buckets import AUDITORIA, BACKUPS, CHAVES, DOCUMENTOS, Baldes

_AT_ONCE: Final = 8
_ORDER: Final = (DOCUMENTOS, CHAVES, BACKUPS, AUDITORIA)


class Copia:
    """Passes that follow one another in a thread, until the first region is gone."""

    def __init__(self, de: Baldes, para: Baldes, pause: float = 2) -> None:
        self._stores = {bucket: (de.store(bucket), para.store(bucket)) for bucket in _ORDER}
        self._known: dict[tuple[str, str], str | None] = {}
        self._pause = pause
        self._ended = threading.Event()
        self._passed = threading.Condition()
        self._began = 0.0
        """of the last pass that came to its end"""
        self.objetos = 0
        self.bytes = 0
        self.passes: list[float] = []
        """seconds of each"""
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """After the pass that goes on."""
        self._ended.set()
        self._thread.join()

    def wait(self, limit: float = 300) -> None:
        """Until all that is there now is copied."""
        now = time.monotonic()
        with self._passed:
            assert self._passed.wait_for(lambda: self._began >= now, limit), "it is not copied"

    def _keep(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            try:
                self._pass()
            except (BaseError, OSError):
                if self._ended.is_set():
                    return
            else:
                with self._passed:
                    self._began = began
                    self._passed.notify_all()
                self.passes.append(time.monotonic() - began)
            self._ended.wait(self._pause)

    def _pass(self) -> None:
        listed = {bucket: self._new(bucket) for bucket in (AUDITORIA, BACKUPS)}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for bucket in _ORDER:
                new = listed[bucket] if bucket in listed else self._new(bucket)
                for _ in pool.map(lambda each, at=bucket: self._copy(at, *each), new.items()):
                    pass

    def _new(self, bucket: str) -> dict[str, str | None]:
        """Path and tag of what is not copied as it is now."""
        source, _ = self._stores[bucket]
        return {
            meta["path"]: meta["e_tag"]
            for page in obstore.list(source, chunk_size=1000)
            for meta in page
            if self._known.get((bucket, meta["path"]), "") != meta["e_tag"]
        }

    def _copy(self, bucket: str, path: str, tag: str | None) -> None:
        source, target = self._stores[bucket]
        try:
            data = obstore.get(source, path).bytes()
        except FileNotFoundError:
            return  # deleted since it was listed
        obstore.put(target, path, data)
        self._known[bucket, path] = tag
        self.objetos += 1
        self.bytes += len(data)
