"""Uploads: streamed in, read back from anywhere, whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import pytest

from fiscalxml.archives import Entry, iter_archive
from fiscalxml_server.kit.settings import MEGABYTE
from fiscalxml_server.kit.storage import (
    CopiaAdulterada,
    CopiaAusente,
    EnvioGrande,
    Objetos,
    nome_do_objeto,
)
from fiscalxml_server.kit.storage.uploads import FRAME_BYTES, HEADER_BYTES

from .conftest import Deposito, run

LIMIT = 100 * MEGABYTE
STRIDE = FRAME_BYTES + 16
LARGE = 200 * MEGABYTE
STALLED_UPLOAD = """
import asyncio, sys
from uuid import UUID
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Objetos

async def chunks():
    for _ in range(30):
        yield bytes(1 << 20)
    print("parado", flush=True)
    await asyncio.sleep(60)

asyncio.run(Objetos.open(Settings()).upload(UUID(sys.argv[1]), "meio", chunks(), max_bytes=1 << 30))
"""
LARGE_UPLOAD = """
import asyncio, json, resource, sys
from uuid import UUID
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Objetos

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

async def chunks(megabytes):
    for number in range(megabytes * 16):
        yield number.to_bytes(4, "big") * 16384

async def main():
    objetos, organizacao, size = Objetos.open(Settings()), UUID(sys.argv[1]), int(sys.argv[2])
    await objetos.upload(organizacao, "aquece", chunks(40), max_bytes=size)
    before = peak()
    envio = await objetos.upload(organizacao, "grande", chunks(size >> 20), max_bytes=size)
    file = await objetos.open_upload(organizacao, envio.objeto)
    read = sum(len(part) for part in iter(lambda: file.read(100_000), b""))
    print(json.dumps({"size": envio.tamanho, "read": read, "grown": peak() - before}))

asyncio.run(main())
"""


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same data in each run


async def stream(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def send(objetos: Objetos, organizacao: UUID, data: bytes, nome: str = "envio") -> str:
    """Stored in pieces of odd sizes; the object's name."""
    sizes = chance(len(data))
    parts, rest = [], memoryview(data)
    while rest:
        size = sizes.choice((1, 1000, 65_536, 3_000_000))
        parts.append(bytes(rest[:size]))
        rest = rest[size:]
    envio = await objetos.upload(organizacao, nome, stream(parts), max_bytes=LIMIT)
    assert envio.tamanho == len(data)
    assert envio.sha256 == hashlib.sha256(data).digest()
    return envio.objeto


def read(objetos: Objetos, organizacao: UUID, objeto: str) -> bytes:
    return run(objetos.open_upload(organizacao, objeto)).read()


@pytest.mark.parametrize(
    "size", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 20 * FRAME_BYTES, 25_000_000]
)
def test_an_upload_comes_back_byte_for_byte(objetos: Objetos, organizacao: UUID, size: int) -> None:
    data = chance(size).randbytes(size)
    objeto = run(send(objetos, organizacao, data))
    assert read(objetos, organizacao, objeto) == data


def test_an_upload_is_read_from_any_position(objetos: Objetos, organizacao: UUID) -> None:
    luck = chance(1)
    data = luck.randbytes(5 * FRAME_BYTES + 12_345)
    file = run(objetos.open_upload(organizacao, run(send(objetos, organizacao, data))))
    oracle = io.BytesIO(data)
    for _ in range(300):
        whence = luck.choice((io.SEEK_SET, io.SEEK_END, io.SEEK_CUR))
        offset = luck.randrange(len(data))
        offset = {io.SEEK_SET: offset, io.SEEK_END: -offset, io.SEEK_CUR: 0}[whence]
        size = luck.choice((0, 1, 100, 70_000, 2 * FRAME_BYTES))
        assert file.seek(offset, whence) == oracle.seek(offset, whence)
        assert file.read(size) == oracle.read(size)
        assert file.tell() == oracle.tell()
    assert file.seek(len(data) + 10) == len(data) + 10
    assert file.read(1) == b""


def test_an_upload_is_read_after_its_key_was_rotated(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    objeto = run(send(objetos, organizacao, b"lote"))
    run(objetos.rotate_key(organizacao))
    assert read(objetos, organizacao, objeto) == b"lote"
    assert read(deposito.open(), organizacao, objeto) == b"lote"


def test_archives_are_opened_where_they_are_stored(objetos: Objetos, organizacao: UUID) -> None:
    documents = {f"{n}.xml": f"<NFe>{n}</NFe>".encode() + os.urandom(20_000) for n in range(150)}
    a_zip, a_tar = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(a_zip, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in documents.items():
            archive.writestr(name, data)
    with tarfile.open(fileobj=a_tar, mode="w:gz") as tar:
        for name, data in documents.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    for nome, content in (("zip", a_zip.getvalue()), ("tar", a_tar.getvalue())):
        objeto = run(send(objetos, organizacao, content, nome))
        file = run(objetos.open_upload(organizacao, objeto))
        entries = list(iter_archive(file, "lote"))
        assert all(isinstance(entry, Entry) for entry in entries)
        assert {e.data for e in entries if isinstance(e, Entry)} == set(documents.values())


def frames(content: bytes) -> list[bytes]:
    """The header, then each sealed frame."""
    starts = range(HEADER_BYTES, len(content), STRIDE)
    return [content[:HEADER_BYTES], *(content[start : start + STRIDE] for start in starts)]


def test_frames_that_were_moved_cut_repeated_or_left_out_are_refused(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    data = chance(2).randbytes(3 * FRAME_BYTES)
    objeto = run(send(objetos, organizacao, data))
    content = deposito.content(objeto)
    header, a, b, c = frames(content)
    other_header, x, y, z = frames(deposito.content(run(send(objetos, organizacao, data, "outro"))))
    for damaged in (
        (header, b, a, c),  # moved
        (header, a, c),
        (header, a, b),  # without the end
        (header,),
        (),
        (header, a, b, c[:-1]),
        (header, a, b, c[:10]),
        (header, a, b, c, c),
        (header, a, b, c, b"\0"),
        (header, a, y, c),  # of another upload
        (other_header, a, b, c),
        (other_header, x, y, z),  # another upload in place of this one
    ):
        deposito.store.put(objeto, b"".join(damaged))
        with pytest.raises(CopiaAdulterada):
            read(objetos, organizacao, objeto)
    deposito.store.put(objeto, content)
    assert read(objetos, organizacao, objeto) == data


def test_any_flipped_bit_of_an_upload_is_refused(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    objeto = run(send(objetos, organizacao, bytes(FRAME_BYTES + 100)))
    content = deposito.content(objeto)
    luck = chance(3)
    anywhere = [luck.randrange(HEADER_BYTES, len(content)) for _ in range(20)]
    for position in (*range(HEADER_BYTES), *anywhere):
        damaged = bytearray(content)
        damaged[position] ^= 1 << luck.randrange(8)
        deposito.store.put(objeto, bytes(damaged))
        with pytest.raises(CopiaAdulterada):
            read(objetos, organizacao, objeto)


def test_an_upload_that_shrinks_while_it_is_read_is_refused(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    objeto = run(send(objetos, organizacao, bytes(3 * FRAME_BYTES)))
    file = run(objetos.open_upload(organizacao, objeto))
    deposito.store.put(objeto, deposito.content(objeto)[: FRAME_BYTES + 1000])
    with pytest.raises(CopiaAdulterada):
        file.read()


def test_an_upload_that_is_deleted_while_it_is_read_is_absent(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    objeto = run(send(objetos, organizacao, bytes(3 * FRAME_BYTES)))
    file = run(objetos.open_upload(organizacao, objeto))
    deposito.store.delete(objeto)
    with pytest.raises(CopiaAusente):
        file.read()


def test_an_upload_of_another_organisation_or_name_does_not_open(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    objeto = run(send(objetos, organizacao, b"lote"))
    stranger = uuid4()
    run(objetos.put(stranger, "a", b"nota"))
    with pytest.raises(CopiaAusente):
        run(objetos.open_upload(stranger, objeto))
    for owner, moved in ((stranger, f"{stranger}/envio"), (organizacao, f"{organizacao}/b")):
        deposito.store.put(moved, deposito.content(objeto))
        with pytest.raises(CopiaAdulterada):
            run(objetos.open_upload(owner, moved))


def test_an_upload_over_the_limit_is_refused_and_leaves_nothing(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    exact = run(objetos.upload(organizacao, "a", stream([b"x" * 100]), max_bytes=100))
    assert exact.tamanho == 100
    for parts, limit in (([b"x" * 101], 100), ([bytes(MEGABYTE)] * 60, 59 * MEGABYTE)):
        with pytest.raises(EnvioGrande) as refused:
            run(objetos.upload(organizacao, "b", stream(parts), max_bytes=limit))
        assert refused.value.max_bytes == limit
    assert deposito.names() == [f"{organizacao}/a"]
    assert deposito.unfinished() == []


def test_an_upload_does_not_take_the_name_of_another(objetos: Objetos, organizacao: UUID) -> None:
    objeto = run(send(objetos, organizacao, b"primeiro"))
    with pytest.raises(FileExistsError):
        run(send(objetos, organizacao, b"segundo"))
    assert read(objetos, organizacao, objeto) == b"primeiro"


def test_an_upload_whose_sender_fails_leaves_nothing(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    async def broken() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield bytes(MEGABYTE)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        run(objetos.upload(organizacao, "a", broken(), max_bytes=LIMIT))
    assert deposito.names() == []
    assert deposito.unfinished() == []


@pytest.mark.parametrize("deposito", ["pasta"], indirect=True)
def test_what_a_killed_process_left_in_a_folder_is_deleted_when_it_is_old(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    objeto = run(send(objetos, organizacao, b"inteiro"))
    uploading = subprocess.Popen(
        [sys.executable, "-c", STALLED_UPLOAD, str(organizacao)],
        stdout=subprocess.PIPE,
        env=deposito.environment,
    )
    with uploading:
        assert uploading.stdout
        assert uploading.stdout.readline() == b"parado\n"
        uploading.kill()
    assert len(deposito.unfinished()) == 1
    assert run(objetos.delete_half_written(timedelta(minutes=1))) == 0
    assert run(objetos.delete_half_written(timedelta(0))) == 1
    assert deposito.unfinished() == []
    assert read(objetos, organizacao, objeto) == b"inteiro"


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1, 0.4])
def test_an_upload_that_is_cancelled_at_any_time_leaves_nothing(
    deposito: Deposito, objetos: Objetos, organizacao: UUID, seconds: float
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(MEGABYTE)
            await asyncio.sleep(0.002)

    async def check() -> None:
        await objetos.put(organizacao, "a", b"outro objeto")
        task = asyncio.create_task(
            objetos.upload(organizacao, "b", endless(), max_bytes=10_000 * MEGABYTE)
        )
        await asyncio.sleep(seconds)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(check())
    assert deposito.names() == [f"{organizacao}/a"]
    assert deposito.unfinished() == []


def test_an_upload_that_is_cancelled_while_it_ends_leaves_nothing(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    """The moments in which the object is being completed, made durable, or just was."""

    async def attempt(steps: int) -> bool:
        ended = asyncio.Event()

        async def short() -> AsyncIterator[bytes]:
            yield bytes(10 * MEGABYTE)
            ended.set()

        task = asyncio.create_task(
            objetos.upload(organizacao, f"n{steps}", short(), max_bytes=LIMIT)
        )
        await ended.wait()
        for _ in range(steps):
            await asyncio.sleep(0.002)
        cancelled = task.cancel()
        outcome = (await asyncio.gather(task, return_exceptions=True))[0]
        return cancelled and isinstance(outcome, asyncio.CancelledError)

    async def check() -> list[str]:
        return [f"{organizacao}/n{steps}" for steps in range(12) if not await attempt(steps)]

    kept = run(check())
    assert deposito.names() == sorted(kept)
    assert deposito.unfinished() == []


def test_a_client_writes_a_direct_upload_itself_and_it_is_read_as_it_is(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    url = objetos.presigned_put(organizacao, "direto/1", timedelta(minutes=5))
    if deposito.seaweed is None:
        assert url is None
        return
    assert url is not None
    data = chance(4).randbytes(3 * FRAME_BYTES + 5)
    with urlopen(Request(url, data=data, method="PUT")) as answer:  # noqa: S310
        assert answer.status == 200
    objeto = nome_do_objeto(organizacao, "direto/1")
    assert run(objetos.size(organizacao, objeto)) == len(data)
    assert read(objetos, organizacao, objeto) == data
    with pytest.raises(CopiaAusente):
        run(objetos.open_upload(uuid4(), objeto))
    elsewhere = url.replace("direto/1", "direto/2")
    with pytest.raises(HTTPError, match="403"):
        urlopen(Request(elsewhere, data=data, method="PUT"))  # noqa: S310


def test_plain_bytes_in_place_of_a_sealed_upload_are_refused(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    objeto = run(send(objetos, organizacao, b"PK lote"))
    for planted in (b"PK another lote, long enough to have a header" * 3, b"PK", b""):
        deposito.store.put(objeto, planted)
        with pytest.raises(CopiaAdulterada):
            run(objetos.open_upload(organizacao, objeto))


def test_names_of_sealed_and_direct_uploads_are_kept_apart(
    objetos: Objetos, organizacao: UUID
) -> None:
    with pytest.raises(ValueError, match="direct uploads"):
        run(objetos.upload(organizacao, "direto/1", stream([b"x"]), max_bytes=10))
    with pytest.raises(ValueError, match="begins with direto/"):
        objetos.presigned_put(organizacao, "envios/1", timedelta(minutes=5))


def test_a_large_upload_takes_no_more_memory_than_a_small_one(
    deposito: Deposito, organizacao: UUID
) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", LARGE_UPLOAD, str(organizacao), str(LARGE)],
        check=True,
        capture_output=True,
        env=deposito.environment,
    )
    figures = json.loads(answer.stdout)
    assert figures["size"] == figures["read"] == LARGE
    assert figures["grown"] < 40 * MEGABYTE
