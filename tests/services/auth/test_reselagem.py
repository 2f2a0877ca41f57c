"""The Auth Service's secret is changed while everything goes on: what the one before has sealed and
hashed is good until it is made anew, and the operator is told when it may go."""

from __future__ import annotations

import secrets
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from fiscalxml_server.auth.app import create_app
from fiscalxml_server.kit.audit import INSTALACAO
from fiscalxml_server.kit.rbac import Papel
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.kit.settings import Settings
from services.servers.postgres import Servidor, new_database

from .accounts import SENHA, accept, code_of, confirm, new_address, new_email, new_owner, sign_up
from .chaves.casa import Casa
from .maquinas.clientes import by_secret
from .maquinas.clientes import new as new_machine
from .portal import Portal, operate
from .signing_in import enter, session_of
from .test_totp import Protegida, Relogio, relogio  # noqa: F401 - a fixture

SEALED = {
    "auth.chaves_de_assinatura": "privada",
    "auditoria.chaves": "privada",
    "auth.totps": "segredo",
    "auth.emails": "carta",
    "auth.cadastros": "dados",
}


@pytest.fixture
def portal(postgres: Servidor, modelo: str, valkey: str, tmp_path: Path) -> Iterator[Portal]:
    """On a database of the test's own: what is left is counted over all of it. A session ends too
    soon to be waited for."""
    with new_database(postgres, modelo) as url:
        portal = Portal(url, valkey, tmp_path, session_hours=1 / 3600)
        yield portal
        portal.close()


def _restart(portal: Portal, *lines: str) -> None:
    """All processes, with a file that has these secrets."""
    portal.run(portal.app.state.limites.close())
    portal.run(portal.recursos.close())
    portal.values["auth_secret_file"].write_text("\n".join(lines) + "\n")
    portal.app = create_app(Settings(**portal.values))
    portal.recursos = portal.app.state.recursos


def _change(portal: Portal) -> tuple[str, str]:
    """Another secret makes what is made from now on; gives it and the one before."""
    old = portal.values["auth_secret_file"].read_text().strip()
    new = secrets.token_hex(32)
    _restart(portal, new, old)
    return new, old


def _sealers(portal: Portal, pessoa: Any) -> set[bytes]:
    """Ids of the secrets by which something is sealed."""

    async def read() -> set[bytes]:
        async with portal.recursos.banco.transacao(pessoa=pessoa) as conn:
            found: set[bytes] = set()
            for table, column in SEALED.items():
                rows = await conn.scalars(
                    text(
                        f"SELECT substr({column}, 1, 4) FROM {table}"  # noqa: S608
                        f" WHERE {column} IS NOT NULL"
                    )
                )
                ids = set(rows)
                assert ids, table
                found |= ids
            return found

    return portal.run(read())


def _forgotten(portal: Portal, email: str) -> str:
    """The code of the e-mail by which a password is set anew."""
    asked = {"email": email}
    path = "/v1/senha/esquecida"
    assert portal.request("POST", path, json=asked, de=new_address()).status_code == 202
    return code_of(portal, email)


def test_codes_keys_sessions_and_factors_of_before_are_good(
    postgres: Servidor,
    modelo: str,
    valkey: str,
    tmp_path: Path,
    relogio: Relogio,  # noqa: F811
) -> None:
    with new_database(postgres, modelo) as url:
        portal = Portal(url, valkey, tmp_path)
        try:
            _all_goes_on(portal, Protegida(portal, relogio))
        finally:
            portal.close()


def _all_goes_on(portal: Portal, ana: Protegida) -> None:
    casa, owner, forgetful = Casa(portal), new_owner(portal), new_owner(portal)
    key, machine = casa.new()["chave"], new_machine(casa)
    session = session_of(owner)
    signed_up, invited = new_email(), new_email()
    sign_up(portal, signed_up)
    signed_up_code = code_of(portal, signed_up)
    invitation = owner.invite(Papel.LEITOR, invited)
    reset = _forgotten(portal, forgetful.email)
    half = ana.challenge()["desafio"]
    token = owner.token

    _change(portal)

    assert portal.request("GET", "/v1/conta", token=token).status_code == 200
    assert confirm(portal, signed_up_code).status_code == 201
    assert accept(portal, invitation, nome="Bia", senha=SENHA).status_code == 201
    assert casa.works(key)
    assert by_secret(casa, machine).status_code == 200
    assert session.renew().status_code == 200
    assert session.renew().status_code == 200
    assert ana.answer(ana.codigo(), desafio=half).status_code == 201
    assert ana.answer(ana.codigos[0], "recuperacao").status_code == 201
    again = {"codigo": reset, "senha": "outra ponte muito mais azul"}
    assert portal.request("POST", "/v1/senha/nova", json=again).status_code == 204
    assert enter(portal, forgetful.email, again["senha"]).status_code == 201
    assert code_of(portal, invited) == invitation  # the e-mail that waits


def test_a_wrong_text_is_as_wrong_as_ever(portal: Portal) -> None:
    casa = Casa(portal)
    machine = new_machine(casa)
    _change(portal)
    assert by_secret(casa, machine | {"client_secret": "fx_maq_errado"}).status_code == 401
    assert by_secret(casa, machine).status_code == 200


def test_what_is_sealed_is_sealed_anew(portal: Portal, relogio: Relogio) -> None:  # noqa: F811
    ana = Protegida(portal, relogio)
    sign_up(portal, new_email())
    portal.request("GET", "/.well-known/fiscalxml-auditoria.json")
    new, _ = _change(portal)
    said = operate(portal, "reseal")
    assert "Selados de novo: " in said
    assert _sealers(portal, ana.gente.pessoa) == {Segredos(bytes.fromhex(new)).id}
    assert "Selados de novo: 0." in operate(portal, "reseal")
    _restart(portal, new)
    assert portal.letters(ana.gente.email)
    assert portal.request("GET", "/.well-known/fiscalxml-auditoria.json").status_code == 200


def test_what_is_only_hashed_is_counted_until_it_is_used(portal: Portal) -> None:
    casa = Casa(portal)
    used, unused, machine = casa.new()["chave"], casa.new()["chave"], new_machine(casa)
    new, _ = _change(portal)
    said = operate(portal, "reseal")
    assert "Ainda dependem dos anteriores: 2 chaves de API." in said
    assert "Ainda dependem dos anteriores: 1 máquinas." in said
    assert casa.works(used)
    assert by_secret(casa, machine).status_code == 200
    said = operate(portal, "reseal")
    assert "Ainda dependem dos anteriores: 1 chaves de API." in said
    assert "máquinas" not in said
    _restart(portal, new)
    assert casa.works(used)
    assert by_secret(casa, machine).status_code == 200
    assert not casa.works(unused)


def test_the_operator_is_told_when_the_one_before_may_go(portal: Portal) -> None:
    owner = new_owner(portal)
    code = owner.invite(Papel.LEITOR, new_email())
    _change(portal)
    assert "Ainda dependem dos anteriores: 1 convites." in operate(portal, "reseal")
    assert "não servem mais" not in operate(portal, "reseal")
    accept(portal, code, nome="Bia", senha=SENHA)
    time.sleep(1.1)  # the sessions that there may be end with their second
    assert "Os segredos anteriores não servem mais a nada" in operate(portal, "reseal")


def test_the_change_is_in_the_installation_s_chain_once(portal: Portal) -> None:
    new, _ = _change(portal)
    operate(portal, "reseal")
    operate(portal, "reseal")

    async def read() -> list[tuple[str, str]]:
        async with portal.recursos.banco.transacao(INSTALACAO) as conn:
            rows = await conn.execute(
                text("SELECT ator, alvo FROM auditoria.registros WHERE acao = 'segredo.adotado'")
            )
            return [(row.ator, row.alvo) for row in rows]

    told = f"segredo:{Segredos(bytes.fromhex(new)).id.hex()}"
    assert portal.run(read()) == [("sistema", told)]


def test_without_the_one_before_nothing_is_lost_and_it_is_said(portal: Portal) -> None:
    sign_up(portal, new_email())
    new, old = _change(portal)
    _restart(portal, new)
    with pytest.raises(subprocess.CalledProcessError) as failed:
        operate(portal, "reseal")
    assert "nenhum segredo do arquivo abre" in failed.value.stderr
    assert new not in failed.value.stderr
    _restart(portal, new, old)
    assert operate(portal, "reseal")


ONE, TWO = bytes(range(32)), bytes(range(32, 64))


def test_a_value_is_good_for_its_use_its_context_and_its_secret_alone() -> None:
    one, both = Segredos(ONE), Segredos(TWO, ONE)
    sealed = one.seal(b"uso", b"lugar", b"valor")
    assert both.open(b"uso", b"lugar", sealed) == b"valor"
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    renamed = both.id + sealed[4:]
    for segredos, use, context, value in (
        (Segredos(TWO), b"uso", b"lugar", sealed),
        (both, b"outro", b"lugar", sealed),
        (both, b"uso", b"outro", sealed),
        (both, b"uso", b"lugar", altered),
        (both, b"uso", b"lugar", renamed),
        (both, b"uso", b"lugar", sealed[:10]),
        (both, b"uso", b"lugar", b""),
    ):
        with pytest.raises(ValueError, match="not sealed"):
            segredos.open(use, context, value)


def test_a_hash_matches_its_message_its_use_and_its_secret_alone() -> None:
    one, both = Segredos(ONE), Segredos(TWO, ONE)
    kept = one.digest(b"uso", b"texto")
    assert both.matches(b"uso", b"texto", kept)
    assert kept in both.digests(b"uso", b"texto")
    assert both.digest(b"uso", b"texto") != kept
    assert not both.matches(b"uso", b"outro", kept)
    assert not both.matches(b"outro", b"texto", kept)
    assert not both.matches(b"uso", b"texto", both.id + kept[4:])
    assert not Segredos(TWO).matches(b"uso", b"texto", kept)
    assert not both.matches(b"uso", b"texto", b"")


@pytest.mark.parametrize(
    "content", ["", "\n", "00", "g" * 64, f"{ONE.hex()}\n{'00' * 31}"], ids=str
)
def test_a_file_without_whole_secrets_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "auth.key"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"secret|hexadecimal"):
        Segredos.read(path)
