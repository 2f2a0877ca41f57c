"""What the services are told of a key: all that it may, or nothing."""

from __future__ import annotations

import asyncio
import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import event

from fiscalxml_server.auth.chaves import recognition
from fiscalxml_server.auth.introspeccao.service import introspect
from fiscalxml_server.kit.api_keys import checksum, new_key, parse
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.secrets import _Segredo
from fiscalxml_server.kit.verifying.contas import Introspeccao
from services.auth.portal import Portal

from .casa import CNPJ, CPF, Casa, now

ASK = "/interno/introspeccao"
REFUSED = {"ativa": False, "sujeito": None, "expira_em": None}


def test_a_key_that_works_is_told_with_all_that_it_may(casa: Casa) -> None:
    made = casa.new(escopos=["validar", "documentos:ler"], empresas=[CPF, CNPJ])
    told = casa.told_of(made["chave"])
    assert told["ativa"] is True
    assert told["expira_em"] == made["expira_em"]
    assert msgspec.convert(told["sujeito"], Sujeito) == Sujeito(
        organizacao=casa.id,
        credencial=made["id"],
        escopos=frozenset({Escopo.VALIDAR, Escopo.LER}),
        ator=f"chave:{made['id']}",
        empresas=frozenset({CNPJ, CPF}),
        teste=False,
    )
    assert msgspec.json.decode(msgspec.json.encode(told), type=Introspeccao).ativa


def test_a_key_without_limits_sees_all_companies(casa: Casa) -> None:
    assert casa.told_of(casa.new()["chave"])["sujeito"]["empresas"] is None


def test_a_key_of_tests_stands_for_the_sandbox(casa: Casa) -> None:
    sujeito = casa.told_of(casa.new(teste=True)["chave"])["sujeito"]
    assert UUID(sujeito["organizacao"]) == casa.teste
    assert sujeito["teste"] is True


def test_who_asks_must_be_a_service_that_may(casa: Casa) -> None:
    body = {"chave": casa.new()["chave"]}
    portal = casa.portal
    assert portal.request("POST", ASK, json=body).status_code == 401
    assert portal.request("POST", ASK, json=body, token=casa.token()).status_code == 401
    assert portal.request("POST", ASK, json=body, token=body["chave"]).status_code == 401
    assert portal.calling("POST", ASK, servico="outro", json=body).status_code == 403


def test_a_revoked_key_is_refused_at_once(casa: Casa) -> None:
    made = casa.new()
    casa.ask("DELETE", f"/{made['id']}")
    assert not casa.works(made["chave"])


def test_an_expired_key_is_refused(casa: Casa) -> None:
    made = casa.new(validade_dias=1)
    casa.later(made["id"], hours=23)
    assert casa.works(made["chave"])
    casa.later(made["id"], hours=2)
    assert not casa.works(made["chave"])


def test_the_keys_of_an_organisation_that_ended_are_refused(casa: Casa) -> None:
    chave = casa.new()["chave"]
    casa.sql("UPDATE auth.organizacoes SET situacao = 'encerrada' WHERE id = :id", id=casa.id)
    assert not casa.works(chave)


def test_both_texts_work_while_one_replaces_the_other(casa: Casa) -> None:
    made = casa.new()
    rotated = casa.ask("POST", f"/{made['id']}/rotacao", json={"horas": 2}).json()
    old, new = casa.told_of(made["chave"]), casa.told_of(rotated["chave"])
    assert old["sujeito"] == new["sujeito"]
    assert new["expira_em"] == made["expira_em"]
    assert datetime.fromisoformat(old["expira_em"]) < now() + timedelta(hours=2)
    casa.later(made["id"], hours=3)
    assert not casa.works(made["chave"])
    assert casa.works(rotated["chave"])
    casa.ask("DELETE", f"/{made['id']}")
    assert not casa.works(rotated["chave"])


def test_a_rotation_without_hours_ends_the_text_before_at_once(casa: Casa) -> None:
    made = casa.new()
    rotated = casa.ask("POST", f"/{made['id']}/rotacao", json={"horas": 0}).json()
    assert not casa.works(made["chave"])
    assert casa.works(rotated["chave"])
    revoked = casa.sql("SELECT 1 FROM auth.revogacoes WHERE id = :id", id=made["id"])
    assert revoked == []  # the key itself goes on


def test_only_two_texts_ever_work(casa: Casa) -> None:
    made = casa.new()
    path = f"/{made['id']}/rotacao"
    later = [casa.ask("POST", path, json={}).json()["chave"] for _ in range(3)]
    texts = [made["chave"], *later]
    assert [casa.works(each) for each in texts] == [False, False, True, True]


def test_the_hour_of_the_last_use_is_remembered_and_written_once(casa: Casa) -> None:
    made = casa.new()
    casa.told_of(made["chave"])
    written = casa.sql("SELECT xmin::text, usado_em FROM auth.segredos_de_chaves")
    seen = casa.ask("GET", f"/{made['id']}").json()
    hour = now().replace(minute=0, second=0, microsecond=0)
    assert hour - datetime.fromisoformat(seen["usada_em"]) <= timedelta(hours=1)
    assert seen["segredos"][0]["usado_em"] == seen["usada_em"]
    for _ in range(3):
        casa.told_of(made["chave"])
    assert casa.sql("SELECT xmin::text, usado_em FROM auth.segredos_de_chaves") == written
    casa.sql("UPDATE auth.segredos_de_chaves SET usado_em = usado_em - interval '2 hours'")
    casa.told_of(made["chave"])
    assert casa.ask("GET", f"/{made['id']}").json()["usada_em"] == seen["usada_em"]


def test_a_refused_key_is_not_in_use(casa: Casa) -> None:
    made = casa.new()
    casa.ask("DELETE", f"/{made['id']}")
    casa.told_of(made["chave"])
    assert casa.ask("GET", f"/{made['id']}").json()["usada_em"] is None


def _forged(chave: str) -> list[str]:
    """What knows the look-up id and not the secret."""
    partes = parse(chave)
    assert partes is not None
    other = new_key(teste=partes.teste)
    return [chave[:-1], chave + "0", chave[:17] + other[17:], chave.replace("live", "test")]


def test_hostile_keys_are_refused_alike(casa: Casa) -> None:
    chave = casa.new()["chave"]
    hostile = [
        "",
        "\0",
        "fx_live_",
        new_key(teste=False),
        new_key(teste=True),
        *_forged(chave),
        f" {chave}",
        f"{chave}\n",
        chave.upper(),
        chave.replace("_", "＿"),
        "fx_live_' OR '1'='1",
        "é" * 10_000,
        "\U0001f511" * 45,
    ]
    for each in hostile:
        answer = casa.portal.calling("POST", ASK, json={"chave": each})
        assert (answer.status_code, answer.json()) == (200, REFUSED), each


def test_a_key_with_its_crc_made_anew_is_still_not_the_key(casa: Casa) -> None:
    """The look-up id is known from the list, and the check can be computed by anybody."""
    partes = parse(casa.new()["chave"])
    assert partes is not None
    wrong = _well_formed(partes.consulta)
    assert parse(wrong) is not None
    assert not casa.works(wrong)


def _well_formed(consulta: str) -> str:
    body = f"fx_live_{consulta}_{'A' * 22}"
    return body + checksum(body)


@pytest.mark.parametrize(
    "body",
    [{}, {"chave": 1}, {"chave": None}, {"chave": ["a"]}, {"chave": "a", "x": 1}, [], "a", None],
)
def test_a_wrong_question_is_a_problem(casa: Casa, body: object) -> None:
    assert casa.portal.calling("POST", ASK, json=body).status_code == 422


@pytest.mark.parametrize("content", [b"", b"\xff", b'{"chave": "\\ud800"}', b"[" * 5000])
def test_a_question_that_is_no_json_is_a_problem(casa: Casa, content: bytes) -> None:
    answer = casa.portal.calling("POST", ASK, content=content)
    assert answer.status_code in (200, 400, 422)
    assert answer.status_code != 200 or answer.json() == REFUSED


def test_a_text_that_nobody_has_costs_what_a_wrong_one_of_a_known_key_does(
    casa: Casa, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statements, keyed hashes and comparisons are counted, not the time."""
    partes = parse(casa.new()["chave"])
    assert partes is not None
    done: list[str] = []

    def counted(kind: str, work: Any) -> Any:
        def count(*arguments: Any) -> Any:
            done.append(kind)
            return work(*arguments)

        return count

    monkeypatch.setattr(_Segredo, "digest", counted("digest", _Segredo.digest))
    monkeypatch.setattr(hmac, "compare_digest", counted("compare", hmac.compare_digest))
    engine = portal.recursos.banco._primary.engine.sync_engine

    def asked(*_: object) -> None:
        done.append("sql")

    event.listen(engine, "before_cursor_execute", asked)
    costs = []
    for chave in (new_key(teste=False), _well_formed(partes.consulta)):
        done.clear()
        portal.run(recognition.recognise(portal.recursos, chave))
        costs.append(tuple(done))
    event.remove(engine, "before_cursor_execute", asked)
    assert costs[0] == costs[1] == ("sql", "digest", "compare")


def test_many_who_ask_at_once_are_all_answered(casa: Casa, portal: Portal) -> None:
    chave = casa.new()["chave"]

    async def all_of_them() -> list[Introspeccao]:
        return await asyncio.gather(*(introspect(portal.recursos, chave) for _ in range(40)))

    assert all(each.ativa for each in portal.run(all_of_them()))


def test_a_key_is_refused_from_its_revocation_on_whatever_else_is_going_on(
    casa: Casa, portal: Portal
) -> None:
    """Rotated, used and revoked at once: nothing of it works afterwards."""
    token = casa.token()
    for _ in range(5):
        made = casa.new()
        path = f"/v1/chaves-api/{made['id']}"

        async def at_once(path: str = path, chave: str = made["chave"]) -> tuple[Any, ...]:
            return await asyncio.gather(
                introspect(portal.recursos, chave),
                portal.asking("POST", f"{path}/rotacao", token=token, json={}),
                introspect(portal.recursos, chave),
                portal.asking("DELETE", path, token=token),
            )

        rotated = portal.run(at_once())[1]
        texts = [made["chave"], *([rotated.json()["chave"]] if rotated.status_code == 200 else [])]
        assert not any(casa.works(each) for each in texts)
