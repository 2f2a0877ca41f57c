"""Access tokens: what is in them, and which are refused."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from fiscalxml_server.auth.organizacoes.models import organizacoes
from fiscalxml_server.auth.tokens import revocations
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.rbac import PERMISSOES, Papel
from fiscalxml_server.kit.tokens import AUDIENCE, TokenVerifier

from .portal import Portal


def test_a_token_says_who_asks_and_what_the_role_may_do(portal: Portal) -> None:
    pessoa, organizacao = uuid4(), uuid4()
    token = portal.token(pessoa, organizacao, papel=Papel.AUDITOR, empresas=("12345678000195",))
    sujeito = portal.run(portal.recursos.verificador.verify(token))
    assert sujeito is not None
    assert (sujeito.organizacao, sujeito.ator) == (organizacao, f"pessoa:{pessoa}")
    assert sujeito.escopos == PERMISSOES[Papel.AUDITOR]
    assert sujeito.empresas == frozenset({"12345678000195"})


def test_a_token_lives_for_minutes(portal: Portal) -> None:
    token = portal.token(uuid4(), uuid4())
    keys = portal.recursos.chaveiro.public
    issuer = portal.recursos.settings.auth_issuer
    claims = TokenVerifier(issuer, keys).claims(token)
    assert claims is not None
    assert claims.exp - claims.iat == 300
    late = TokenVerifier(issuer, keys, clock=lambda: claims.exp + 6)
    assert late.claims(token) is None


@pytest.mark.parametrize("wrong", [{"aud": "outro"}, {"iss": "outro"}, {"exp": 1}, {"org": "x"}])
def test_what_is_not_for_us_or_malformed_is_refused(
    portal: Portal, wrong: dict[str, object]
) -> None:
    token = portal.token(uuid4(), uuid4())
    key = portal.recursos.chaveiro.signing()
    claims = jwt.decode(token, key, algorithms=["ES256"]).claims
    header = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}
    assert _verify(portal, jwt.encode(header, claims, key, algorithms=["ES256"]))
    forged = jwt.encode(header, {**claims, **wrong}, key, algorithms=["ES256"])
    assert not _verify(portal, forged)


def test_other_keys_and_other_algorithms_are_refused(portal: Portal) -> None:
    token = portal.token(uuid4(), uuid4())
    key = portal.recursos.chaveiro.signing()
    claims = jwt.decode(token, key, algorithms=["ES256"]).claims
    other = ECKey.generate_key("P-256", {"kid": str(key.kid)})
    header = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}
    assert not _verify(portal, jwt.encode(header, claims, other, algorithms=["ES256"]))
    head, body, _ = token.split(".")
    assert not _verify(portal, f"{head}.{body}.")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"  # {"alg":"none","typ":"at+jwt"}
    assert not _verify(portal, f"{none}.{body}.")
    wrong_type = jwt.encode({**header, "typ": "JWT"}, claims, key, algorithms=["ES256"])
    assert not _verify(portal, wrong_type)
    head, body, signature = token.split(".")
    for other_signature in (
        "A" * 86,
        "",
        signature[:-2],
        f"{signature}AA",
        f"{signature[:-1]}!",
        "é",
    ):
        assert not _verify(portal, f"{head}.{body}.{other_signature}")
    assert not _verify(portal, f"{head}.{body}A.{signature}")
    assert not _verify(portal, f"{head}.{body}")
    assert not _verify(portal, f"{head}.{body}.{body}.{signature}")
    assert not _verify(portal, "a.b.c")
    assert not _verify(portal, "")


def _verify(portal: Portal, token: str) -> bool:
    return portal.run(portal.recursos.verificador.verify(token)) is not None


def test_the_public_keys_tell_nothing_private(portal: Portal) -> None:
    portal.token(uuid4())
    told = portal.recursos.chaveiro.public()
    assert isinstance(told, KeySet)
    assert AUDIENCE == "fiscalxml"
    assert all("d" not in key for key in told.as_dict(private=False)["keys"])


def test_a_revoked_session_or_an_older_epoch_is_refused_at_once(portal: Portal) -> None:
    sessao = new_id()
    token = portal.token(uuid4(), uuid4(), sid=sessao)
    other = portal.token(uuid4(), uuid4())
    assert _verify(portal, token)

    async def revoke() -> UUID:
        async with portal.recursos.banco.transacao() as conn:
            await revocations.revoke(conn, "sessao", str(sessao))
            organizacao = new_id()
            await conn.execute(
                organizacoes.insert().values(id=organizacao, teste=new_id(), nome="EMPRESA")
            )
            await revocations.raise_epoch(conn, organizacao)
        return organizacao

    organizacao = portal.run(revoke())
    assert not _verify(portal, token)
    assert _verify(portal, other)
    assert not _verify(portal, portal.token(uuid4(), organizacao, epoca=0))
    assert _verify(portal, portal.token(uuid4(), organizacao, epoca=1))
