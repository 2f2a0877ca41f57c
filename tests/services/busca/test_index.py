"""What documents are found by is what their stored copies say, whatever happened to them."""

from __future__ import annotations

from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import literal_column, select

from factory.documents import build, chave_of
from fiscalxml.indexing import Indice, index_of
from fiscalxml.report import read_report
from fiscalxml.summaries.resumo import Resumo
from fiscalxml_server.api.documentos.models import documentos, participantes, termos, validacoes
from fiscalxml_server.kit.compression import decompress
from services.busca.test_search import found
from services.servico import ZIP, Servico, zipped

XML = {"Content-Type": "application/xml"}
KINDS = (
    *("nfe", "nfce", "cte", "cteos", "ctesimp", "gtve", "mdfe", "bpe", "nf3e", "nfcom"),
    *("nfse", "dps"),
)


def post(servico: Servico, data: bytes, chave: str) -> dict[str, Any]:
    answer = servico.request("POST", "/v1/documentos", content=data, headers=XML, chave=chave)
    assert answer.status_code in (200, 201, 409), answer.text
    told: dict[str, Any] = answer.json()
    return told


def versions(number: int) -> dict[str, bytes]:
    """Of one chave: its note, the same with a protocol, a draft, and one that was tampered with."""
    changes = {"ide/nNF": str(number)}
    nota = build("nfe", changes=changes)
    return {
        "nota": nota,
        "com protocolo": build("nfe", changes=changes, protocol=True),
        "com BOM": b"\xef\xbb\xbf" + nota,
        "rascunho": build("nfe", changes=changes | {"det[1]/prod/xProd": "OUTRA"}, sign=False),
        "adulterada": nota.replace(b"<xProd>NOTEBOOK", b"<xProd>PALIMPSESTO", 1),
    }


def assert_true(servico: Servico, organizacao: UUID) -> None:
    """Terms and taxes of each document, and no others, are those of its stored copy."""
    for stored, indice, terms in servico.run(_index(servico, organizacao)):
        assert terms == {(stored["data"], termo) for termo in indice.termos}
        for name, amount in indice.tributos.items():
            assert stored[name] == amount


async def _index(
    servico: Servico, organizacao: UUID
) -> list[tuple[dict[str, Any], Indice, set[tuple[Any, str]]]]:
    async with servico.api.banco.transacao(organizacao) as conn:
        query = select(documentos, validacoes.c.relatorio).join(
            validacoes, validacoes.c.id == documentos.c.validacao
        )
        stored = (await conn.execute(query)).mappings().all()
        rows = (await conn.execute(select(termos))).mappings().all()
    assert {row["documento"] for row in rows} <= {each["id"] for each in stored}
    result = []
    for each in stored:
        resumo = each["resumo"] and msgspec.json.decode(decompress(each["resumo"]), type=Resumo)
        indice = index_of(read_report(decompress(each["relatorio"])), resumo)
        terms = {(row["data"], row["termo"]) for row in rows if row["documento"] == each["id"]}
        result.append((dict(each), indice, terms))
    return result


@pytest.mark.parametrize(
    "order", list(permutations(("nota", "com protocolo", "rascunho", "adulterada"))), ids=",".join
)
def test_whatever_the_order_of_arrival_the_index_is_that_of_the_stored_copies(
    servico: Servico, order: tuple[str, ...]
) -> None:
    organizacao = uuid4()
    chave = servico.new_key(organizacao)
    for name in order:
        post(servico, versions(1)[name], chave)
        assert_true(servico, organizacao)
    (one,) = found(servico, "texto=notebook", chave=chave)
    assert one["com_protocolo"]
    assert found(servico, "texto=palimpsesto", chave=chave) == []
    assert found(servico, "texto=outra", chave=chave) == []
    assert len(found(servico, chave=chave)) == 1


def test_a_version_that_lost_its_identity_is_not_found_any_more(servico: Servico) -> None:
    chave = servico.new_key(uuid4())
    each = versions(2)
    (code,) = (
        achado["codigo"]
        for achado in post(servico, each["adulterada"], chave)["relatorio"]["achados"]
        if achado["severidade"] == "erro"
    )
    assert len(found(servico, f"texto=palimpsesto&codigo={code}", chave=chave)) == 1
    post(servico, each["nota"], chave)
    assert found(servico, "texto=palimpsesto", chave=chave) == []
    assert found(servico, f"codigo={code}", chave=chave) == []
    assert len(found(servico, "texto=notebook", chave=chave)) == 1


def test_a_protocol_that_is_attached_changes_what_findings_it_is_found_by(
    servico: Servico,
) -> None:
    organizacao = uuid4()
    chave = servico.new_key(organizacao)
    each = versions(3)
    before = {a["codigo"] for a in post(servico, each["nota"], chave)["relatorio"]["achados"]}
    told = post(servico, each["com protocolo"], chave)
    assert told["protocolo_anexado"]
    after = {a["codigo"] for a in told["relatorio"]["achados"]}
    for code in before | after:
        assert bool(found(servico, f"codigo={code}", chave=chave)) == (code in after)
    assert_true(servico, organizacao)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_by_its_parties_items_and_taxes(servico: Servico, kind: str) -> None:
    organizacao = uuid4()
    chave = servico.new_key(organizacao)
    data = build(kind)
    post(servico, data, chave)
    assert_true(servico, organizacao)
    (one,) = found(servico, chave=chave)
    assert found(servico, f"participante={one['emitente']}", chave=chave) == [one]
    resumo = servico.request("GET", f"/v1/documentos/{one['id']}/resumo", chave=chave).json()
    for papel in ("emitente", "prestador"):
        if nome := resumo["participantes"].get(papel, {}).get("nome"):
            assert found(servico, f"texto={nome}", chave=chave) == [one]
    for tributo in ("icms", "ibs", "cbs", "iss"):
        amount = float(resumo.get("impostos", {}).get(tributo, {}).get("valor", 0))
        assert bool(found(servico, f"tributo={tributo}", chave=chave)) == (amount > 0)
    items = [*resumo.get("itens", ()), resumo.get("detalhes", {})]
    for cfop in {item["cfop"] for item in items if "cfop" in item}:
        assert found(servico, f"cfop={cfop}", chave=chave) == [one]


def test_the_newest_name_of_a_party_is_told_whatever_the_order(servico: Servico) -> None:
    def named(number: int, day: int, name: str) -> bytes:
        changes = {"ide/nNF": str(number), "emit/xNome": name}
        return build("nfe", changes=changes | {"ide/dhEmi": f"2026-11-{day:02}T09:30:00-03:00"})

    notes = [named(1, 3, "NOME ANTIGO"), named(2, 9, "NOME NOVO"), named(3, 6, "NOME DO MEIO")]
    for order in permutations(notes):
        chave = servico.new_key(uuid4())
        for nota in order:
            post(servico, nota, chave)
        assert {each["emitente_nome"] for each in found(servico, chave=chave)} == {"NOME NOVO"}


def test_a_lote_is_indexed_as_its_documents_are_one_by_one(servico: Servico) -> None:
    organizacao = uuid4()
    chave = servico.new_key(organizacao)
    files = {f"{kind}.xml": build(kind) for kind in KINDS}
    lote = servico.send(files | {"igual.xml": files["nfe.xml"]}, chave=chave)
    assert_true(servico, organizacao)
    brought = found(servico, f"lote={lote['id']}&limite=100", chave=chave)
    assert len(brought) == len(KINDS)
    again = servico.send({"outra.xml": files["nfe.xml"]}, chave=chave)
    (known,) = found(servico, f"lote={again['id']}", chave=chave)
    assert known["chave"] == chave_of(files["nfe.xml"])
    assert known["lote"] == lote["id"]


def test_lotes_that_name_the_same_parties_at_once_wait_for_each_other(servico: Servico) -> None:
    chave = servico.new_key(uuid4())
    for lote in range(4):
        changes = {"emit/xNome": f"NOME {lote}", "ide/dhEmi": f"2026-11-0{lote + 1}T09:30:00-03:00"}
        files = {
            f"{number}.xml": build("nfe", changes=changes | {"ide/nNF": str(10 * lote + number)})
            for number in range(1, 4)
        }
        body = zipped(files)
        servico.request("POST", "/v1/lotes", content=body, headers=ZIP, chave=chave)
    servico.work_together()
    notes = found(servico, chave=chave)
    assert len(notes) == 12
    assert {each["emitente_nome"] for each in notes} == {"NOME 3"}


def test_a_name_known_is_not_written_again(servico: Servico) -> None:
    organizacao = uuid4()
    chave = servico.new_key(organizacao)
    written = []
    for number in (1, 2):
        post(servico, build("nfe", changes={"ide/nNF": str(number)}), chave)
        written.append(servico.run(_row_versions(servico, organizacao)))
    assert written[0] == written[1]
    assert len(written[0]) == 2


async def _row_versions(servico: Servico, organizacao: UUID) -> set[tuple[str, str]]:
    async with servico.api.banco.transacao(organizacao) as conn:
        rows = await conn.execute(select(participantes.c.inscricao, literal_column("xmin::text")))
        return {(row[0], row[1]) for row in rows}


def test_a_document_by_itself_has_the_names_of_its_parties_as_in_a_search(servico: Servico) -> None:
    chave = servico.new_key(uuid4())
    post(servico, build("nfe"), chave)
    (listed,) = found(servico, chave=chave)
    alone = servico.request("GET", f"/v1/documentos/{listed['id']}", chave=chave).json()
    assert alone["emitente_nome"] == listed["emitente_nome"] == "EMPRESA FICTICIA LTDA"
    assert alone["destinatario_nome"] == listed["destinatario_nome"]


def test_two_better_copies_in_one_lote_each_take_the_place_of_the_one_before(
    servico: Servico, caplog: pytest.LogCaptureFixture
) -> None:
    """The second meets a copy of the same transaction, whose validation is not written yet."""
    chave = servico.new_key(uuid4())
    changes = {"ide/nNF": "9341"}
    post(servico, build("nfe", changes=changes), chave)
    better = {
        "a.xml": build("nfe", changes=changes, protocol=True),
        "b.xml": build("nfe", changes=changes, protocol={"cStat": "101"}),
    }
    lote = servico.send(better, chave=chave)
    assert (lote["situacao"], lote["contagens"]["duplicado"]) == ("concluido", 2)
    assert "job failed" not in caplog.text  # another attempt would do them one by one
    (kept,) = found(servico, chave=chave)
    assert (kept["situacao"], kept["com_protocolo"]) == ("cancelado", True)
    assert found(servico, "texto=notebook", chave=chave) == [kept]
