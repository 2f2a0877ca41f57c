"""The secrets of a subscription: read, changed with an overlap, the one before taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from fiscalxml.webhooks import NotificacaoRecusada, Signer, verify
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.webhooks.assinaturas.headers import open_headers
from fiscalxml_server.webhooks.assinaturas.signing_keys import (
    Segredo,
    in_force,
    keys,
    open_secrets,
    seal_secrets,
)
from services.webhooks.portal import Casa, Portal


def kept(casa: Casa, assinatura: str) -> list[Segredo]:
    """Those that sign now."""
    id_ = UUID(assinatura)
    (row,) = casa.sql("SELECT segredos FROM webhooks.assinaturas WHERE id = :id", id=id_)
    return in_force(open_secrets(casa.portal.recursos.segredos, id_, row.segredos), _now())


def _now() -> datetime:
    return datetime.now(UTC)


def test_the_secret_is_read_by_who_writes(casa: Casa, portal: Portal) -> None:
    created = casa.new()
    answer = casa.ask("GET", f"/{created['id']}/segredo")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.json() == {
        "segredo": created["segredo"],
        "chave_publica": created["chave_publica"],
        "criado_em": created["segredo_criado_em"],
    }
    assert casa.audit()[-1] == ("webhook.segredo_lido", f"assinatura:{created['id']}", {})
    reader = portal.new_key(casa.id, Escopo.WEBHOOKS_LER)
    assert casa.ask("GET", f"/{created['id']}/segredo", chave=reader).status_code == 403


def test_a_receiver_verifies_what_it_signs(casa: Casa) -> None:
    created = casa.new()
    rotated = casa.ask("POST", f"/{created['id']}/segredos", json={}).json()
    signer = Signer(keys(kept(casa, created["id"]), _now()))
    id_ = casa.ask("POST", f"/{created['id']}/teste").json()["id"]
    (row,) = casa.sql("SELECT corpo FROM webhooks.notificacoes")
    body = row.corpo.encode()
    headers = signer.headers(id_, int(_now().timestamp()), body)
    for told in (created, rotated):
        for key in (told["segredo"], told["chave_publica"]):
            assert verify(body, headers, key).id == UUID(id_)
    with pytest.raises(NotificacaoRecusada):
        verify(body, headers, casa.new()["segredo"])


def test_the_one_before_signs_for_some_hours_and_those_before_it_do_not(casa: Casa) -> None:
    created = casa.new()
    id_ = created["id"]
    first = casa.ask("POST", f"/{id_}/segredos", json={})
    assert first.status_code == 200
    assert first.headers["cache-control"] == "private, no-store"
    rotated = first.json()
    assert rotated["segredo"] != created["segredo"]
    assert rotated["chave_publica"] != created["chave_publica"]
    until = datetime.fromisoformat(rotated["anterior_vale_ate"])
    assert abs(until - _now() - timedelta(hours=24)) < timedelta(minutes=1)
    assert [each.texto for each in kept(casa, id_)] == [rotated["segredo"], created["segredo"]]
    again = casa.ask("POST", f"/{id_}/segredos", json={"validade_anterior": 72}).json()
    assert [each.texto for each in kept(casa, id_)] == [again["segredo"], rotated["segredo"]]
    assert casa.ask("GET", f"/{id_}/segredo").json()["segredo"] == again["segredo"]
    assert again["alterado_em"] > rotated["alterado_em"]
    at_once = casa.ask("POST", f"/{id_}/segredos", json={"validade_anterior": 0}).json()
    assert at_once["anterior_vale_ate"] is None
    assert [each.texto for each in kept(casa, id_)] == [at_once["segredo"]]


def test_the_one_before_is_taken_back(casa: Casa) -> None:
    id_ = casa.new()["id"]
    assert casa.ask("DELETE", f"/{id_}/segredos/anterior").status_code == 404
    rotated = casa.ask("POST", f"/{id_}/segredos", json={}).json()
    assert casa.ask("DELETE", f"/{id_}/segredos/anterior").status_code == 204
    assert [each.texto for each in kept(casa, id_)] == [rotated["segredo"]]
    assert casa.read(id_)["anterior_vale_ate"] is None
    assert casa.ask("DELETE", f"/{id_}/segredos/anterior").status_code == 404
    assert [each[0] for each in casa.audit()] == [
        "webhook.criado",
        "webhook.segredo_trocado",
        "webhook.segredo_anterior_removido",
        "webhook.lido",
    ]


def test_one_whose_time_is_over_is_told_of_no_more(casa: Casa) -> None:
    id_ = casa.new()["id"]
    casa.ask("POST", f"/{id_}/segredos", json={})
    (current, before) = kept(casa, id_)
    over = msgspec.structs.replace(before, expira_em=_now())
    sealed = seal_secrets(casa.portal.recursos.segredos, UUID(id_), [current, over])
    casa.sql("UPDATE webhooks.assinaturas SET segredos = :sealed", sealed=sealed)
    assert casa.read(id_)["anterior_vale_ate"] is None
    assert casa.ask("DELETE", f"/{id_}/segredos/anterior").status_code == 404


def test_what_is_sealed_for_one_opens_for_no_other(casa: Casa) -> None:
    id_ = casa.new(cabecalhos={"X-Chave": "segredo-do-erp"})["id"]
    (row,) = casa.sql("SELECT cabecalhos, segredos FROM webhooks.assinaturas")
    segredos = casa.portal.recursos.segredos
    assert open_headers(segredos, UUID(id_), row.cabecalhos) == {"X-Chave": "segredo-do-erp"}
    with pytest.raises(ValueError, match="not sealed"):
        open_headers(segredos, uuid4(), row.cabecalhos)
    with pytest.raises(ValueError, match="not sealed"):
        open_secrets(segredos, uuid4(), row.segredos)
    with pytest.raises(ValueError, match="not sealed"):
        open_secrets(segredos, UUID(id_), row.cabecalhos)


@pytest.mark.parametrize("hours", [-1, 73, 1.5, "24", None, True, 10**30])
def test_the_overlap_is_of_0_to_72_hours(casa: Casa, hours: object) -> None:
    id_ = casa.new()["id"]
    refused = casa.ask("POST", f"/{id_}/segredos", json={"validade_anterior": hours})
    assert (refused.status_code, refused.json()["codigo"]) == (422, "corpo_invalido")
    assert len(kept(casa, id_)) == 1
