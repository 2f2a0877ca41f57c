"""What another service has people of an organisation told by e-mail."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from fiscalxml_server.kit.rbac import Papel

from .accounts import new_owner
from .portal import Portal

AVISOS = "/interno/avisos"


def aviso(**other: Any) -> dict[str, Any]:
    """A webhook that was disabled."""
    return {
        "id": str(uuid4()),
        "organizacao": str(uuid4()),
        "assinatura": str(uuid4()),
        "motivo": "sumiu",
        "onde": "https://erp.exemplo.com.br",
    } | other


def test_owners_and_administrators_are_told_once(portal: Portal) -> None:
    dono = new_owner(portal)
    people = {papel: dono.bring(papel) for papel in (Papel.ADMIN, Papel.OPERADOR)}
    asked = aviso(organizacao=str(dono.organizacao))
    for _ in range(2):
        answer = portal.calling("POST", AVISOS, servico="webhooks", json=asked)
        assert answer.status_code == 204, answer.text
    told = [
        [each for each in portal.letters(gente.email) if "webhook" in each.assunto]
        for gente in (dono, people[Papel.ADMIN], people[Papel.OPERADOR])
    ]
    assert [len(letters) for letters in told] == [1, 1, 0]
    letter = told[0][0]
    assert asked["onde"] in letter.texto
    assert asked["assinatura"] in letter.texto


def test_an_organisation_of_nobody_is_told_nothing(portal: Portal) -> None:
    assert portal.calling("POST", AVISOS, servico="webhooks", json=aviso()).status_code == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {"motivo": "outro"},
        {"onde": "uma linha\noutra"},
        {"onde": "x" * 301},
        {"organizacao": "nenhuma"},
        {"texto": "Olá"},
    ],
)
def test_what_is_told_is_of_our_words(portal: Portal, wrong: dict[str, Any]) -> None:
    answer = portal.calling("POST", AVISOS, servico="webhooks", json=aviso(**wrong))
    assert answer.status_code in (400, 422)


def test_no_other_service_has_people_told(portal: Portal) -> None:
    assert portal.calling("POST", AVISOS, json=aviso()).status_code == 403
