"""Where sign-up is closed the operator makes organisations, and their dono comes by invitation."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from fiscalxml_server.kit.audit import INSTALACAO, registros

from .accounts import SENHA, Gente, accept, code_of, new_email, sign_up
from .portal import Portal, operate


@pytest.fixture(scope="module")
def closed(banco: str, valkey: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(banco, valkey, tmp_path_factory.mktemp("fechado"), signup_open=False)
    yield portal
    portal.close()


def _found(portal: Portal, email: str, nome: str = "Mercado Boa Vista") -> UUID:
    return UUID(operate(portal, "organizacao", nome, email).split()[1])


def _log(portal: Portal, organizacao: UUID) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Entries of a chain that are about the operator's commands, the newest last."""

    async def read() -> list[tuple[str, str, str, dict[str, Any]]]:
        async with portal.recursos.banco.transacao(organizacao) as conn:
            rows = await conn.execute(
                select(registros)
                .where(registros.c.organizacao == organizacao, registros.c.ator == "sistema")
                .order_by(registros.c.numero)
            )
            return [
                (row.ator, row.acao, row.alvo, json.loads(row.detalhes[16:]))
                for row in rows
                if row.detalhes
            ]

    return portal.run(read())


def test_its_dono_accepts_and_invites_others(closed: Portal) -> None:
    email = new_email()
    assert sign_up(closed, email).status_code == 403
    organizacao = _found(closed, email)
    answer = accept(closed, code_of(closed, email), nome="Ana Lima", senha=SENHA)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["organizacao"], told["papel"]) == (str(organizacao), "dono")
    dono = Gente(closed, email, UUID(told["pessoa"]), organizacao)
    assert dono.asks("GET", "/v1/organizacao").json()["nome"] == "Mercado Boa Vista"
    assert dono.invite("leitor")  # type: ignore[arg-type]


def test_who_has_an_account_accepts_signed_in(closed: Portal) -> None:
    email = new_email()
    _found(closed, email)
    known = accept(closed, code_of(closed, email), nome="Ana Lima", senha=SENHA).json()
    organizacao = _found(closed, email, "Segundo Mercado")
    token = closed.token(UUID(known["pessoa"]))
    answer = accept(closed, code_of(closed, email), token=token)
    assert answer.json()["organizacao"] == str(organizacao)


def test_the_code_is_in_the_e_mail_alone(closed: Portal) -> None:
    email = new_email()
    said = operate(closed, "organizacao", "Padaria", email)
    code = code_of(closed, email)
    assert code not in said
    assert code.partition(".")[2] not in said
    (letter,) = closed.letters(email)
    assert "Padaria" in letter.texto


def test_it_is_in_the_installation_s_chain_and_in_its_own(closed: Portal) -> None:
    email = new_email()
    organizacao = _found(closed, email)
    alvo = f"organizacao:{organizacao}"
    criada = ("sistema", "organizacao.criada", alvo, {"nome": "Mercado Boa Vista"})
    convite = {"email": email, "papel": "dono"}
    assert _log(closed, INSTALACAO)[-2:] == [criada, ("sistema", "convite.enviado", alvo, convite)]
    own = _log(closed, organizacao)
    assert own[0] == criada
    assert own[1][:2] == ("sistema", "convite.enviado")
    assert own[1][3]["email"] == email


def test_an_e_mail_that_was_lost_is_sent_to_another_address(closed: Portal) -> None:
    lost, right = new_email(), new_email()
    organizacao = _found(closed, lost)
    operate(closed, "dono", str(organizacao), right)
    assert _log(closed, INSTALACAO)[-1][3]["email"] == right
    answer = accept(closed, code_of(closed, right), nome="Ana Lima", senha=SENHA)
    assert answer.json()["papel"] == "dono"


def _refused(portal: Portal, *command: str) -> str:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        operate(portal, *command)
    assert failed.value.returncode == 1
    return str(failed.value.stderr)


def test_nobody_is_put_above_a_dono(closed: Portal) -> None:
    email = new_email()
    organizacao = _found(closed, email)
    accept(closed, code_of(closed, email), nome="Ana Lima", senha=SENHA)
    thief = new_email()
    assert "tem dono" in _refused(closed, "dono", str(organizacao), thief)
    assert closed.letters(thief) == []


def test_what_is_wrong_is_said_and_nothing_is_made(closed: Portal) -> None:
    before = len(_log(closed, INSTALACAO))
    for nome, email, told in (
        ("", "ana@exemplo.com.br", "nome"),
        ("x" * 121, "ana@exemplo.com.br", "nome"),
        ("Ana\nLima", "ana@exemplo.com.br", "nome"),
        ("Padaria", "ana", "email"),
        ("Padaria", "ana@exemplo.com.br\r\nBcc: x@exemplo.com.br", "email"),
    ):
        assert told in _refused(closed, "organizacao", nome, email)
    assert "Não há organização" in _refused(closed, "dono", str(uuid4()), new_email())
    assert len(_log(closed, INSTALACAO)) == before
