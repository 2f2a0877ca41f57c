"""What the other services make of tokens: verified by themselves, refused when revoked."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from fiscalxml_server.auth.organizacoes.models import organizacoes
from fiscalxml_server.auth.tokens import keyring, revocations, rotation
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.verifying import Verificador, leitura, revogados

from .portal import Portal


class Rede(httpx2.AsyncBaseTransport):
    """The way to the Auth Service; `down` breaks it, `asked` is what went over it."""

    def __init__(self, portal: Portal) -> None:
        self._there = httpx2.ASGITransport(portal.app, raise_app_exceptions=False)
        self.down = False
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.path)
        if self.down:
            raise httpx2.ConnectError("down")
        return await self._there.handle_async_request(request)


class Servico:
    """Another service, as far as it verifies."""

    def __init__(self, portal: Portal) -> None:
        self.rede = Rede(portal)
        self._portal = portal
        self.verificador = Verificador.open(
            Settings(
                auth_url="http://contas",
                service_key_file=portal.values["services_file"].parent / "api.jwk",
            ),
            self.rede,
        )

    def knows(self, token: str) -> bool:
        return self._portal.run(self.verificador.verify(token)) is not None

    def at_once(self, tokens: list[str]) -> list[object]:
        """What comes of many who ask at the same time."""

        async def ask() -> list[object]:
            asking = (self.verificador.verify(token) for token in tokens)
            return list(await asyncio.gather(*asking, return_exceptions=True))

        return self._portal.run(ask())

    def hears(self) -> None:
        """What was revoked until now."""
        self._portal.run(self.verificador.revogados._hear())


@pytest.fixture
def servico(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Servico:
    monkeypatch.setattr(keyring, "_FRESH_SECONDS", 0.0)
    monkeypatch.setattr(leitura, "AGAIN_SECONDS", 0.0)
    return Servico(portal)


def _revoke(portal: Portal, tipo: str, id_: str) -> None:
    async def revoke() -> None:
        async with portal.recursos.banco.transacao() as conn:
            await revocations.revoke(conn, tipo, id_)

    portal.run(revoke())


def _organizacao(portal: Portal) -> tuple[UUID, UUID]:
    values = {"id": new_id(), "teste": new_id(), "nome": "EMPRESA FICTICIA"}

    async def insert() -> None:
        async with portal.recursos.banco.transacao() as conn:
            await conn.execute(organizacoes.insert().values(values))

    portal.run(insert())
    return UUID(str(values["id"])), UUID(str(values["teste"]))


def test_a_token_is_verified_without_asking_for_it(portal: Portal, servico: Servico) -> None:
    for _ in range(5):
        token = portal.token(uuid4(), uuid4())
        assert servico.knows(token)
        assert servico.knows(token)
    assert servico.rede.asked == ["/interno/revogacoes"]


def test_the_subject_is_what_the_token_says(portal: Portal, servico: Servico) -> None:
    org = uuid4()
    token = portal.run(
        portal.recursos.emissor.issue(
            "maquina:x", org=org, escopos=(Escopo.LER,), empresas=("12345678000195",), teste=True
        )
    )
    sujeito = portal.run(servico.verificador.verify(token))
    assert sujeito is not None
    assert (sujeito.organizacao, sujeito.ator, sujeito.teste) == (org, "maquina:x", True)
    assert sujeito.escopos == {Escopo.LER}
    assert sujeito.empresas == frozenset({"12345678000195"})


def test_a_token_without_an_organisation_is_nobody_here(portal: Portal, servico: Servico) -> None:
    assert not servico.knows(portal.token(uuid4()))


def test_a_revoked_session_or_machine_is_refused_at_the_next_word(
    portal: Portal, servico: Servico
) -> None:
    sessao, maquina = new_id(), new_id()
    of_session = portal.token(uuid4(), uuid4(), sid=sessao)
    emissor = portal.recursos.emissor
    of_machine = portal.run(emissor.issue(f"maquina:{maquina}", org=uuid4()))
    other = portal.token(uuid4(), uuid4())
    assert all(map(servico.knows, (of_session, of_machine, other)))
    _revoke(portal, "sessao", str(sessao))
    _revoke(portal, "maquina", str(maquina))
    servico.hears()
    assert not servico.knows(of_session)
    assert not servico.knows(of_machine)
    assert servico.knows(other)


def test_an_epoch_ends_all_older_tokens_of_the_organisation_and_its_sandbox(
    portal: Portal, servico: Servico
) -> None:
    organizacao, teste = _organizacao(portal)
    old = [portal.token(uuid4(), each) for each in (organizacao, teste)]
    assert all(map(servico.knows, old))

    async def raise_epoch() -> None:
        async with portal.recursos.banco.transacao() as conn:
            await revocations.raise_epoch(conn, organizacao)

    portal.run(raise_epoch())
    servico.hears()
    assert not any(map(servico.knows, old))
    assert servico.knows(portal.token(uuid4(), organizacao, epoca=1))
    assert servico.knows(portal.token(uuid4(), uuid4()))


def test_a_new_key_is_fetched_when_its_first_token_comes(portal: Portal, servico: Servico) -> None:
    before = portal.token(uuid4(), uuid4())
    assert servico.knows(before)

    async def replace() -> None:
        async with portal.recursos.banco.transacao() as conn:
            await rotation.replace(conn, portal.recursos.segredos)

    portal.run(replace())
    assert servico.knows(portal.token(uuid4(), uuid4()))
    assert not servico.knows(before)  # of a key that is no more


def test_invented_keys_do_not_flood_the_auth_service(
    portal: Portal, servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert servico.knows(portal.token(uuid4(), uuid4()))
    monkeypatch.setattr(leitura, "AGAIN_SECONDS", 0.2)
    servico.rede.asked.clear()
    keys = [ECKey.generate_key("P-256", {"kid": f"inventada-{each}"}) for each in range(50)]
    assert servico.at_once([_signed(portal, key) for key in keys]) == [None] * 50
    assert len(servico.rede.asked) <= 2


def test_a_key_that_is_younger_than_the_last_word_is_waited_for(
    portal: Portal, servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leitura, "AGAIN_SECONDS", 0.2)
    assert servico.knows(portal.token(uuid4(), uuid4()))

    async def replace() -> None:
        async with portal.recursos.banco.transacao() as conn:
            await rotation.replace(conn, portal.recursos.segredos)

    portal.run(replace())
    assert servico.knows(portal.token(uuid4(), uuid4()))


def _signed(portal: Portal, key: ECKey, **claims: Any) -> str:
    now = int(time.time())
    told = {
        "iss": portal.recursos.settings.auth_issuer,
        "aud": "fiscalxml",
        "sub": f"pessoa:{uuid4()}",
        "iat": now,
        "exp": now + 300,
        "jti": "x",
        "org": str(uuid4()),
        **claims,
    }
    header = {"alg": "ES256", "kid": str(key.kid), "typ": "at+jwt"}
    return jwt.encode(header, told, key, algorithms=["ES256"])


def test_while_the_auth_service_is_away_what_is_known_holds(
    portal: Portal, servico: Servico
) -> None:
    first = portal.token(uuid4(), uuid4())
    assert servico.knows(first)
    servico.rede.down = True
    assert servico.knows(first)
    assert servico.knows(portal.token(uuid4(), uuid4()))
    unknown = ECKey.generate_key("P-256", {"kid": "talvez-nova"})
    with pytest.raises(Indisponivel) as told:
        servico.knows(_signed(portal, unknown))
    assert told.value.headers == {"Retry-After": "2"}


def test_a_service_that_never_heard_anything_lets_nobody_in(
    portal: Portal, servico: Servico
) -> None:
    token = portal.token(uuid4(), uuid4())
    servico.rede.down = True
    for _ in range(2):
        with pytest.raises(Indisponivel):
            servico.knows(token)
    servico.rede.down = False
    assert servico.knows(token)


def test_a_server_that_hangs_is_asked_once_for_all(
    portal: Portal, servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leitura, "AGAIN_SECONDS", 0.2)
    servico.rede.down = True
    tokens = [portal.token(uuid4(), uuid4()) for _ in range(20)]
    assert all(isinstance(each, Indisponivel) for each in servico.at_once(tokens))
    assert len(servico.rede.asked) <= 2


def test_a_token_dies_in_time_though_it_is_remembered(
    portal: Portal, servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = portal.token(uuid4(), uuid4())
    assert servico.knows(token)
    monkeypatch.setattr(servico.verificador._tokens, "_clock", lambda: time.time() + 306)
    assert not servico.knows(token)


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "..", "a.b.c", "x" * 8192, "eyJ.eyJ.x", "é.ç.ã", "\x00", "[" * 6000 + ".a.b"),
        *("fx_", "fx_live_", "fx_dev_x", "fx_test_" + "A" * 4000, "\udc80.a.b"),
    ],
)
def test_what_is_no_credential_is_nobody_and_asks_nothing(servico: Servico, text: str) -> None:
    assert not servico.knows(text)
    assert servico.rede.asked == []


def test_a_deep_header_or_body_is_refused(portal: Portal, servico: Servico) -> None:
    assert servico.knows(portal.token(uuid4(), uuid4()))
    deep = base64.urlsafe_b64encode(b"[" * 380).decode().rstrip("=")
    assert not servico.knows(f"{deep}.a.b")


def test_it_hears_by_itself_while_it_runs(
    portal: Portal, servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revogados, "POLL_SECONDS", 0.05)
    sessao = new_id()
    token = portal.token(uuid4(), uuid4(), sid=sessao)

    async def wait() -> float:
        async with servico.verificador.following():
            assert await servico.verificador.verify(token)
            async with portal.recursos.banco.transacao() as conn:
                await revocations.revoke(conn, "sessao", str(sessao))
            started = time.monotonic()
            while await servico.verificador.verify(token):
                await asyncio.sleep(0.01)
            return time.monotonic() - started

    assert portal.run(wait()) < 5
