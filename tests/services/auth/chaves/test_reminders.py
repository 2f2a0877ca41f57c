"""E-mails before a key ends, each once, to the owners and to who made it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fiscalxml_server.auth.chaves.reminders import next_reminder, remind
from fiscalxml_server.auth.correio.sending import send_emails
from fiscalxml_server.kit.rbac import Papel
from services.auth.portal import Portal
from services.servers.smtp import Caixa, start_smtp

from .casa import Casa

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class CasaComCorreio(Casa):
    """Has what is due said, and gives to whom and what."""

    def __init__(self, portal: Portal, caixa: Caixa) -> None:
        super().__init__(portal)
        self.caixa = caixa

    def told(self) -> list[tuple[str, str]]:
        self.portal.run(remind(self.portal.recursos))
        self.portal.run(send_emails(self.portal.recursos))
        cartas = [(carta["To"], carta["Subject"]) for carta in self.caixa.cartas]
        self.caixa.cartas.clear()
        return sorted(cartas)


@pytest.fixture
def casa(portal: Portal, banco: str, valkey: str, tmp_path: Path) -> Iterator[CasaComCorreio]:
    secret = portal.values["auth_secret_file"]
    with start_smtp() as caixa:
        own = Portal(banco, valkey, tmp_path, smtp_url=caixa.url, auth_secret_file=secret)
        yield CasaComCorreio(own, caixa)
        own.close()


@pytest.mark.parametrize(
    ("days", "expected"), [(365, 335), (31, 1), (30, 23), (8, 1), (7, 6), (2, 1), (1, None)]
)
def test_a_month_a_week_and_a_day_before(days: int, expected: int | None) -> None:
    wanted = None if expected is None else NOW + timedelta(days=expected)
    assert next_reminder(NOW + timedelta(days=days), NOW) == wanted


def test_the_owners_are_told_three_times(casa: CasaComCorreio) -> None:
    chave = casa.new(nome="ERP da loja")["id"]
    assert casa.told() == []
    for days, words in ((335, "30 dias"), (23, "7 dias"), (6, "1 dia")):
        casa.later(chave, days=days)
        assert casa.told() == [(casa.email, f"A chave de API ERP da loja expira em {words}")]
        assert casa.told() == []
    casa.later(chave, days=1)
    assert casa.told() == []


def test_who_made_it_is_told_too_and_others_are_not(casa: CasaComCorreio) -> None:
    admin, email = casa.member(Papel.ADMIN)
    casa.member(Papel.ADMIN)
    _, other_owner = casa.member(Papel.DONO)
    token = casa.portal.token(admin, casa.id, papel=Papel.ADMIN)
    chave = casa.new(token=token)["id"]
    casa.later(chave, days=340)
    assert [to for to, _ in casa.told()] == sorted([casa.email, email, other_owner])


def test_a_key_that_was_revoked_or_lasts_longer_now_is_not_told_of(casa: CasaComCorreio) -> None:
    revoked, rotated, ended = (casa.new()["id"] for _ in range(3))
    casa.ask("DELETE", f"/{revoked}")
    for chave in (revoked, rotated):
        casa.later(chave, days=340)
    casa.later(ended, days=366)
    casa.ask("POST", f"/{rotated}/rotacao", json={"validade_dias": 365})
    assert casa.told() == []


def test_a_reminder_that_was_missed_is_not_made_up_for_twice(casa: CasaComCorreio) -> None:
    chave = casa.new()["id"]
    casa.later(chave, days=360)
    assert [subject[-6:] for _, subject in casa.told()] == ["5 dias"]
    assert casa.told() == []


def test_two_processes_tell_once(casa: CasaComCorreio) -> None:
    casa.later(casa.new()["id"], days=340)

    async def both() -> None:
        await asyncio.gather(*(remind(casa.portal.recursos) for _ in range(3)))

    casa.portal.run(both())
    assert len(casa.told()) == 1
