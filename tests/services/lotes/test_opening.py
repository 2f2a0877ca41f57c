"""Opening an archive: blocks, and what is taken up again after a failure in the middle."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from fiscalxml_server.api.lotes import repository
from fiscalxml_server.api.lotes.models import lote_blocos
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.db import new_id
from services.servico import ZIP, Servico, zipped

from .sending import note, objects, outcomes, post, read, send


def blocks(servico: Servico, lote: str) -> Sequence[str]:
    """The objects of a lote's blocks."""

    async def found() -> Sequence[str]:
        async with servico.worker.banco.transacao(servico.organizacao) as conn:
            rows = await conn.execute(
                select(lote_blocos.c.objeto)
                .where(lote_blocos.c.lote == UUID(lote))
                .order_by(lote_blocos.c.numero)
            )
            return rows.scalars().all()

    return servico.run(found())


def _illegible(number: int, size: int = 0) -> dict[str, bytes]:
    """Files of no kind that is known; random, so that they cannot be taken for a bomb."""
    filling = secrets.token_hex(size // 2)
    return {f"{at:05}.xml": f"<x>{at}{filling}</x>".encode() for at in range(number)}


def test_a_block_has_up_to_200_files(servico: Servico) -> None:
    lote = send(servico, zipped(_illegible(401)), ZIP)
    assert len(blocks(servico, lote["id"])) == 3
    assert (lote["arquivos"], lote["contagens"]["ilegivel"]) == (401, 401)


def test_a_block_has_up_to_eight_megabytes_and_one_file_more(servico: Servico) -> None:
    lote = send(servico, zipped(_illegible(10, 2_000_000)), ZIP)
    assert len(blocks(servico, lote["id"])) == 2
    assert lote["total"] == 10


def test_thousands_of_files_that_are_none_of_ours_are_counted_in_a_few_blocks(
    servico: Servico,
) -> None:
    files = {f"{at}.pdf": b"%PDF-1.7" for at in range(5000)} | {"a.xml": note(6000)}
    lote = send(servico, zipped(files), ZIP)
    assert lote["contagens"]["ignorado"] == 5000
    assert lote["contagens"]["aceito"] == 1
    assert (lote["arquivos"], lote["total"]) == (5001, 5001)
    assert len(blocks(servico, lote["id"])) == 3


def test_an_opening_that_fails_between_blocks_goes_on_behind_the_last_one(
    servico: Servico,
) -> None:
    sent = post(servico, zipped(_illegible(450)), ZIP).json()
    obstacle = _obstruct(servico, sent["id"], "000001-1")
    servico.work_once()
    half = read(servico, sent["id"])
    assert (half["situacao"], half["arquivos"], half["total"]) == ("abrindo", 200, None)
    assert len(objects(servico, "envios")) == 1

    shutil.rmtree(obstacle)
    servico.work()
    lote = read(servico, sent["id"])
    assert (lote["situacao"], lote["total"]) == ("concluido", 450)
    items = servico.items(lote)
    assert [item["nome"] for item in items] == sorted(_illegible(450))
    assert blocks(servico, lote["id"]) == objects(servico, f"lotes/{lote['id']}")
    assert objects(servico, "envios") == []


def test_a_block_that_was_stored_by_an_attempt_that_died_does_not_stay(servico: Servico) -> None:
    sent = post(servico, zipped({"a.xml": note(6010)}), ZIP).json()
    obstacle = _obstruct(servico, sent["id"], "000000-1")
    servico.work_once()
    shutil.rmtree(obstacle)
    # As if the first attempt had stored its block and died before it committed.
    pack = f"lotes/{sent['id']}/000000-1"
    servico.run(servico.worker.objetos.put(servico.organizacao, pack, b"um bloco"))
    servico.work()
    assert read(servico, sent["id"])["situacao"] == "concluido"
    assert [name[-8:] for name in objects(servico, f"lotes/{sent['id']}")] == ["000000-2"]


def test_an_archive_that_has_vanished_from_the_store_fails_the_lote_with_the_reason(
    servico: Servico,
) -> None:
    sent = post(servico, zipped({"a.xml": note(6020)}), ZIP).json()
    servico.run(servico.api.objetos.delete(f"{servico.organizacao}/envios/{sent['id']}"))
    servico.work()
    lote = read(servico, sent["id"])
    assert lote["situacao"] == "falhou"
    assert lote["motivo"] == "O arquivo enviado não está mais no armazenamento."


def test_an_archive_that_was_changed_in_the_store_fails_the_lote_with_the_reason(
    servico: Servico,
) -> None:
    sent = post(servico, zipped(_illegible(50)), ZIP).json()
    path = servico.objetos / str(servico.organizacao) / "envios" / sent["id"]
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)
    servico.work()
    lote = read(servico, sent["id"])
    assert lote["situacao"] == "falhou"
    assert lote["motivo"] == "O arquivo enviado foi alterado no armazenamento depois do envio."


def test_however_few_the_attempts_a_block_is_divided_before_any_of_it_is_given_up(
    banco: str, tmp_path: Path
) -> None:
    hasty = Servico(banco, tmp_path, job_attempts=1)
    sent = post(hasty, zipped({f"{n}.xml": note(6050 + n) for n in range(3)}), ZIP).json()
    hasty.work_once()
    hasty.run(_use_up_attempts(hasty, UUID(sent["id"])))
    hasty.work()
    lote = read(hasty, sent["id"])
    assert (lote["situacao"], lote["contagens"]["aceito"]) == ("concluido", 3)
    hasty.close()


async def _use_up_attempts(servico: Servico, lote: UUID) -> None:
    """As if the block's process had died twice."""
    async with servico.worker.banco.transacao() as conn:
        block = (jobs.jobs.c.lote == lote) & (jobs.jobs.c.tipo == "processar")
        await conn.execute(update(jobs.jobs).where(block).values(tentativas=2))


def test_archives_that_were_left_are_deleted_when_the_next_lote_was_opened(
    servico: Servico,
) -> None:
    fresh = _leave(servico, new_id())
    abandoned = _leave(servico, _uuid7(datetime.now(UTC) - timedelta(days=5)))
    lote = send(servico, zipped({"a.xml": note(6030)}), ZIP)
    assert outcomes(servico, lote) == {"a.xml": "aceito"}
    left = objects(servico, "envios")
    assert fresh in left
    assert abandoned not in left


def test_an_archive_that_waits_for_long_is_not_taken_for_one_that_was_left(
    servico: Servico,
) -> None:
    old = _uuid7(datetime.now(UTC) - timedelta(days=5))
    objeto = _leave(servico, old)
    servico.run(_insert_lote(servico, old, objeto))
    send(servico, zipped({"b.xml": note(6040)}), ZIP)
    assert objeto in objects(servico, "envios")


async def _insert_lote(servico: Servico, lote: UUID, objeto: str) -> None:
    async with servico.api.banco.transacao(servico.organizacao) as conn:
        await repository.insert_lote(
            conn,
            servico.organizacao,
            lote,
            nome="antigo",
            objeto=objeto,
            tamanho=1,
            credencial="teste",
        )


def _leave(servico: Servico, lote: UUID) -> str:
    """An archive whose request went no further."""

    async def chunks() -> Any:
        yield b"PK"

    envio = servico.run(
        servico.api.objetos.upload(servico.organizacao, f"envios/{lote}", chunks(), max_bytes=1000)
    )
    return envio.objeto


def _uuid7(when: datetime) -> UUID:
    return UUID(int=int(when.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62)


def _obstruct(servico: Servico, lote: str, name: str) -> Path:
    """A folder where an object is to be written, so that the store refuses it."""
    folder = servico.objetos / str(servico.organizacao) / "lotes" / lote / name
    (folder / "cheia").mkdir(parents=True)
    return folder
