"""Tickets: good for one thing, of one organisation, for a while, under one master key."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from fiscalxml_server.kit import tickets
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Objetos

UNTIL = datetime(2026, 11, 28, 12, tzinfo=UTC)
BEFORE, AFTER = UNTIL - timedelta(seconds=1), UNTIL
ORG, THING = uuid4(), uuid4()


def _objetos(folder: Path, key: str) -> Objetos:
    folder.mkdir(exist_ok=True)
    (folder / "mestra.key").write_text(key)
    return Objetos.open(
        Settings(
            objects_url=f"file://{folder / 'objetos'}",
            keys_url=f"file://{folder / 'chaves'}",
            master_key_file=folder / "mestra.key",
        )
    )


@pytest.fixture
def objetos(tmp_path: Path) -> Objetos:
    return _objetos(tmp_path, secrets.token_hex(32))


async def _issued(objetos: Objetos) -> str:
    return await tickets.issue(objetos, b"uso", ORG, THING, UNTIL)


@pytest.mark.anyio
async def test_a_ticket_tells_whose_thing_it_lets_read_until_it_expires(objetos: Objetos) -> None:
    ticket = await _issued(objetos)
    assert len(ticket) <= tickets.LENGTH
    assert await tickets.verify(objetos, b"uso", ticket, THING, BEFORE) == ORG
    assert await tickets.verify(objetos, b"uso", ticket, THING, AFTER) is None


@pytest.mark.anyio
async def test_it_is_good_for_no_other_use_thing_or_master_key(
    objetos: Objetos, tmp_path: Path
) -> None:
    ticket = await _issued(objetos)
    other = _objetos(tmp_path / "outra", secrets.token_hex(32))
    assert await tickets.verify(objetos, b"outro uso", ticket, THING, BEFORE) is None
    assert await tickets.verify(objetos, b"uso", ticket, uuid4(), BEFORE) is None
    assert await tickets.verify(other, b"uso", ticket, THING, BEFORE) is None


@pytest.mark.anyio
async def test_any_bit_that_is_changed_makes_it_none(objetos: Objetos) -> None:
    ticket = await _issued(objetos)
    for at in range(len(ticket) - 1):  # the last character has bits that say nothing
        changed = ticket[:at] + ("A" if ticket[at] != "A" else "B") + ticket[at + 1 :]
        assert await tickets.verify(objetos, b"uso", changed, THING, BEFORE) is None


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["", "A", "é", "=" * 80, "A" * 75, "A" * 200, "\x00", "-_-_"])
async def test_what_is_no_ticket_is_none(objetos: Objetos, text: str) -> None:
    assert await tickets.verify(objetos, b"uso", text, THING, BEFORE) is None


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
