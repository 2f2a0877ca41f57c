"""An organisation that is erased whole, certificates and who signs them, incidents, the round."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from fiscalxml_server.auth.openapi import openapi_document
from fiscalxml_server.auth.privacidade import keeping, repository
from fiscalxml_server.auth.privacidade.incidents import deadline
from fiscalxml_server.kit import custody
from fiscalxml_server.kit.rbac import Papel
from services.auth.chaves.casa import Casa
from services.locks import wait_for_a_turn

from .archive import ANTIGA, CPF, Arquivo, note

_INCIDENT = {
    "descricao": "Um e-mail foi a quem não devia.\nCom anexo.",
    "natureza": "confidencialidade",
    "dados": "Nome e CPF de compradores",
    "medidas": "Pediu-se que fosse apagado",
    "titulares": 3,
    "conhecido_em": "2026-11-27T23:00:00-03:00",
    "relevante": True,
}

_KEPT = {
    "auditoria.cadeias",
    "auditoria.folhas",
    "auditoria.registros",
    "auth.incidentes",
    "auth.membros",
    "auth.sessoes",
    "jobs",
    "privacidade.certificados",
    "privacidade.encerramentos",
    "privacidade.pedidos",
}
"""proofs, each for its own time; who may see them; ids of work that was done"""


def _ask(casa: Casa, method: str, path: str, **options: Any) -> httpx2.Response:
    token = options.pop("token", None) or casa.token()
    return casa.portal.request(method, f"/v1/privacidade{path}", token=token, **options)


def test_the_daily_round_has_the_workers_erase_what_is_due(casa: Casa, arquivo: Arquivo) -> None:
    arquivo.servico.send({"a.xml": note(1, emissao=ANTIGA, cpf=CPF), "b.xml": note(2)})
    arquivo.age()
    casa.portal.run(keeping.keep(casa.portal.recursos))
    casa.portal.run(keeping.keep(casa.portal.recursos))
    (waiting,) = arquivo.sql(
        "SELECT count(*) AS n FROM jobs WHERE organizacao = $1 AND tipo = 'eliminar'"
        " AND situacao = 'pendente'",
        casa.id,
    )
    assert waiting["n"] == 1
    arquivo.servico.work()
    assert arquivo.count("documentos") == 1


def test_details_of_the_audit_log_are_forgotten_after_five_years(
    casa: Casa, arquivo: Arquivo
) -> None:
    """The entries stay."""
    _ask(casa, "POST", "/pedidos", json={"tipo": "acesso", "inscricao": CPF})
    arquivo.servico.work()
    held = "SELECT count(*) AS n FROM auditoria.registros WHERE organizacao = $1"
    entries = arquivo.sql(held, casa.id)[0]["n"]
    casa.portal.run(keeping.keep(casa.portal.recursos))
    assert arquivo.sql(f"{held} AND detalhes IS NOT NULL", casa.id)[0]["n"]
    arquivo.sql("UPDATE auditoria.registros SET quando = quando - interval '6 years'")
    casa.portal.run(keeping.keep(casa.portal.recursos))
    assert not arquivo.sql(f"{held} AND detalhes IS NOT NULL", casa.id)[0]["n"]
    assert arquivo.sql(held, casa.id)[0]["n"] == entries + 1
    arquivo.servico.work()


def test_a_certificate_is_verified_by_the_published_keys(casa: Casa) -> None:
    (found,) = _ask(casa, "GET", "/certificados").json()["itens"]
    known = casa.portal.request("GET", "/.well-known/fiscalxml-certificados.json").json()
    assert all("d" not in key for key in known["keys"])
    keys = KeySet.import_key_set(known)
    signed = jws.deserialize_compact(found["assinado"], keys, algorithms=["ES256"])
    one = _ask(casa, "GET", f"/certificados/{found['id']}")
    assert signed.payload in one.content
    head, body, signature = found["assinado"].split(".")
    with pytest.raises((JoseError, ValueError)):
        jws.deserialize_compact(f"{head}.{body[:-2]}AA.{signature}", keys, algorithms=["ES256"])
    other = Casa(casa.portal)
    assert _ask(other, "GET", f"/certificados/{found['id']}").status_code == 404
    assert _ask(other, "GET", "/certificados").json()["itens"] == []


def test_an_incident_is_told_in_three_business_days(casa: Casa) -> None:
    entered = _ask(casa, "POST", "/incidentes", json=_INCIDENT)
    assert entered.status_code == 201, entered.text
    assert entered.json()["prazo"] == "2026-12-02"  # known on a Friday, in Brasília
    path = f"/incidentes/{entered.json()['id']}/comunicacoes"
    told = _ask(casa, "POST", path, json={"a": "anpd", "em": "2026-11-30T10:00:00-03:00"})
    assert told.json()["comunicado_anpd_em"]
    assert told.json()["comunicado_titulares_em"] is None
    (listed,) = _ask(casa, "GET", "/incidentes").json()["itens"]
    assert listed == told.json()
    other = Casa(casa.portal)
    assert _ask(other, "GET", "/incidentes").json()["itens"] == []
    assert (
        _ask(other, "POST", path, json={"a": "anpd", "em": "2026-11-30T10:00:00Z"}).status_code
        == 404
    )


def test_who_operates_the_service_alerts_the_owners(casa: Casa, tmp_path: Path) -> None:
    """As a command, over its own process."""
    other = Casa(casa.portal)
    told = tmp_path / "incidente.json"
    told.write_text(json.dumps(_INCIDENT))
    environment = {
        f"FISCALXML_{name.upper()}": str(value) for name, value in casa.portal.values.items()
    }
    command = [sys.executable, "-m", "fiscalxml_server.auth", "incident", str(told)]
    done = subprocess.run(
        [*command, "--organizacao", str(other.id)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "organizações: 1" in done.stdout
    (entered,) = _ask(other, "GET", "/incidentes").json()["itens"]
    assert (entered["por"], entered["prazo"]) == ("sistema", "2026-12-02")
    (letter,) = casa.portal.letters(other.email)
    assert "até 02/12/2026" in letter.texto
    assert len(_ask(casa, "GET", "/incidentes").json()["itens"]) == 1
    told.write_text('{"descricao": 1}')
    wrong = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 1
    assert "não é um incidente" in wrong.stderr


@pytest.mark.parametrize(
    ("known", "last"),
    [
        ("2026-11-23T12:00:00-03:00", "2026-11-26"),
        ("2026-11-27T12:00:00-03:00", "2026-12-02"),
        ("2026-11-29T01:00:00Z", "2026-12-02"),
    ],
)
def test_the_deadline_counts_business_days_in_brasilia(known: str, last: str) -> None:
    assert deadline(datetime.fromisoformat(known)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    "wrong",
    [
        {"descricao": "\u0000"},
        {"descricao": "   "},
        {"descricao": "x" * 2001},
        {"descricao": None},
        {"natureza": "outra"},
        {"titulares": -1},
        {"titulares": 2**40},
        {"titulares": 1.5},
        {"conhecido_em": "2026-11-27"},
        {"conhecido_em": "2026-11-27T10:00:00"},
        {"conhecido_em": "0001-01-01T00:00:00+14:00"},
        {"conhecido_em": "9999-12-31T23:59:59-14:00"},
        {"relevante": "sim"},
        {"organizacao": "outra"},
        {"prazo": "2026-01-01"},
    ],
)
def test_hostile_incidents_are_refused(casa: Casa, wrong: dict[str, object]) -> None:
    refused = _ask(casa, "POST", "/incidentes", json=_INCIDENT | wrong)
    assert refused.status_code == 422, refused.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"motivo": ""},
        {"motivo": "\u0000"},
        {"motivo": "x", "inscricao": "123"},
        {"motivo": "x", "desde": "0001-01-01T00:00:00+14:00"},
        {"motivo": "x", "titular": "AA=="},
    ],
)
def test_hostile_holds_are_refused(casa: Casa, wrong: dict[str, object]) -> None:
    refused = _ask(casa, "POST", "/retencoes", json=wrong)
    assert 400 <= refused.status_code < 500, refused.text


def test_an_erasure_of_all_can_be_thought_over(casa: Casa) -> None:
    assert _ask(casa, "GET", "/eliminacao").status_code == 404
    assert _ask(casa, "POST", "/eliminacao", json={"confirmo": "Outra"}).status_code == 422
    admin = casa.token(Papel.ADMIN)
    refused = _ask(casa, "POST", "/eliminacao", token=admin, json={"confirmo": "Casa"})
    assert refused.status_code == 403
    asked = _ask(casa, "POST", "/eliminacao", json={"confirmo": "Casa"})
    assert asked.status_code == 202, asked.text
    days = datetime.fromisoformat(asked.json()["executar_em"]) - datetime.now(UTC)
    assert 29 <= days.days <= 30
    assert _ask(casa, "POST", "/eliminacao", json={"confirmo": "Casa"}).json() == asked.json()
    casa.portal.run(keeping.keep(casa.portal.recursos))
    assert _ask(casa, "DELETE", "/eliminacao").status_code == 204
    assert _ask(casa, "DELETE", "/eliminacao").status_code == 404


def test_an_erasure_that_is_asked_for_several_times_at_once_is_one(
    casa: Casa, arquivo: Arquivo
) -> None:
    token, before = casa.token(), _times_asked(casa, arquivo)

    async def many() -> list[httpx2.Response]:
        path, body = "/v1/privacidade/eliminacao", {"confirmo": "Casa"}
        asking = (casa.portal.asking("POST", path, token=token, json=body) for _ in range(4))
        return await asyncio.gather(*asking)

    answers = casa.portal.run(many())
    assert [each.status_code for each in answers] == [202] * 4
    assert len({each.text for each in answers}) == 1
    assert _times_asked(casa, arquivo) == before + 1
    assert _ask(casa, "DELETE", "/eliminacao").status_code == 204


def _times_asked(casa: Casa, arquivo: Arquivo) -> int:
    query = (
        "SELECT count(*) AS n FROM auditoria.registros WHERE organizacao = $1"
        " AND acao = 'organizacao.eliminacao_pedida'"
    )
    (row,) = arquivo.sql(query, casa.id)
    return int(row["n"])


def _the_time_has_come(arquivo: Arquivo) -> None:
    arquivo.sql("UPDATE privacidade.encerramentos SET executar_em = now() - interval '1 second'")


def _has_a_document(arquivo: Arquivo) -> None:
    if not arquivo.count("documentos"):
        arquivo.servico.send({"b.xml": note(2)})


def test_a_hold_stops_the_erasure_of_all(casa: Casa, arquivo: Arquivo) -> None:
    _has_a_document(arquivo)
    hold = _ask(casa, "POST", "/retencoes", json={"motivo": "Fiscalização"}).json()
    _ask(casa, "POST", "/eliminacao", json={"confirmo": "Casa"})
    _the_time_has_come(arquivo)
    casa.portal.run(keeping.keep(casa.portal.recursos))
    arquivo.servico.work()
    assert arquivo.count("documentos") == 1
    assert _ask(casa, "GET", "/eliminacao").json()["executado_em"] is None
    _ask(casa, "DELETE", f"/retencoes/{hold['id']}")


def test_a_sandbox_stays_where_the_erasure_was_given_up_at_the_last_moment(
    casa: Casa, arquivo: Arquivo
) -> None:
    _ask(casa, "POST", "/eliminacao", json={"confirmo": "Casa"})
    soon = "UPDATE privacidade.encerramentos SET executar_em = clock_timestamp() + interval '2 s'"
    count = "SELECT count(*) AS n FROM privacidade.encerramentos"
    (before,) = arquivo.sql(count)
    recursos = casa.portal.recursos

    async def give_up() -> None:
        async with asyncio.TaskGroup() as group, recursos.banco.transacao(casa.id) as conn:
            await custody.lock_holds(conn, casa.id, alone=True)
            assert await repository.cancel_closing(conn, casa.id)
            await asyncio.sleep(2)
            group.create_task(keeping.keep(recursos))
            await wait_for_a_turn(conn)

    arquivo.sql(soon)
    casa.portal.run(give_up())
    arquivo.servico.work()
    (after,) = arquivo.sql(count)
    assert after["n"] == before["n"] - 1


def test_all_is_erased_and_its_keys(casa: Casa, arquivo: Arquivo) -> None:
    servico = arquivo.servico
    _has_a_document(arquivo)
    _ask(casa, "POST", "/eliminacao", json={"confirmo": "Casa"})
    (kept,) = arquivo.sql("SELECT id FROM documentos")
    other = Casa(casa.portal)
    stranger = servico.new_key(other.id)
    servico.send({"c.xml": note(3)}, chave=stranger)
    _the_time_has_come(arquivo)
    late = _ask(casa, "POST", "/retencoes", json={"motivo": "Tarde"})
    assert late.json()["codigo"] == "eliminacao_em_curso"
    assert _ask(casa, "DELETE", "/eliminacao").json()["codigo"] == "eliminacao_em_curso"
    casa.portal.run(keeping.keep(casa.portal.recursos))
    servico.work()
    for table in (
        *("documentos", "termos", "titulares", "vinculos", "participantes", "validacoes"),
        *("lotes", "lote_blocos", "lote_itens", "idempotencia", "exportacoes"),
    ):
        assert arquivo.count(table) == 0, table
        assert table in ("vinculos", "idempotencia", "exportacoes", "titulares") or arquivo.count(
            table, other.id
        ), table
    assert not arquivo.objects()
    assert servico.request("GET", f"/v1/documentos/{kept['id']}").status_code == 404
    assert _ask(casa, "GET", "/eliminacao").json()["executado_em"]
    newest = _ask(casa, "GET", "/certificados").json()["itens"][0]["conteudo"]
    assert newest["motivo"] == "encerramento"
    assert newest["por"] == f"pessoa:{casa.dono}"
    assert newest["chaves_apagadas_em"] < newest["sem_copia_de_seguranca_em"]


def test_no_table_keeps_anything_of_it_but_proofs_and_who_may_see_them(
    casa: Casa, arquivo: Arquivo
) -> None:
    """Of each table there is, a new one too; the certificate says how many rows there were."""
    other = Casa(casa.portal)
    tables = arquivo.tables()
    assert tables >= _KEPT
    for table in tables - _KEPT:
        arquivo.fill(table, other.id)
        arquivo.fill(table, casa.id)
    assert _ask(other, "POST", "/eliminacao", json={"confirmo": "Casa"}).status_code == 202
    _the_time_has_come(arquivo)
    casa.portal.run(keeping.keep(casa.portal.recursos))
    arquivo.servico.work()
    left = {table for table in tables if arquivo.count(table, other.id)}
    assert left <= _KEPT, "erase it in privacidade.eliminar_resto"
    assert all(arquivo.count(table, casa.id) for table in tables - _KEPT)
    certificates = [
        each["conteudo"] for each in _ask(other, "GET", "/certificados").json()["itens"]
    ]
    assert sum(each["documentos"] for each in certificates) == 1
    counted = certificates[0]["registros"]
    with_documents = {"documentos", "copias", "validacoes", "titulares", "vinculos", "termos"}
    assert set(counted) >= tables - _KEPT - with_documents
    assert counted["cotas.uso"] == 1


def test_what_is_left_of_an_organisation_that_was_closed_is_erased_after_all_custody(
    casa: Casa, arquivo: Arquivo
) -> None:
    other = Casa(casa.portal)
    arquivo.servico.send({"c.xml": note(3)}, chave=arquivo.servico.new_key(other.id))
    closed = "UPDATE auth.organizacoes SET situacao = 'encerrada', epoca_em = now() - $2::interval"
    for months, left in ((140, 1), (146, 0)):
        arquivo.sql(f"{closed} WHERE id = $1", other.id, timedelta(days=30.5 * months))
        casa.portal.run(keeping.keep(casa.portal.recursos))
        arquivo.servico.work()
        assert arquivo.count("documentos", other.id) == left


def test_answers_are_documented(casa: Casa) -> None:
    document = openapi_document(casa.portal.app)
    known = document["components"]["schemas"]
    operations = [
        operation
        for path, item in document["paths"].items()
        if path.startswith("/v1/privacidade")
        for operation in item.values()
    ]
    assert len(operations) == 15
    used = {
        part["$ref"].rpartition("/")[2]
        for part in _parts(operations)
        if "/schemas/" in str(part.get("$ref"))
    }
    assert used <= known.keys(), used - known.keys()


def _parts(value: object) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(part for each in value.values() for part in _parts(each))]
    if isinstance(value, list):
        return [part for each in value for part in _parts(each)]
    return []
