"""Copies, packs, and whose they are: over a folder and over S3."""

from __future__ import annotations

import asyncio
import hashlib
import os
from uuid import UUID, uuid4

import pytest

from fiscalxml_server.kit.storage import (
    CopiaAdulterada,
    CopiaAusente,
    Local,
    Objetos,
    nome_do_objeto,
)

from .conftest import Deposito, run

NOTA = b"<NFe><infNFe Id='NFe1'><emit><xNome>Padaria</xNome></emit></infNFe></NFe>" * 40


def test_a_copy_comes_back_byte_for_byte(objetos: Objetos, organizacao: UUID) -> None:
    async def check() -> None:
        for number, data in enumerate((b"", b"x", NOTA, os.urandom(3_000_000))):
            local = await objetos.put(organizacao, f"doc/{number}", data)
            assert await objetos.read(organizacao, local) == data
            assert await objetos.read(organizacao, local, hashlib.sha256(data).digest()) == data

    run(check())


def test_what_is_stored_shows_neither_the_text_nor_twice_the_same_bytes(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    run(objetos.put(organizacao, "a", NOTA))
    run(objetos.put(organizacao, "b", NOTA))
    first, second = (deposito.content(f"{organizacao}/{nome}") for nome in "ab")
    assert b"Padaria" not in first
    assert first[6:] != second[6:]
    assert len(first) < len(NOTA) / 5


def test_another_process_reads_what_one_stored(deposito: Deposito, organizacao: UUID) -> None:
    local = run(deposito.open().put(organizacao, "a", NOTA))
    assert run(deposito.open().read(organizacao, local)) == NOTA


def test_the_copies_of_a_pack_are_one_object_and_read_alone_or_together(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    documentos = [NOTA + str(n).encode() for n in range(200)]

    async def check() -> None:
        pacote = await objetos.pacote(organizacao)
        places = [pacote.add(documento) for documento in documentos]
        assert sum(length for _, length in places) == pacote.tamanho
        await objetos.put_pacote("lotes/1/0-1", pacote)
        objeto = nome_do_objeto(organizacao, "lotes/1/0-1")
        locais = [Local(objeto, *place) for place in places]
        assert await objetos.read(organizacao, locais[7]) == documentos[7]
        assert await objetos.read_many(organizacao, locais) == documentos
        assert await objetos.read_many(organizacao, locais[::-1]) == documentos[::-1]
        assert await objetos.read_many(organizacao, []) == []

    run(check())
    assert deposito.names() == [f"{organizacao}/lotes/1/0-1"]


def test_copies_that_stand_far_apart_are_read_together_too(
    objetos: Objetos, organizacao: UUID
) -> None:
    async def check() -> None:
        pacote = await objetos.pacote(organizacao)
        first, _, last = (pacote.add(data) for data in (b"um", os.urandom(3_000_000), b"dois"))
        await objetos.put_pacote("p", pacote)
        locais = [Local(f"{organizacao}/p", *place) for place in (last, first)]
        assert await objetos.read_many(organizacao, locais) == [b"dois", b"um"]

    run(check())


def test_a_pack_of_the_same_name_replaces_the_first(objetos: Objetos, organizacao: UUID) -> None:
    async def check() -> None:
        for data in (b"primeira tentativa", b"segunda"):
            pacote = await objetos.pacote(organizacao)
            place = pacote.add(data)
            await objetos.put_pacote("p", pacote)
        local = Local(f"{organizacao}/p", *place)
        assert await objetos.read(organizacao, local) == b"segunda"

    run(check())


def test_another_sha256_than_the_expected_is_refused(objetos: Objetos, organizacao: UUID) -> None:
    local = run(objetos.put(organizacao, "a", NOTA))
    wrong = hashlib.sha256(b"outra").digest()
    with pytest.raises(CopiaAdulterada):
        run(objetos.read(organizacao, local, wrong))
    with pytest.raises(CopiaAdulterada):
        run(objetos.read_many(organizacao, [local], [wrong]))


def test_an_organisation_does_not_reach_anothers_copy_though_it_has_its_place(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    local = run(objetos.put(organizacao, "a", NOTA))
    stranger = uuid4()
    run(objetos.put(stranger, "b", NOTA))
    for attempt in (
        objetos.read(stranger, local),
        objetos.read_many(stranger, [local]),
        objetos.open_upload(stranger, local.objeto),
        objetos.size(stranger, local.objeto),
        objetos.read(stranger, Local(f"{stranger}/../{local.objeto}", 0, local.comprimento)),
    ):
        with pytest.raises(CopiaAusente):
            run(attempt)
    moved = f"{stranger}/a"
    deposito.store.put(moved, deposito.content(local.objeto))
    with pytest.raises(CopiaAdulterada):
        run(objetos.read(stranger, Local(moved, 0, local.comprimento)))


@pytest.mark.parametrize(
    "nome", ["", "/a", "a/", "a//b", "../a", "a/../b", ".a", "a b", "ção", "a#1"]
)
def test_names_that_could_mean_another_object_are_refused(
    objetos: Objetos, organizacao: UUID, nome: str
) -> None:
    with pytest.raises(ValueError, match="name not accepted"):
        run(objetos.put(organizacao, nome, b"x"))


def test_a_copy_that_is_not_there_is_absent(objetos: Objetos, organizacao: UUID) -> None:
    with pytest.raises(CopiaAusente):
        run(objetos.read(organizacao, Local(f"{organizacao}/nada", 0, 100)))


def test_a_place_past_the_end_of_its_object_is_refused(objetos: Objetos, organizacao: UUID) -> None:
    local = run(objetos.put(organizacao, "a", NOTA))
    for start, length in ((1, local.comprimento), (local.comprimento + 50, 40), (0, 10), (0, 0)):
        with pytest.raises(CopiaAdulterada):
            run(objetos.read(organizacao, Local(local.objeto, start, length)))


def test_deleting_takes_one_object_or_all_under_a_name(
    deposito: Deposito, objetos: Objetos, organizacao: UUID
) -> None:
    other = uuid4()

    async def check() -> None:
        for nome in ("lotes/1/a", "lotes/1/b", "lotes/10/a", "docs/c", "docs/d"):
            await objetos.put(organizacao, nome, b"x")
        await objetos.put(other, "lotes/1/a", b"x")
        await objetos.delete_prefix(organizacao, "lotes/1")
        await objetos.delete(f"{organizacao}/docs/c")
        await objetos.delete(f"{organizacao}/docs/c")

    run(check())
    assert deposito.names() == sorted(
        [f"{organizacao}/docs/d", f"{organizacao}/lotes/10/a", f"{other}/lotes/1/a"]
    )
    run(objetos.delete_prefix(organizacao, ""))
    assert deposito.names() == [f"{other}/lotes/1/a"]


@pytest.mark.parametrize("name", ["", "lotes/1", "{}", "{}/", "{}/../x"])
def test_only_the_name_of_an_object_is_deleted(
    objetos: Objetos, organizacao: UUID, name: str
) -> None:
    with pytest.raises(ValueError, match=r"UUID|name not accepted"):
        run(objetos.delete(name.format(organizacao)))


def test_many_packs_at_once_are_all_kept(objetos: Objetos, organizacao: UUID) -> None:
    async def one(number: int) -> Local:
        return await objetos.put(organizacao, f"p/{number % 3}/{number}", NOTA * number)

    async def check() -> None:
        locais = await asyncio.gather(*map(one, range(40)))
        for number, local in enumerate(locais):
            assert await objetos.read(organizacao, local) == NOTA * number

    run(check())
