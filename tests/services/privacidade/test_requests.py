"""What a person may ask for: which documents name him, and that they be erased."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

import seeds
from factory.documents import build
from fiscalxml_server.kit.rbac import Papel
from services.auth.chaves.casa import Casa

from .archive import ANTIGA, CPF, Arquivo, note

_PATH = "/v1/privacidade/pedidos"
_DRIVER = seeds.CPF_DO_MOTORISTA
"""of the MDF-e of the factory"""


def _ask(casa: Casa, method: str, path: str = "", **options: Any) -> httpx2.Response:
    token = options.pop("token", None) or casa.token()
    return casa.portal.request(method, f"{_PATH}{path}", token=token, **options)


def _answered(casa: Casa, arquivo: Arquivo, tipo: str, inscricao: str) -> dict[str, Any]:
    asked = _ask(casa, "POST", json={"tipo": tipo, "inscricao": inscricao})
    assert asked.status_code == 202, asked.text
    arquivo.servico.work()
    told: dict[str, Any] = casa.portal.request(
        "GET", asked.headers["location"], token=casa.token()
    ).json()
    assert told["situacao"] == "respondido"
    return told


def _documents(casa: Casa, pedido: dict[str, Any]) -> list[dict[str, Any]]:
    page = _ask(casa, "GET", f"/{pedido['id']}/documentos").json()
    itens: list[dict[str, Any]] = page["itens"]
    return itens


def test_documents_are_found_by_whom_they_name_anywhere(casa: Casa, arquivo: Arquivo) -> None:
    arquivo.servico.send(
        {
            "compra.xml": note(1, cpf=CPF),
            "outra.xml": note(2),
            "viagem.xml": build("mdfe"),
            "larga.xml": note(3, cpf=CPF).decode().encode("utf-16"),
        }
    )
    told = _answered(casa, arquivo, "acesso", "529.982.247-25")
    assert told["documentos"] >= 1
    assert told["retidos"] == told["documentos"]
    assert "132 meses" in told["explicacao"]
    assert told["prazo"] == str(datetime.now(UTC).date() + timedelta(days=15))
    (first, *_) = _documents(casa, told)
    assert first["situacao"] == "em_custodia"
    assert arquivo.servico.request("GET", first["xml"]).status_code == 200
    driver = _answered(casa, arquivo, "acesso", _DRIVER)
    assert [each["tipo"] for each in _documents(casa, driver)] == ["mdfe"]


def test_a_company_is_found_as_a_party(casa: Casa, arquivo: Arquivo) -> None:
    (row,) = arquivo.sql(
        "SELECT emitente FROM documentos WHERE tipo = 'nfe' AND organizacao = $1 LIMIT 1", casa.id
    )
    told = _answered(casa, arquivo, "acesso", row["emitente"])
    assert told["documentos"] >= 2


def test_an_index_of_another_organisation_means_nothing(casa: Casa, arquivo: Arquivo) -> None:
    """The same CPF stands for something else there, and none of it can be led back."""
    other = Casa(casa.portal)
    key = arquivo.servico.new_key(other.id)
    arquivo.servico.send({"compra.xml": note(1, cpf=CPF)}, chave=key)
    rows = arquivo.sql("SELECT DISTINCT organizacao, titular FROM titulares")
    ours = {row["titular"] for row in rows if row["organizacao"] == casa.id}
    theirs = {row["titular"] for row in rows if row["organizacao"] == other.id}
    assert ours
    assert theirs
    assert not ours & theirs
    told = _answered(other, arquivo, "acesso", CPF)
    assert told["documentos"] == 1
    for path in (f"/{told['id']}", f"/{told['id']}/documentos"):
        assert _ask(casa, "GET", path).status_code == 404


def test_an_erasure_erases_what_may_be_and_says_until_when_the_rest_is_kept(
    casa: Casa, arquivo: Arquivo
) -> None:
    person = seeds.OUTRO_CPF
    arquivo.servico.send(
        {"a.xml": note(10, emissao=ANTIGA, cpf=person), "b.xml": note(11, cpf=person)}
    )
    arquivo.age()
    told = _answered(casa, arquivo, "eliminacao", person)
    assert (told["documentos"], told["eliminados"], told["retidos"]) == (2, 1, 1)
    assert datetime.fromisoformat(told["retido_ate"]) > datetime.now(UTC) + timedelta(days=3000)
    states = {each["situacao"]: each["xml"] for each in _documents(casa, told)}
    assert states.keys() == {"eliminado", "em_custodia"}
    assert states["eliminado"] is None
    certificates = casa.portal.request(
        "GET", "/v1/privacidade/certificados", token=casa.token()
    ).json()["itens"]
    (content,) = [each["conteudo"] for each in certificates]
    assert content["motivo"] == "pedido_de_titular"
    assert content["pedido"] == told["id"]
    assert content["por"] == f"pessoa:{casa.dono}"


def test_a_hold_stops_an_erasure_that_is_asked_for(casa: Casa, arquivo: Arquivo) -> None:
    person = seeds.CPFS[-1]
    arquivo.servico.send({"a.xml": note(20, emissao=ANTIGA, cpf=person)})
    arquivo.age()
    path = "/v1/privacidade/retencoes"
    hold = casa.portal.request(
        "POST", path, token=casa.token(), json={"motivo": "Processo 1", "inscricao": person}
    )
    assert hold.status_code == 201, hold.text
    told = _answered(casa, arquivo, "eliminacao", person)
    assert (told["eliminados"], told["retidos"]) == (0, 1)
    assert _documents(casa, told)[0]["situacao"] == "retido"
    ended = casa.portal.request("DELETE", f"{path}/{hold.json()['id']}", token=casa.token())
    assert ended.json()["encerrado_em"]
    assert _answered(casa, arquivo, "eliminacao", person)["eliminados"] == 1


def test_what_was_asked_is_audited_and_the_number_is_in_the_details_alone(
    casa: Casa, arquivo: Arquivo
) -> None:
    rows = arquivo.sql(
        "SELECT acao, ator, alvo, detalhes FROM auditoria.registros WHERE organizacao = $1", casa.id
    )
    acoes = {row["acao"] for row in rows}
    assert acoes >= {
        "pedido_de_titular.recebido",
        "pedido_de_titular.lido",
        "pedido_de_titular.respondido",
        "retencao.criada",
        "retencao.encerrada",
        "documentos.eliminados",
    }
    assert not any(CPF in row["alvo"] + row["ator"] for row in rows)
    assert any(CPF.encode() in (row["detalhes"] or b"") for row in rows)


def test_who_sees_some_companies_only_does_not_answer_for_all(casa: Casa) -> None:
    limited = casa.token(empresas=("11222333000181",))
    asked = _ask(casa, "POST", token=limited, json={"tipo": "acesso", "inscricao": CPF})
    assert asked.status_code == 403
    assert _ask(casa, "GET", token=limited).status_code == 403


@pytest.mark.parametrize("papel", [Papel.OPERADOR, Papel.LEITOR])
def test_others_neither_ask_nor_read(casa: Casa, papel: Papel) -> None:
    token = casa.token(papel)
    assert _ask(casa, "GET", token=token).status_code == 403
    asked = _ask(casa, "POST", token=token, json={"tipo": "acesso", "inscricao": CPF})
    assert asked.status_code == 403


def test_an_auditor_reads_and_does_not_ask(casa: Casa) -> None:
    token = casa.token(Papel.AUDITOR)
    assert _ask(casa, "GET", token=token).status_code == 200
    asked = _ask(casa, "POST", token=token, json={"tipo": "acesso", "inscricao": CPF})
    assert asked.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"tipo": "acesso"}',
        b'{"tipo": "tudo", "inscricao": "52998224725"}',
        b'{"tipo": "acesso", "inscricao": "52998224724"}',
        b'{"tipo": "acesso", "inscricao": "00000000000"}',
        b'{"tipo": "acesso", "inscricao": 52998224725}',
        b'{"tipo": "acesso", "inscricao": "5299822472\\u0000"}',
        b'{"tipo": "acesso", "inscricao": "\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00aaaaaaaa"}',
        b'{"tipo": "acesso", "inscricao": "52998224725", "organizacao": "x"}',
        b'{"tipo": "acesso", "inscricao": "' + b"9" * 70_000 + b'"}',
    ],
)
def test_hostile_requests_are_refused(casa: Casa, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    refused = _ask(casa, "POST", content=body, headers=headers)
    assert 400 <= refused.status_code < 500, refused.text
    assert refused.json()["codigo"]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%00", "ñ"])
def test_wrong_cursors_are_refused(casa: Casa, cursor: str) -> None:
    assert _ask(casa, "GET", f"?cursor={cursor}").status_code == 422


def test_pages_follow_each_other(casa: Casa) -> None:
    whole = _ask(casa, "GET", "?limite=1000").json()["itens"]
    seen, cursor = [], ""
    while True:
        page = _ask(casa, "GET", f"?limite=1{cursor}").json()
        seen += page["itens"]
        if page["proximo"] is None:
            break
        cursor = f"&cursor={page['proximo']}"
    assert seen == whole
