"""An organisation's keys: made once, rotated, erased, and worth nothing without the master key."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import (
    ChaveApagada,
    ChaveDesconhecida,
    CopiaAusente,
    Local,
    Objetos,
)
from fiscalxml_server.kit.storage.keys import CACHE_SECONDS, FileMasterKey, Keyring
from fiscalxml_server.kit.storage.places import Place

from .conftest import Deposito, run

RACER = """
import asyncio, sys
from uuid import UUID
import msgspec
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Objetos

objetos = Objetos.open(Settings())
print("pronto", flush=True)
sys.stdin.readline()
local = asyncio.run(objetos.put(UUID(sys.argv[1]), sys.argv[2], b"nota"))
print(msgspec.json.encode(local).decode())
"""


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def keyring(deposito: Deposito, clock: Clock) -> Keyring:
    settings = deposito.settings
    assert settings.master_key_file
    master = FileMasterKey.read(settings.master_key_file)
    return Keyring(Place.open(settings.keys_url, settings), master, clock=clock)


def test_processes_that_make_the_first_key_at_once_agree_on_one(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(organizacao), f"p{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=deposito.environment,
            text=True,
        )
        for number in range(4)
    ]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "pronto\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("\n")
        racer.stdin.flush()
    answers = [racer.communicate(timeout=60)[0] for racer in racers]

    locais = [msgspec.json.decode(answer, type=Local) for answer in answers]
    assert [run(objetos.read(organizacao, local)) for local in locais] == [b"nota"] * 4
    assert run(objetos.rotate_key(organizacao)) == 2


def test_tasks_that_make_the_first_key_at_once_agree_on_one(
    deposito: Deposito, clock: Clock, organizacao: UUID
) -> None:
    async def check() -> None:
        rings = [keyring(deposito, clock) for _ in range(8)]
        keys = await asyncio.gather(*(ring.current(organizacao) for ring in rings))
        salt = b"sal"
        sealed = keys[0].upload_cipher(salt, "o").encrypt(bytes(12), b"nota", None)
        for key in keys:
            assert key.number == 1
            assert key.upload_cipher(salt, "o").decrypt(bytes(12), sealed, None) == b"nota"

    run(check())


def test_after_a_rotation_new_copies_have_the_new_key_and_old_ones_are_still_read(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    async def check() -> None:
        old = await objetos.put(organizacao, "antes", b"nota 1")
        elsewhere = deposito.open()
        assert await elsewhere.read(organizacao, old) == b"nota 1"
        assert await objetos.rotate_key(organizacao) == 2
        new = await objetos.put(organizacao, "depois", b"nota 2")
        for process in (objetos, elsewhere, deposito.open()):
            assert await process.read(organizacao, old) == b"nota 1"
            assert await process.read(organizacao, new) == b"nota 2"

    run(check())
    numbers = [deposito.content(f"{organizacao}/{nome}")[5] for nome in ("antes", "depois")]
    assert numbers == [1, 2]


def test_rotations_at_once_end_with_one_current_key(
    deposito: Deposito, clock: Clock, organizacao: UUID
) -> None:
    async def check() -> None:
        first, second = keyring(deposito, clock), keyring(deposito, clock)
        await first.current(organizacao)
        await first.rotate(organizacao)
        assert (await second.current(organizacao)).number == 2
        assert await second.rotate(organizacao) == 3
        clock.now += CACHE_SECONDS
        assert (await first.current(organizacao)).number == 3

    run(check())


def test_after_the_keys_are_erased_nothing_is_read_or_written(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    async def check() -> None:
        local = await objetos.put(organizacao, "a", b"nota")
        await objetos.erase_keys(organizacao)
        await objetos.erase_keys(organizacao)
        for process in (objetos, deposito.open()):
            with pytest.raises(ChaveApagada):
                await process.read(organizacao, local)
            with pytest.raises(CopiaAusente):
                await process.put(organizacao, "b", b"nota")
            with pytest.raises(ChaveApagada):
                await process.rotate_key(organizacao)
        other = uuid4()
        await objetos.read(other, await objetos.put(other, "a", b"nota"))

    run(check())


def test_a_process_that_knows_erased_keys_forgets_them_in_time(
    deposito: Deposito, clock: Clock, organizacao: UUID
) -> None:
    async def check() -> None:
        ring = keyring(deposito, clock)
        await ring.current(organizacao)
        await keyring(deposito, clock).erase(organizacao)
        clock.now += CACHE_SECONDS
        with pytest.raises(ChaveApagada):
            await ring.current(organizacao)

    run(check())


def test_a_key_store_without_the_key_says_so_and_makes_none(
    deposito: Deposito, objetos: Objetos, organizacao: UUID, tmp_path: Path
) -> None:
    local = run(objetos.put(organizacao, "a", b"nota"))
    empty = tmp_path / "outras-chaves"
    lost = Deposito({**deposito.given, "keys_url": empty.as_uri()}, deposito.store)
    with pytest.raises(ChaveDesconhecida):
        run(lost.open().read(organizacao, local))
    assert not list(empty.iterdir())


def test_another_master_key_opens_no_data_key(
    deposito: Deposito, objetos: Objetos, organizacao: UUID, tmp_path: Path
) -> None:
    local = run(objetos.put(organizacao, "a", b"nota"))
    (tmp_path / "chave-mestra").write_text(secrets.token_hex(32))
    with pytest.raises(ValueError, match="not wrapped by this master key"):
        run(deposito.open().read(organizacao, local))


def test_a_wrapped_key_is_good_for_its_organisation_and_number_only() -> None:
    async def check() -> None:
        master = FileMasterKey(bytes(32))
        wrapped = await master.wrap(b"s" * 32, b"um")
        assert await master.unwrap(wrapped, b"um") == b"s" * 32
        for damaged, context in (
            (wrapped, b"outro"),
            (wrapped[:-1], b"um"),
            (b"", b"um"),
            (b"\x02" + wrapped[1:], b"um"),
        ):
            with pytest.raises(ValueError, match="not wrapped"):
                await master.unwrap(damaged, context)

    run(check())


@pytest.mark.parametrize("missing", ["objects_url", "keys_url", "master_key_file"])
def test_without_a_setting_nothing_opens(tmp_path: Path, missing: str) -> None:
    given = given_folder(tmp_path)
    del given[missing]
    with pytest.raises(ValueError, match=f"FISCALXML_{missing.upper()}"):
        Objetos.open(Settings.model_validate(given))


@pytest.mark.parametrize(
    "change",
    [
        {"keys_url": "OBJECTS"},
        {"objects_url": "/pasta"},
        {"objects_url": "file:///"},
        {"objects_url": "s3:///prefixo"},
        {"objects_url": "gs://balde"},
    ],
)
def test_places_that_are_none_or_the_same_are_refused(
    tmp_path: Path, change: dict[str, str]
) -> None:
    given = given_folder(tmp_path)
    given |= {
        name: value.replace("OBJECTS", given["objects_url"]) for name, value in change.items()
    }
    with pytest.raises(ValueError, match=r"apart|neither"):
        Objetos.open(Settings.model_validate(given))


def test_a_master_key_of_another_length_is_refused(tmp_path: Path) -> None:
    given = given_folder(tmp_path)
    Path(given["master_key_file"]).write_text("00" * 16)
    with pytest.raises(ValueError, match="32 bytes, not 16"):
        Objetos.open(Settings.model_validate(given))


def given_folder(folder: Path) -> dict[str, str]:
    master = folder / "chave-mestra"
    master.write_text(secrets.token_hex(32))
    return {
        "objects_url": (folder / "objetos").as_uri(),
        "keys_url": (folder / "chaves").as_uri(),
        "master_key_file": str(master),
    }
