"""SeaweedFS for tests: a real S3 server, which enforces signatures and conditional writes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from obstore.exceptions import BaseError
from obstore.store import S3Store

from fiscalxml_server.stack.ports import is_free

ACCESS_KEY = "acesso-de-teste"
SECRET_KEY = "segredo-de-teste"  # noqa: S105 - of a server that lives as long as the tests
REGION = "us-east-1"
_LIMIT = 60
_SERVICES = ("master", "volume", "filer", "s3", "s3.port.iceberg", "s3.port.lance")
_GRPC = 10_000
"""each port has a second one this far above, which must be below the system's client ports"""
_PORTS = range(10_240, 14_000)


class Seaweed:
    """A running server."""

    def __init__(self, ports: dict[str, int]) -> None:
        self.endpoint = f"http://127.0.0.1:{ports['s3']}"
        self._buckets = f"http://127.0.0.1:{ports['filer']}/buckets"

    def store(self, bucket: str, prefix: str | None = None) -> S3Store:
        """The bucket, seen by a client of its own."""
        return S3Store(
            bucket,
            prefix=prefix,
            endpoint=self.endpoint,
            region=REGION,
            access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY,
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )

    def make_bucket(self, name: str) -> None:
        """The server makes a bucket at its first object, and keeps it when that is deleted."""
        store = self.store(name)
        store.put("primeiro", b"")
        store.delete("primeiro")

    def unfinished(self, bucket: str) -> list[str]:
        """Multipart uploads of the bucket that were begun, and neither completed nor aborted.

        Asked of the file system below, so that what S3 does not list is seen, too.
        """
        url = f"{self._buckets}/{bucket}/.uploads/?limit=1000"
        try:
            with urlopen(Request(url, headers={"Accept": "application/json"})) as answer:  # noqa: S310
                return [entry["FullPath"] for entry in json.load(answer)["Entries"] or []]
        except HTTPError as error:
            if error.code == 404:
                return []
            raise

    def accepts(self) -> bool:
        """Whether it stores objects by now."""
        try:
            self.store("pronto").put("pronto", b"sim")
        except BaseError:
            return False
        return True


@contextmanager
def start_seaweed(folder: Path) -> Iterator[Seaweed]:
    """A new, empty server; `folder` must exist."""
    ports = free_ports()
    server = Seaweed(ports)
    log = folder / "seaweed.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(folder, ports),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, server, log)
        yield server
    finally:
        process.kill()  # it would take ten seconds to say goodbye, and its data is not kept
        process.wait()


def _command(folder: Path, ports: dict[str, int]) -> list[str]:
    identity = {
        "name": "teste",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [identity]}))
    flags = [f"-{name if '.' in name else f'{name}.port'}={port}" for name, port in ports.items()]
    return [
        str(Path(sys.executable).parent / "weed"),
        "server",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-s3",
        f"-s3.config={config}",
        "-volume.max=100",
        "-master.volumeSizeLimitMB=256",
        *flags,
    ]


def free_ports() -> dict[str, int]:
    """Of all that `weed server` listens on."""
    candidates = random.sample(_PORTS, 200)
    free = (port for port in candidates if is_free(port) and is_free(port + _GRPC))
    return dict(zip(_SERVICES, free, strict=False))


def _wait(process: subprocess.Popen[bytes], server: Seaweed, log: Path) -> None:
    deadline = time.monotonic() + _LIMIT
    while not server.accepts():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"SeaweedFS did not start:\n{log.read_text()}")
        time.sleep(0.1)
