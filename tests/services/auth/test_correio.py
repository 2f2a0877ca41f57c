"""E-mails: sent once, by whichever process, and never lost; nothing slips into their headers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from ssl import create_default_context
from typing import Any

import pytest
from sqlalchemy import text

from fiscalxml_server.auth import correio
from fiscalxml_server.auth.correio import observing, repository
from fiscalxml_server.auth.correio.delivery import PorSMTP, delivery
from fiscalxml_server.auth.correio.observing import Observacao
from fiscalxml_server.auth.correio.sending import forget_emails, send_emails, waiting
from fiscalxml_server.kit.settings import Settings
from services.servers.smtp import Caixa, self_signed, start_smtp

from .portal import Portal


@pytest.fixture
def caixa() -> Iterator[Caixa]:
    with start_smtp() as caixa:
        yield caixa


@pytest.fixture
def casa(banco: str, valkey: str, tmp_path: Path, caixa: Caixa) -> Iterator[Portal]:
    """The service with a server for its e-mails, and none that waits."""
    portal = Portal(banco, valkey, tmp_path, smtp_url=caixa.url)
    _execute(portal, "DELETE FROM auth.emails")
    yield portal
    portal.close()


def test_an_e_mail_is_text_in_portuguese_and_signed(casa: Portal, caixa: Caixa) -> None:
    _write(casa, assunto="Confirmação do cadastro", texto="Olá, João.\n\n.Ponto no começo: ção.")
    casa.run(send_emails(casa.recursos))
    (carta,) = caixa.cartas
    assert carta["To"] == "ana@exemplo.com.br"
    assert carta["From"] == "API Fiscal XML <nao-responda@fiscalxml.local>"
    assert carta["Subject"] == "Confirmação do cadastro"
    assert carta["Auto-Submitted"] == "auto-generated"
    assert carta["Date"]
    assert carta.get_content_type() == "text/plain"
    assert carta.get_content().splitlines() == [
        "Olá, João.",
        "",
        ".Ponto no começo: ção.",
        "",
        "-- ",
        "API Fiscal XML",
        "Mensagem automática; não a responda.",
    ]
    (envelope,) = caixa.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (
        "nao-responda@fiscalxml.local",
        ["ana@exemplo.com.br"],
    )


def test_what_was_sent_is_forgotten(casa: Portal) -> None:
    _write(casa, texto="O código é 123456.")
    assert b"123456" not in _rows(casa)[0].carta
    casa.run(send_emails(casa.recursos))
    (row,) = _rows(casa)
    assert (row.situacao, row.carta, row.tentativas) == ("enviado", None, 1)
    casa.run(forget_emails(casa.recursos))
    assert len(_rows(casa)) == 1
    _execute(casa, "UPDATE auth.emails SET terminado_em = now() - interval '31 days'")
    casa.run(forget_emails(casa.recursos))
    assert not _rows(casa)


def test_what_is_rolled_back_is_not_sent(casa: Portal, caixa: Caixa) -> None:
    async def fail() -> None:
        async with casa.recursos.banco.transacao() as conn:
            await correio.enqueue(
                conn, casa.recursos.segredos, para="a@b.com", assunto="a", texto="a"
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        casa.run(fail())
    casa.run(send_emails(casa.recursos))
    assert not caixa.cartas


def test_many_processes_send_each_e_mail_once(casa: Portal, caixa: Caixa) -> None:
    for number in range(30):
        _write(casa, assunto=f"Carta {number}")

    async def at_once() -> None:
        await asyncio.gather(*(send_emails(casa.recursos) for _ in range(4)))

    casa.run(at_once())
    assert sorted(carta["Subject"] for carta in caixa.cartas) == sorted(
        f"Carta {number}" for number in range(30)
    )


def test_a_server_that_is_away_delays_and_loses_nothing(
    banco: str, valkey: str, tmp_path: Path, casa: Portal, caixa: Caixa
) -> None:
    secret = casa.values["auth_secret_file"]
    away = Portal(banco, valkey, tmp_path, smtp_url="smtp://127.0.0.1:1", auth_secret_file=secret)
    for _ in range(3):
        _write(casa)
    away.run(send_emails(away.recursos))
    away.close()
    assert sorted(row.tentativas for row in _rows(casa)) == [0, 0, 1]  # one tried, and all wait
    casa.run(send_emails(casa.recursos))
    assert len(caixa.cartas) == 2
    _now(casa)
    casa.run(send_emails(casa.recursos))
    assert len(caixa.cartas) == 3


def test_an_e_mail_keeps_its_name_so_that_a_repeated_one_is_known(
    casa: Portal, caixa: Caixa
) -> None:
    _write(casa)
    _write(casa)
    casa.run(send_emails(casa.recursos))
    _execute(casa, "DELETE FROM auth.emails")
    names = [carta["Message-ID"] for carta in caixa.cartas]
    assert len(set(names)) == 2
    assert all(name.endswith("@fiscalxml.local>") for name in names)


def test_what_the_server_refuses_for_now_does_not_hold_the_others_up(
    casa: Portal, caixa: Caixa
) -> None:
    caixa.recipients["cheia@exemplo.com.br"] = "452 caixa cheia"
    _write(casa, para="cheia@exemplo.com.br")
    _write(casa)
    casa.run(send_emails(casa.recursos))
    assert [carta["To"] for carta in caixa.cartas] == ["ana@exemplo.com.br"]
    caixa.recipients.clear()
    _now(casa)
    casa.run(send_emails(casa.recursos))
    assert len(caixa.cartas) == 2


@pytest.mark.parametrize("where", ["recipient", "data"])
def test_what_the_server_refuses_for_good_is_given_up(
    casa: Portal, caixa: Caixa, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    if where == "recipient":
        caixa.recipients["ana@exemplo.com.br"] = "550 ana@exemplo.com.br não existe"
    else:
        caixa.answers.append("554 recusada: ana@exemplo.com.br")
    _write(casa)
    with caplog.at_level(logging.WARNING):
        casa.run(send_emails(casa.recursos))
    (row,) = _rows(casa)
    assert (row.situacao, row.carta) == ("desistido", None)
    assert "e-mail not sent" in caplog.text
    assert "ana@" not in caplog.text


def test_an_e_mail_is_tried_for_days_and_then_given_up(casa: Portal) -> None:
    waits = [waiting(attempts) for attempts in range(23)]
    assert waits[0] == timedelta(seconds=30)
    assert waits == sorted(waits)
    assert timedelta(days=2) < sum(waits, timedelta()) < timedelta(days=3)
    _write(casa)
    _execute(casa, "UPDATE auth.emails SET tentativas = 23, carta = '\\x00'")
    casa.run(send_emails(casa.recursos))
    assert _rows(casa)[0].situacao == "desistido"


def test_the_password_of_the_server_is_given(banco: str, valkey: str, tmp_path: Path) -> None:
    with start_smtp(login=("correio", "p@ss/1:é")) as caixa:
        url = caixa.url.replace("//", "//correio:p%40ss%2F1%3A%C3%A9@")
        portal = Portal(banco, valkey, tmp_path, smtp_url=url)
        _write(portal)
        portal.run(send_emails(portal.recursos))
        portal.close()
        assert len(caixa.cartas) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize("who", ["trusted", "unknown", "another host"])
def test_in_tls_only_the_right_server_is_given_anything(
    casa: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: Any, who: str
) -> None:
    certificate = self_signed(tmp_path, "127.0.0.2" if who == "another host" else "127.0.0.1")
    if who != "unknown":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with start_smtp(scheme, certificate) as caixa:
        portal = Portal(casa.values["database_url"], "", tmp_path, smtp_url=caixa.url)
        _write(portal)
        portal.run(send_emails(portal.recursos))
        (row,) = _rows(portal)
        portal.close()
        assert len(caixa.cartas) == (who == "trusted")
        assert row.situacao == ("enviado" if who == "trusted" else "espera")


def test_starttls_is_not_talked_out_of_it(casa: Portal, caixa: Caixa, tmp_path: Path) -> None:
    """Somebody between who hides STARTTLS gets nothing in the clear."""
    url = caixa.url.replace("smtp:", "smtp+starttls:")
    portal = Portal(casa.values["database_url"], "", tmp_path, smtp_url=url)
    _write(portal)
    portal.run(send_emails(portal.recursos))
    portal.close()
    assert not caixa.cartas


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0", "\x0b", "\u2028", "\x85"])
@pytest.mark.parametrize("field", ["para", "assunto"])
def test_nothing_ends_a_header(casa: Portal, end: str, field: str) -> None:
    given = {field: f"a@exemplo.com.br{end}Bcc: b@exemplo.com.br"}
    with pytest.raises(ValueError, match="one line"):
        _write(casa, **given)


@pytest.mark.parametrize(
    "para", ["a@exemplo.com.br, b@exemplo.com.br", "a@exemplo.com.br>", "a b@c.com", "@", ""]
)
def test_what_is_not_one_address_is_sent_to_nobody(casa: Portal, caixa: Caixa, para: str) -> None:
    _write(casa, para=para)
    casa.run(send_emails(casa.recursos))
    assert not caixa.cartas


def test_the_body_cannot_end_the_message(casa: Portal, caixa: Caixa) -> None:
    _write(casa, texto="um\r\n.\r\nMAIL FROM:<b@exemplo.com.br>\r\n.\n.\rfim")
    casa.run(send_emails(casa.recursos))
    (carta,) = caixa.cartas
    assert "MAIL FROM:<b@exemplo.com.br>" in carta.get_content()


def test_without_a_server_e_mails_are_printed(
    banco: str, valkey: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    portal = Portal(banco, valkey, tmp_path)
    _execute(portal, "DELETE FROM auth.emails")
    _write(portal, assunto="Confirmação", texto="Abra https://contas.exemplo.com.br/#codigo=1.")
    portal.run(send_emails(portal.recursos))
    portal.close()
    printed = capsys.readouterr().out
    for part in ("ana@exemplo.com.br", "Confirmação", "https://contas.exemplo.com.br/#codigo=1."):
        assert part in printed


@pytest.mark.parametrize("url", ["http://a:25", "smtp://", "smtp:host", "a", "smtp://host:porta"])
def test_a_setting_that_is_no_server_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - urlsplit has words of its own
        delivery(Settings(smtp_url=url))  # type: ignore[arg-type]


def test_each_scheme_has_its_port() -> None:
    context = create_default_context()
    schemes = ("smtp", "smtps", "smtp+starttls")
    ports = [PorSMTP(f"{scheme}://h", context)._port for scheme in schemes]
    assert ports == [25, 465, 587]


def test_what_waits_is_told_until_it_has_left(casa: Portal) -> None:
    observacao = Observacao(casa.recursos.banco)
    _write(casa)
    _write(casa)
    _execute(casa, "UPDATE auth.emails SET criado_em = now() - interval '1 hour'")
    casa.run(observacao.look())
    depth, age = (reading.value for reading in observacao.estado())
    assert depth == 2
    assert 3600 <= age < 3700
    casa.run(send_emails(casa.recursos))
    casa.run(observacao.look())
    assert [reading.value for reading in observacao.estado()] == [0, 0]


def test_a_look_that_fails_whatever_it_was_is_told_of_and_made_again(
    casa: Portal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    observacao = Observacao(casa.recursos.banco)
    casa.run(observacao.look())
    assert observacao.estado()

    async def fail(_: object) -> None:
        raise LookupError

    async def look_on() -> None:
        async with observacao.looking():
            while caplog.messages.count("not seen") < 3:
                await asyncio.sleep(0.01)

    with monkeypatch.context() as broken:
        broken.setattr(repository, "waiting", fail)
        broken.setattr(observing, "_SECONDS", 0.01)
        casa.run(asyncio.wait_for(look_on(), 10))
    assert observacao.estado() == []
    casa.run(observacao.look())
    assert observacao.estado()


def _write(
    portal: Portal,
    para: str = "ana@exemplo.com.br",
    assunto: str = "Assunto",
    texto: str = "Texto.",
) -> None:
    async def write() -> None:
        async with portal.recursos.banco.transacao() as conn:
            await correio.enqueue(
                conn, portal.recursos.segredos, para=para, assunto=assunto, texto=texto
            )

    portal.run(write())


def _now(portal: Portal) -> None:
    """The time for the next attempt has come."""
    _execute(portal, "UPDATE auth.emails SET proxima_em = now()")


def _rows(portal: Portal) -> list[Any]:
    return _execute(portal, "SELECT * FROM auth.emails ORDER BY id")


def _execute(portal: Portal, statement: str) -> list[Any]:
    async def execute() -> list[Any]:
        async with portal.recursos.banco.transacao() as conn:
            done = await conn.execute(text(statement))
            return list(done) if done.returns_rows else []

    return portal.run(execute())
