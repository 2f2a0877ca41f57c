"""Keys that were found: told of by anybody or by GitHub, revoked, their owners told."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fiscalxml_server.auth.vazamentos.signature import is_signed
from fiscalxml_server.kit.api_keys import new_key
from fiscalxml_server.kit.rbac import Papel
from services.auth.portal import Portal

from .casa import Casa

PLACE = "https://github.com/octocat/Hello-World/blob/main/.env"
FOUND = "/v1/chaves-vazadas"


@pytest.fixture(scope="module")
def portal(banco: str, valkey: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Behind a proxy, so that each organisation here is told of from an address of its own."""
    portal = Portal(banco, valkey, tmp_path_factory.mktemp("auth"), trusted_proxies=1)
    yield portal
    portal.close()


def _from(casa: Casa) -> dict[str, str]:
    return {"X-Forwarded-For": f"2001:db8:{casa.id.hex[-8:-4]}:{casa.id.hex[-4:]}::1"}


def _tell(casa: Casa, chave: object, **more: object) -> httpx2.Response:
    return casa.portal.request("POST", FOUND, json={"chave": chave, **more}, headers=_from(casa))


def test_a_key_that_somebody_found_is_revoked_and_the_owners_told(casa: Casa) -> None:
    admin, email = casa.member(Papel.ADMIN)
    made = casa.new(nome="ERP da loja", token=casa.portal.token(admin, casa.id, papel=Papel.ADMIN))
    answer = _tell(casa, made["chave"], onde=PLACE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert not casa.works(made["chave"])
    seen = casa.ask("GET", f"/{made['id']}").json()
    assert seen["situacao"] == "revogada"
    assert seen["vazada_em"] is not None
    for address in (casa.email, email):
        (carta,) = casa.portal.letters(address)
        assert carta.assunto == "A chave de API ERP da loja vazou e foi revogada"
        assert PLACE not in carta.texto  # anybody could have written it
    assert casa.audit()[1:] == [
        (
            "chave.vazada",
            f"chave:{made['id']}",
            {"nome": "ERP da loja", "por": "anonimo", "onde": PLACE},
        ),
        ("chave.revogada", f"chave:{made['id']}", {}),
        ("chave.lida", f"chave:{made['id']}", {}),
    ]
    revoked = casa.sql("SELECT 1 FROM auth.revogacoes WHERE id = :id", id=made["id"])
    assert len(revoked) == 1


def test_where_the_organisation_chose_so_the_owners_are_told_alone(casa: Casa) -> None:
    made = casa.new()
    casa.portal.request(
        "PUT", "/v1/politica-de-chaves", token=casa.token(), json={"ao_vazar": "avisar"}
    )
    for _ in range(3):
        assert _tell(casa, made["chave"]).status_code == 204
    assert casa.works(made["chave"])
    (carta,) = casa.portal.letters(casa.email)
    assert carta.assunto == "A chave de API ERP vazou e continua valendo"
    assert [acao for acao, _, _ in casa.audit()].count("chave.vazada") == 1
    casa.sql("UPDATE auth.chaves_api SET vazada_em = vazada_em - interval '25 hours'")
    _tell(casa, made["chave"])
    assert len(casa.portal.letters(casa.email)) == 2


def test_the_answer_tells_nothing_of_whether_a_key_works(casa: Casa) -> None:
    works, revoked, ended = casa.new(), casa.new(), casa.new(validade_dias=1)
    casa.ask("DELETE", f"/{revoked['id']}")
    casa.later(ended["id"], days=2)
    texts = [new_key(teste=False), "nada", revoked["chave"], ended["chave"], works["chave"]]
    answers = [_tell(casa, each) for each in texts]
    assert {(each.status_code, each.content) for each in answers} == {(204, b"")}
    for each in answers:
        del each.headers["x-request-id"]
    assert len({frozenset(each.headers.items()) for each in answers}) == 1
    assert len(casa.portal.letters(casa.email)) == 1


def test_a_text_with_the_look_up_id_of_a_key_does_not_revoke_it(casa: Casa) -> None:
    chave = casa.new()["chave"]
    other = new_key(teste=False)
    assert _tell(casa, chave[:17] + other[17:]).status_code == 204
    assert casa.works(chave)


def test_found_many_times_at_once_it_is_revoked_once(casa: Casa) -> None:
    chave = casa.new()["chave"]

    async def all_of_them() -> set[int]:
        asking = [casa.portal.asking("POST", FOUND, json={"chave": chave}) for _ in range(5)]
        return {each.status_code for each in await asyncio.gather(*asking)}

    assert casa.portal.run(all_of_them()) == {204}
    assert len(casa.portal.letters(casa.email)) == 1
    assert [acao for acao, _, _ in casa.audit()].count("chave.vazada") == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"chave": 1},
        {"chave": None},
        {"chave": "x", "onde": "x" * 2_001},
        {"chave": "x", "onde": 1},
        {"chave": "x", "organizacao": "x"},
        [{"token": "x", "type": "x"}],
        "fx_live_",
    ],
)
def test_a_wrong_body_is_refused(casa: Casa, body: object) -> None:
    assert casa.portal.request("POST", FOUND, json=body, headers=_from(casa)).status_code == 422


def test_hostile_places_are_kept_and_harm_nothing(casa: Casa) -> None:
    chave = casa.new()["chave"]
    place = "javascript:alert(1)\0\r\nBcc: x@y.z\u202e" + "é" * 1_000
    assert _tell(casa, chave, onde=place).status_code == 204
    assert casa.audit()[1][2]["onde"] == place


def test_nobody_tells_of_too_many(portal: Portal) -> None:
    headers = {"X-Forwarded-For": "198.51.100.7"}
    answers = [
        portal.request("POST", FOUND, json={"chave": "nada"}, headers=headers) for _ in range(31)
    ]
    assert [each.status_code for each in answers] == [204] * 30 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    other = portal.request(
        "POST", FOUND, json={"chave": "nada"}, headers={"X-Forwarded-For": "198.51.100.8"}
    )
    assert other.status_code == 204


# What GitHub's secret scanning sends.


class GitHub:
    """Signs as it does."""

    def __init__(self, folder: Path) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.identifier = "a" * 64
        self.file = folder / "github.json"
        pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        known = {"key_identifier": self.identifier, "key": pem.decode(), "is_current": True}
        self.file.write_text(json.dumps({"public_keys": [known]}))

    def headers(self, body: bytes, **wrong: str) -> dict[str, str]:
        signature = self.key.sign(body, ec.ECDSA(SHA256()))
        return {
            "Content-Type": "application/json",
            "Github-Public-Key-Identifier": self.identifier,
            "Github-Public-Key-Signature": base64.b64encode(signature).decode(),
            **{name.replace("_", "-"): value for name, value in wrong.items()},
        }


@pytest.fixture
def github(tmp_path: Path) -> GitHub:
    return GitHub(tmp_path)


@pytest.fixture
def partner(portal: Portal, banco: str, valkey: str, tmp_path: Path, github: GitHub) -> Any:
    own = Portal(
        banco,
        valkey,
        tmp_path,
        auth_secret_file=portal.values["auth_secret_file"],
        leak_scanner_keys_file=github.file,
    )
    yield own
    own.close()


def _alerts(*tokens: str) -> bytes:
    each = [
        {"token": token, "type": "fiscalxml_api_key", "url": PLACE, "source": "content", "new": 1}
        for token in tokens
    ]
    return json.dumps(each).encode()


def test_what_github_found_is_revoked_and_it_is_told_which_were_keys(
    partner: Portal, github: GitHub
) -> None:
    casa = Casa(partner)
    works, revoked, unknown = casa.new(), casa.new(), new_key(teste=False)
    casa.ask("DELETE", f"/{revoked['id']}")
    tokens = (works["chave"], revoked["chave"], unknown, "nada")
    body = _alerts(*tokens)
    answer = partner.request("POST", FOUND, content=body, headers=github.headers(body))
    assert answer.status_code == 200
    labels = ["true_positive", "true_positive", "false_positive", "false_positive"]
    assert answer.json() == [
        {
            "token_hash": hashlib.sha256(token.encode()).hexdigest(),
            "token_type": "fiscalxml_api_key",
            "label": label,
        }
        for token, label in zip(tokens, labels, strict=True)
    ]
    assert works["chave"] not in answer.text
    assert not casa.works(works["chave"])
    vazada = next(detalhes for acao, _, detalhes in casa.audit() if acao == "chave.vazada")
    assert vazada == {"nome": "ERP", "por": "github", "onde": PLACE}


@pytest.mark.parametrize(
    "wrong",
    [
        {"Github_Public_Key_Signature": ""},
        {"Github_Public_Key_Signature": "nada"},
        {"Github_Public_Key_Signature": "MEUCIQ=="},
        {"Github_Public_Key_Signature": "A" * 7_000},
        {"Github_Public_Key_Identifier": "b" * 64},
        {"Github_Public_Key_Identifier": ""},
        {"Github_Public_Key_Identifier": "../../etc/passwd"},
    ],
)
def test_what_github_did_not_sign_is_refused_and_does_nothing(
    partner: Portal, github: GitHub, wrong: dict[str, str]
) -> None:
    casa = Casa(partner)
    chave = casa.new()["chave"]
    body = _alerts(chave)
    answer = partner.request("POST", FOUND, content=body, headers=github.headers(body, **wrong))
    assert (answer.status_code, answer.json()["codigo"]) == (403, "assinatura_invalida")
    assert casa.works(chave)


def test_a_signature_is_of_one_body(partner: Portal, github: GitHub) -> None:
    casa = Casa(partner)
    chave = casa.new()["chave"]
    headers = github.headers(_alerts("nada"))
    answer = partner.request("POST", FOUND, content=_alerts(chave), headers=headers)
    assert answer.status_code == 403
    assert casa.works(chave)


def test_without_known_keys_nothing_is_taken_for_github_s(casa: Casa, github: GitHub) -> None:
    body = _alerts(casa.new()["chave"])
    answer = casa.portal.request("POST", FOUND, content=body, headers=github.headers(body))
    assert answer.status_code == 403


@pytest.mark.parametrize("body", [b"{}", b"[1]", b'[{"token": 1}]', b"[", b"\xff", b"null"])
def test_what_is_signed_and_wrong_is_a_problem(
    partner: Portal, github: GitHub, body: bytes
) -> None:
    answer = partner.request("POST", FOUND, content=body, headers=github.headers(body))
    assert answer.status_code == 422


def test_a_very_long_list_is_answered_or_refused(partner: Portal, github: GitHub) -> None:
    body = _alerts(*(f"nada {number}" for number in range(2_000)))
    answer = partner.request("POST", FOUND, content=body, headers=github.headers(body))
    assert len(answer.json()) == 2_000
    body = _alerts("x" * 600_000)
    answer = partner.request("POST", FOUND, content=body, headers=github.headers(body))
    assert answer.status_code == 413


def test_a_signature_as_github_s_documentation_shows_it_holds(tmp_path: Path) -> None:
    """The test key, body and signature of its page on the partner program."""
    identifier = "f9525bf080f75b3506ca1ead061add62b8633a346606dc5fe544e29231c6ee0d"
    pem = (
        "-----BEGIN PUBLIC KEY-----\n"
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsz9ugWDj5jK5ELBK42ynytbo38gP\n"
        "HzZFI03Exwz8Lh/tCfL3YxwMdLjB+bMznsanlhK0RwcGP3IDb34kQDIo3Q==\n"
        "-----END PUBLIC KEY-----\n"
    )
    signature = (
        "MEUCIFLZzeK++IhS+y276SRk2Pe5LfDrfvTXu6iwKKcFGCrvAiEAhHN2kDOhy2I6eGkOFmxNkOJ+L2y8oQ9A2T9GGJo"
        "6WJY="
    )
    body = b'[{"token":"some_token","type":"some_type","url":"some_url","source":"some_source"}]'
    file = tmp_path / "keys.json"
    file.write_bytes(
        msgspec.json.encode({"public_keys": [{"key_identifier": identifier, "key": pem}]})
    )
    assert is_signed(file, identifier, signature, body)
    assert not is_signed(file, identifier, signature, body + b" ")
