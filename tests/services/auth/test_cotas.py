"""Limits: what an organisation sees of its own, and what it sets for its keys."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from fiscalxml_server.kit.rbac import Papel

from .chaves.casa import Casa
from .portal import Portal, operate

NOTHING = {"validar": None, "ler": None, "enviar": None, "documentos": None}


@pytest.fixture
def casa(portal: Portal) -> Casa:
    return Casa(portal)


def _key(casa: Casa, **asked: Any) -> str:
    return str(casa.new(**asked)["id"])


def _rows(portal: Portal, owner: UUID) -> dict[str, tuple[Any, ...]]:
    async def read() -> dict[str, tuple[Any, ...]]:
        async with portal.recursos.banco.transacao(owner) as conn:
            rows = await conn.execute(
                text("SELECT credencial, validar, ler, enviar, documentos FROM cotas.limites")
            )
            return {row[0]: tuple(row[1:]) for row in rows}

    return portal.run(read())


def _told(portal: Portal, casa: Casa) -> list[str]:
    async def read() -> list[str]:
        async with portal.recursos.banco.transacao(casa.id) as conn:
            rows = await conn.execute(
                text("SELECT acao || ' ' || alvo FROM auditoria.registros ORDER BY numero")
            )
            return [each for each in rows.scalars() if each.startswith("cota.")]

    return portal.run(read())


def test_a_key_has_no_limits_of_its_own_until_they_are_set(portal: Portal, casa: Casa) -> None:
    chave = _key(casa)
    assert casa.ask("GET", f"/{chave}/cota").json() == NOTHING | {"usados": 0}
    wanted = {"documentos": 1000, "validar": 60}
    answer = casa.ask("PUT", f"/{chave}/cota", json=wanted)
    assert (answer.status_code, answer.json()) == (200, NOTHING | wanted | {"usados": 0})
    assert casa.ask("GET", f"/{chave}/cota").json() == answer.json()
    assert _rows(portal, casa.id) == {chave: (60, None, None, 1000)}
    assert _told(portal, casa) == [f"cota.alterada chave:{chave}"]


def test_what_is_set_takes_the_place_of_what_was(portal: Portal, casa: Casa) -> None:
    chave = _key(casa)
    casa.ask("PUT", f"/{chave}/cota", json={"documentos": 5, "ler": 5})
    casa.ask("PUT", f"/{chave}/cota", json={"enviar": 7, "documentos": None})
    assert _rows(portal, casa.id) == {chave: (None, None, 7, None)}


def test_a_test_key_s_limits_are_those_of_the_sandbox_it_works_in(
    portal: Portal, casa: Casa
) -> None:
    chave = _key(casa, teste=True)
    assert casa.ask("PUT", f"/{chave}/cota", json={"documentos": 5}).status_code == 200
    assert _rows(portal, casa.id) == {}
    assert _rows(portal, casa.teste) == {chave: (None, None, None, 5)}
    assert casa.ask("GET", f"/{chave}/cota").json()["documentos"] == 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"documentos": 0}',
        b'{"documentos": -1}',
        b'{"documentos": "10"}',
        b'{"documentos": 1.5}',
        b'{"documentos": 1e30}',
        b'{"documentos": 99999999999999999999}',
        b'{"gerir": 1}',
        b'{"organizacao": "x", "documentos": 1}',
        b'{"documentos": 1',
        b"\x00\xff",
        b"[" * 60_000,
    ],
)
def test_what_cannot_be_meant_is_refused(portal: Portal, casa: Casa, body: bytes) -> None:
    chave = _key(casa)
    headers = {"Content-Type": "application/json"}
    answer = casa.ask("PUT", f"/{chave}/cota", content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert _rows(portal, casa.id) == {}


def test_only_who_manages_keys_sets_their_limits(casa: Casa) -> None:
    chave = _key(casa)
    for papel in (Papel.OPERADOR, Papel.LEITOR, Papel.AUDITOR):
        token = casa.token(papel)
        answer = casa.ask("PUT", f"/{chave}/cota", token=token, json={"documentos": 1})
        assert answer.status_code == 403, papel
    assert casa.ask("GET", f"/{chave}/cota", token=casa.token(Papel.AUDITOR)).status_code == 200


def test_another_organisation_s_key_is_one_that_does_not_exist(portal: Portal, casa: Casa) -> None:
    theirs = _key(Casa(portal))
    told = []
    for chave in (theirs, str(uuid4())):
        for method in ("GET", "PUT"):
            answer = casa.ask(method, f"/{chave}/cota", json={"documentos": 1})
            assert answer.status_code == 404
            told.append(answer.json()["detail"])
    assert len(set(told)) == 1
    assert casa.ask("GET", "/nada/cota").status_code == 422


def test_an_organisation_sees_what_is_in_force(portal: Portal, casa: Casa) -> None:
    token = casa.token(Papel.LEITOR)
    told = portal.request("GET", "/v1/cotas", token=token).json()
    assert told == {
        "validar": 60_000,
        "ler": 60_000,
        "enviar": 30_000,
        "documentos": None,
        "usados": 0,
        "documentos_de_teste": 5_000,
        "usados_de_teste": 0,
    }


def test_the_operator_agrees_on_other_limits(portal: Portal, casa: Casa) -> None:
    ended = _command(portal, str(casa.id), "--documentos", "100000", "--validar", "900")
    assert (ended.returncode, ended.stdout) == (0, "Limites definidos.\n"), ended.stderr
    operate(portal, "cota", str(casa.id), "--documentos", "70", "--teste")
    told = portal.request("GET", "/v1/cotas", token=casa.token()).json()
    assert (told["documentos"], told["validar"], told["ler"]) == (100_000, 900, 60_000)
    assert told["documentos_de_teste"] == 70
    assert _told(portal, casa) == [f"cota.alterada organizacao:{casa.id}"] * 2


def test_the_operator_is_told_of_an_organisation_that_does_not_exist(portal: Portal) -> None:
    nobody = str(uuid4())
    assert "Não há organização com este id." in _refused(portal, 1, nobody, "--documentos", "1")
    assert "'nada'" in _refused(portal, 2, "nada", "--documentos", "1")
    assert "--documentos" in _refused(portal, 2, nobody, "--documentos", "0")


def test_who_manages_is_limited_too_in_an_organisation_and_alone(
    portal: Portal, casa: Casa
) -> None:
    for path in ("/v1/cotas", "/v1/sessoes"):
        answer = portal.request("GET", path, token=casa.token())
        assert answer.status_code == 200, answer.text
        told = answer.headers["ratelimit-policy"]
        assert told == '"gerir";q=1200;w=60, "gerir-credencial";q=600;w=60'


def _refused(portal: Portal, code: int, *arguments: str) -> str:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        operate(portal, "cota", *arguments)
    assert failed.value.returncode == code
    return str(failed.value.stderr)


def _command(portal: Portal, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {f"FISCALXML_{name.upper()}": str(each) for name, each in portal.values.items()}
    return subprocess.run(
        [sys.executable, "-m", "fiscalxml_server.auth", "cota", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
