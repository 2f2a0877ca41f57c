"""What the API writes into the audit log: reads before their answer, writes with their effect."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from sqlalchemy import RowMapping, text

from factory.documents import build, chave_of
from fiscalxml_server.kit.audit import Acao, Registro
from fiscalxml_server.kit.audit.reads import Leituras
from fiscalxml_server.kit.db import Banco, new_id
from fiscalxml_server.kit.settings import Settings
from services.revalidacoes.asking import EM, revalidate
from services.servico import ZIP, Servico, zipped

XML = {"Content-Type": "application/xml"}


class Kept:
    """An organisation with one of everything."""

    def __init__(self, servico: Servico) -> None:
        self.servico = servico
        self.nota = build("nfe")
        self.chave = chave_of(self.nota)
        made = servico.request("POST", "/v1/documentos", content=self.nota, headers=XML)
        self.documento = made.json()["id"]
        self.lote = servico.send({"outra.xml": build("nfce")})["id"]
        self.revalidacao = revalidate(servico, em=EM)["id"]
        asked = {"formato": "csv", "lote": self.lote}
        self.exportacao = servico.request("POST", "/v1/exportacoes", json=asked).json()["id"]
        servico.work()


@pytest.fixture(scope="module")
def kept(servico: Servico) -> Kept:
    return Kept(servico)


@pytest.mark.parametrize(
    ("path", "acao", "alvo"),
    [
        ("/v1/documentos/{chave}", Acao.DOCUMENTO_LIDO, "documento"),
        ("/v1/documentos/{documento}", Acao.DOCUMENTO_LIDO, "documento"),
        ("/v1/documentos/{chave}/xml", Acao.DOCUMENTO_XML_LIDO, "documento"),
        ("/v1/documentos/{chave}/resumo", Acao.DOCUMENTO_RESUMO_LIDO, "documento"),
        ("/v1/documentos/{chave}/relatorio", Acao.DOCUMENTO_RELATORIO_LIDO, "documento"),
        ("/v1/documentos/{chave}/validacoes", Acao.DOCUMENTO_VALIDACOES_LIDAS, "documento"),
        ("/v1/documentos/{chave}/eventos", Acao.DOCUMENTO_EVENTOS_LIDOS, "documento"),
        ("/v1/documentos/{chave}/grafo", Acao.DOCUMENTO_GRAFO_LIDO, "documento"),
        ("/v1/documentos/{chave}/danfe", Acao.DOCUMENTO_IMPRESSO, "documento"),
        ("/v1/documentos", Acao.DOCUMENTOS_PROCURADOS, ""),
        ("/v1/documentos/totais", Acao.DOCUMENTOS_SOMADOS, ""),
        ("/v1/documentos/causas", Acao.DOCUMENTOS_CAUSAS_LIDAS, ""),
        ("/v1/documentos/mudancas", Acao.DOCUMENTOS_MUDANCAS_LIDAS, ""),
        ("/v1/documentos/exportacao?formato=csv", Acao.DOCUMENTOS_EXPORTADOS, ""),
        ("/v1/lotes", Acao.LOTES_LISTADOS, ""),
        ("/v1/lotes/{lote}", Acao.LOTE_LIDO, "lote"),
        ("/v1/lotes/{lote}/itens", Acao.LOTE_ITENS_LIDOS, "lote"),
        ("/v1/lotes/{lote}/causas", Acao.LOTE_CAUSAS_LIDAS, "lote"),
        ("/v1/lotes/{lote}/progresso", Acao.LOTE_LIDO, "lote"),
        ("/v1/lotes/{lote}/exportacao?formato=jsonl", Acao.LOTE_EXPORTADO, "lote"),
        ("/v1/exportacoes", Acao.EXPORTACOES_LISTADAS, ""),
        ("/v1/exportacoes/{exportacao}", Acao.EXPORTACAO_LIDA, "exportacao"),
        ("/v1/exportacoes/{exportacao}/arquivo", Acao.EXPORTACAO_BAIXADA, "exportacao"),
        ("/v1/revalidacoes", Acao.REVALIDACOES_LISTADAS, ""),
        ("/v1/revalidacoes/{revalidacao}", Acao.REVALIDACAO_LIDA, "revalidacao"),
        ("/v1/revalidacoes/{revalidacao}/itens", Acao.REVALIDACAO_ITENS_LIDOS, "revalidacao"),
        ("/v1/revalidacoes/{revalidacao}/causas", Acao.REVALIDACAO_CAUSAS_LIDAS, "revalidacao"),
        (
            "/v1/revalidacoes/{revalidacao}/participantes",
            Acao.REVALIDACAO_PARTICIPANTES_LIDOS,
            "revalidacao",
        ),
        ("/v1/revalidacoes/{revalidacao}/progresso", Acao.REVALIDACAO_LIDA, "revalidacao"),
    ],
)
def test_a_read_is_in_the_log_when_its_answer_is(
    kept: Kept, path: str, acao: Acao, alvo: str
) -> None:
    before = len(_entries(kept.servico))
    answer = kept.servico.request("GET", path.format_map(vars(kept)))
    assert answer.status_code == 200, answer.text
    (entry,) = _entries(kept.servico)[before:]
    assert (entry["ator"], entry["acao"]) == ("chave:local", acao)
    assert entry["alvo"] == (f"{alvo}:{vars(kept)[alvo]}" if alvo else "")
    asked = {"chave": kept.chave} if "{chave}" in path else {}
    if "?" in path:
        name, _, value = path.partition("?")[2].partition("=")
        asked = {name: value}
    assert _details(entry) == (asked or None)


@pytest.mark.parametrize("path", ["/v1/documentos/{chave}", "/v1/documentos/{chave}/xml"])
def test_an_answer_that_nothing_has_changed_is_a_read_too(kept: Kept, path: str) -> None:
    url = path.format_map(vars(kept))
    etag = kept.servico.request("GET", url).headers["etag"]
    before = len(_entries(kept.servico))
    again = kept.servico.request("GET", url, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert len(_entries(kept.servico)) == before + 1


def test_what_is_refused_or_not_there_is_no_read(kept: Kept) -> None:
    before = len(_entries(kept.servico))
    for path in (f"/v1/documentos/{'0' * 44}/xml", f"/v1/lotes/{new_id()}", "/v1/lotes?x=1"):
        assert kept.servico.request("GET", path).status_code in (404, 422)
    assert len(_entries(kept.servico)) == before


def test_a_signed_address_is_recorded_without_its_signature(kept: Kept) -> None:
    url = kept.servico.request("GET", f"/v1/exportacoes/{kept.exportacao}").json()["url"]
    before = len(_entries(kept.servico))
    headers = {"Authorization": "", "Range": "bytes=0-1"}
    assert kept.servico.request("GET", url, headers=headers).status_code == 206
    (entry,) = _entries(kept.servico)[before:]
    assert (entry["ator"], entry["acao"]) == ("endereco", Acao.EXPORTACAO_BAIXADA)
    assert entry["alvo"] == f"exportacao:{kept.exportacao}"
    assert entry["detalhes"] is None


def test_what_is_written_is_recorded_with_it(kept: Kept) -> None:
    servico = kept.servico
    before = len(_entries(servico))
    nota = build("nfe", changes={"ide/nNF": "77"})
    made = servico.request("POST", "/v1/documentos", content=nota, headers=XML).json()
    again = servico.request("POST", "/v1/documentos", content=nota, headers=XML).json()
    assert again["id"] == made["id"]
    lote = servico.request("POST", "/v1/lotes?nome=julho", content=zipped({}), headers=ZIP).json()
    asked = {"formato": "xlsx", "lote": lote["id"]}
    exportacao = servico.request("POST", "/v1/exportacoes", json=asked).json()["id"]
    assert servico.request("DELETE", f"/v1/exportacoes/{exportacao}").status_code == 204
    revalidacao = servico.request("POST", "/v1/revalidacoes", json={"em": EM}).json()["id"]
    path = f"/v1/revalidacoes/{revalidacao}/cancelamento"
    assert servico.request("POST", path).status_code == 200
    told = [(each["acao"], each["alvo"], _details(each)) for each in _entries(servico)[before:]]
    documento = f"documento:{made['id']}"
    assert told[:3] == [
        (
            Acao.DOCUMENTO_RECEBIDO,
            documento,
            {"chave": chave_of(nota), "desfecho": "aceito"},
        ),
        (
            Acao.DOCUMENTO_RECEBIDO,
            documento,
            {"chave": chave_of(nota), "desfecho": "duplicado"},
        ),
        (Acao.LOTE_ENVIADO, f"lote:{lote['id']}", {"nome": "julho"}),
    ]
    assert [each[:2] for each in told[3:]] == [
        (Acao.EXPORTACAO_PEDIDA, f"exportacao:{exportacao}"),
        (Acao.EXPORTACAO_CANCELADA, f"exportacao:{exportacao}"),
        (Acao.REVALIDACAO_PEDIDA, f"revalidacao:{revalidacao}"),
        (Acao.REVALIDACAO_CANCELADA, f"revalidacao:{revalidacao}"),
    ]
    assert told[3][2]["pedido"]["lote"] == lote["id"]
    servico.work()


def test_a_request_that_is_sent_again_has_one_effect_and_one_entry(kept: Kept) -> None:
    before = len(_entries(kept.servico))
    nota = build("nfe", changes={"ide/nNF": "78"})
    for _ in range(2):
        sent = kept.servico.request(
            "POST", "/v1/documentos", content=nota, headers=XML | {"Idempotency-Key": "uma"}
        )
        assert sent.status_code == 201
    assert len(_entries(kept.servico)) == before + 1


def test_no_target_holds_a_chave(kept: Kept) -> None:
    """It has a CNPJ or a CPF in it, and a target cannot be erased."""
    for entry in _entries(kept.servico):
        assert not any(part.isdecimal() for part in entry["alvo"].split(":")), entry["alvo"]
        assert len(entry["alvo"]) < 60


def test_a_read_that_cannot_be_recorded_is_not_answered(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Banco.open(Settings(database_url="postgresql://ninguem@127.0.0.1:1/nada"))  # type: ignore[arg-type]
    monkeypatch.setattr(kept.servico.api.leituras, "_banco", gone)
    answer = kept.servico.request("GET", f"/v1/documentos/{kept.chave}/xml")
    assert answer.status_code == 503
    assert answer.json()["codigo"] == "indisponivel"
    assert "retry-after" in answer.headers
    assert b"<NFe" not in answer.content


def test_many_reads_at_once_share_transactions(kept: Kept) -> None:
    before = len(_entries(kept.servico))
    path = f"/v1/documentos/{kept.chave}/xml"
    answers = kept.servico.at_once(60, "GET", path)
    assert {each.status_code for each in answers} == {200}
    entries = _entries(kept.servico)[before:]
    assert len(entries) == 60
    assert len({entry["xmin"] for entry in entries}) < 30


def test_of_reads_that_wait_together_one_that_left_does_not_harm_the_others(kept: Kept) -> None:
    async def some() -> int:
        leituras = Leituras(kept.servico.api.banco)
        org = new_id()
        entry = Registro("chave:local", Acao.DOCUMENTO_LIDO)
        tasks = [asyncio.create_task(leituras.record(org, entry)) for _ in range(20)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        tasks[7].cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert leituras._waiting == {}
        return sum(each is None for each in done)

    assert kept.servico.run(some()) == 18


def _details(entry: RowMapping) -> Any:
    return None if entry["detalhes"] is None else msgspec.json.decode(entry["detalhes"][16:])


def _entries(servico: Servico) -> list[RowMapping]:
    async def read() -> list[RowMapping]:
        settings = Settings(**{**servico.values, "database_role": "fiscalxml_auth"})
        banco = Banco.open(settings)
        try:
            async with banco.transacao(servico.organizacao) as conn:
                rows = await conn.execute(
                    text("SELECT *, xmin::text FROM auditoria.registros ORDER BY numero")
                )
                return list(rows.mappings())
        finally:
            await banco.close()

    return servico.run(read())
