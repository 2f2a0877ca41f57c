"""What a receiver asks us to wait, and the words for what went wrong."""

from __future__ import annotations

import errno
import re
from datetime import UTC, datetime

import pytest
from aiohttp import ClientError, ClientOSError
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml_server.webhooks.envio.respostas import Erro, excerpt_of, seconds_of, word_for

NOW = datetime(2026, 11, 29, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("007", 7),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 400, 86400),
        ("Sun, 29 Nov 2026 12:02:00 GMT", 120),
        ("Sun, 29 Nov 2026 09:02:00 -0300", 120),
        ("Sunday, 29-Nov-26 12:02:00 GMT", 120),
        ("Sun Nov 29 12:02:00 2026", 120),
        ("Sun, 29 Nov 2026 11:00:00 GMT", 0),
        ("Thu, 31 Dec 2099 23:59:59 GMT", 86400),
        ("Thu, 31 Dec 9999 23:59:59 GMT", 86400),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("1e3", None),
        ("+5", None),
        ("１２", None),
        ("²", None),
        ("logo", None),
        ("Sun, 99 Nov 2026 12:02:00 GMT", None),
        ("Thu, 31 Dec 99999 23:59:59 GMT", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("codigo", [429, 503])
def test_how_long_a_receiver_asks_us_to_wait(
    codigo: int, header: str | None, seconds: float | None
) -> None:
    assert seconds_of(codigo, header, NOW) == seconds


@pytest.mark.parametrize("codigo", [200, 202, 301, 400, 404, 500, 502])
def test_other_answers_ask_for_nothing(codigo: int) -> None:
    assert seconds_of(codigo, "120", NOW) is None


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    seconds = seconds_of(429, header)

    assert seconds is None or 0 <= seconds <= 86400


@given(st.binary(max_size=200))
def test_any_answer_is_text(body: bytes) -> None:
    text = excerpt_of(body)

    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
def test_what_this_process_lacks_is_no_fault_of_the_receiver(number: int) -> None:
    assert word_for(ClientOSError(number, "x")) is Erro.SEM_RECURSOS


def test_a_failure_that_causes_itself_has_a_word() -> None:
    error = ClientError()
    error.__cause__ = error

    assert word_for(error) is Erro.RESPOSTA_INVALIDA


def test_words_are_words() -> None:
    assert all(re.fullmatch(r"[a-z_]+", word) for word in Erro)
    assert len({word.name.lower() for word in Erro} ^ set(Erro)) == 0
