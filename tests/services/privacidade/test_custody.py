"""The end of custody: what is erased, what is not, and what proves it."""

from __future__ import annotations

import json
from hashlib import sha256
from uuid import uuid4

import asyncpg
import pytest

from .archive import ANTIGA, CPF, OUTRO, Arquivo, note

_RELATED = (
    "documentos", "termos", "titulares", "vinculos", "validacoes", "copias",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _of_its_own(arquivo: Arquivo) -> None:
    arquivo.anew()


def test_what_is_past_its_custody_is_erased_and_nothing_else(arquivo: Arquivo) -> None:
    servico = arquivo.servico
    old, new = note(1, emissao=ANTIGA, cpf=CPF), note(2)
    lote = servico.send({"antiga.xml": old, "nova.xml": new})
    arquivo.ask("eliminar")
    assert arquivo.count("documentos") == 2, "received a moment ago: kept for a year at least"
    arquivo.age()
    before = arquivo.objects()
    arquivo.erase_due()
    assert arquivo.count("documentos") == 1
    assert arquivo.count("titulares") == 0
    kept = arquivo.sql("SELECT id FROM documentos")[0]["id"]
    for table in ("termos", "vinculos", "validacoes"):
        others = arquivo.sql(f"SELECT 1 FROM {table} WHERE documento <> $1", kept)  # noqa: S608
        assert not others, table
    xml = servico.request("GET", f"/v1/documentos/{kept}/xml")
    assert xml.content == new
    assert not arquivo.objects() & before, "the pack was made again without the erased copy"
    stored = b"".join((servico.objetos / name).read_bytes() for name in arquivo.objects())
    assert len(stored) < 2 * len(new)
    assert servico.request("GET", f"/v1/lotes/{lote['id']}").status_code == 200


def test_a_certificate_says_what_was_erased(arquivo: Arquivo) -> None:
    old = note(1, emissao=ANTIGA, cpf=CPF)
    arquivo.servico.send({"antiga.xml": old})
    arquivo.age()
    arquivo.erase_due()
    own = "SELECT * FROM privacidade.certificados WHERE organizacao = $1"
    (row,) = arquivo.sql(own, arquivo.servico.organizacao)
    told = json.loads(row["conteudo"])
    assert told["motivo"] == "custodia"
    assert told["documentos"] == 1
    assert told["validacoes"] == 1
    assert told["impressao"] == sha256(sha256(old).digest()).hexdigest()
    assert CPF not in row["conteudo"].decode()
    entries = "SELECT alvo FROM auditoria.registros WHERE organizacao = $1 AND acao = $2"
    (entry,) = arquivo.sql(entries, arquivo.servico.organizacao, "documentos.eliminados")
    assert entry["alvo"] == f"certificado:{row['id']}"


@pytest.mark.parametrize(
    "held",
    [
        {},
        {"inscricao": CPF},
        {"desde": "2012-01-01T00:00:00+00:00", "ate": "2013-01-01T00:00:00+00:00"},
    ],
)
def test_what_is_held_is_not_erased(arquivo: Arquivo, held: dict[str, str]) -> None:
    org = arquivo.servico.organizacao
    arquivo.servico.send({"a.xml": note(10 + len(held), emissao=ANTIGA, cpf=CPF)})
    arquivo.age()
    count = arquivo.count("documentos")
    hold = uuid4()
    arquivo.sql(
        "INSERT INTO privacidade.retencoes (organizacao, id, motivo, inscricao, desde, ate, por)"
        " VALUES ($1, $2, 'processo', $3, $4::text::timestamptz, $5::text::timestamptz, 'teste')",
        org,
        hold,
        held.get("inscricao"),
        held.get("desde"),
        held.get("ate"),
    )
    arquivo.erase_due()
    assert arquivo.count("documentos") == count
    arquivo.sql("UPDATE privacidade.retencoes SET encerrado_em = now()")
    arquivo.erase_due()
    assert arquivo.count("documentos") == count - 1


def test_a_hold_of_others_holds_nothing_of_this_one(arquivo: Arquivo) -> None:
    org = arquivo.servico.organizacao
    arquivo.servico.send({"a.xml": note(20, emissao=ANTIGA, cpf=CPF)})
    arquivo.age()
    count = arquivo.count("documentos")
    for inscricao, desde in ((OUTRO, None), (None, "2013-01-01")):
        arquivo.sql(
            "INSERT INTO privacidade.retencoes (organizacao, id, motivo, inscricao, desde, por)"
            " VALUES ($1, gen_random_uuid(), 'processo', $2, $3::text::timestamptz, 'teste')",
            org,
            inscricao,
            desde,
        )
    arquivo.erase_due()
    assert arquivo.count("documentos") == count - 1
    arquivo.sql("UPDATE privacidade.retencoes SET encerrado_em = now()")


def test_the_database_refuses_what_is_in_custody_whoever_asks(arquivo: Arquivo, banco: str) -> None:
    arquivo.servico.send({"a.xml": note(2)})
    own = "SELECT id FROM documentos WHERE organizacao = $1"
    (row,) = arquivo.sql(own, arquivo.servico.organizacao)

    async def try_to(statement: str) -> None:
        connection = await asyncpg.connect(banco)
        try:
            await connection.execute("SET ROLE fiscalxml_worker")
            await connection.execute(f"SET fiscalxml.organizacao = '{arquivo.servico.organizacao}'")
            await connection.execute(statement)
        finally:
            await connection.close()

    for statement in (
        f"SELECT privacidade.eliminar(ARRAY['{row['id']}'::uuid])",
        "SELECT privacidade.eliminar_tudo(10)",
        "SELECT privacidade.eliminar_resto()",
        "DELETE FROM documentos",
        f"SELECT privacidade.apagar('{arquivo.servico.organizacao}', ARRAY['{row['id']}'::uuid])",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            arquivo.servico.run(try_to(statement))
    assert arquivo.count("documentos") == 1
