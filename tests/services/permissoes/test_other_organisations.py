"""What is another organisation's is told, byte by byte, as what is not there; and stays as it is.

The names are found in the database: every id in a row of the organisation, whatever its table. They
are tried in every route that has a place for one.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from factory.documents import build, chave_of
from fiscalxml_server.kit.rbac import Escopo, Papel
from services.auth.chaves.casa import CNPJ, Casa
from services.servers.postgres import Servidor
from services.servico import ZIP, zipped

from .predio import PARAMETER, Porta, Predio

ANOTHER = {
    36: str(uuid4()),
    11: "52998224725",
    14: "00000000000191",
    44: chave_of(build("nfe", changes={"ide/nNF": "987"})),
}
"""length of a name -> one that nothing has"""
_WRITES = ("POST", "PUT")
_TABLES = """
    SELECT format('%I.%I', nspname, relname) FROM pg_class c
    JOIN pg_namespace n ON n.oid = relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND attname = 'organizacao'
    WHERE nspname IN ('public', 'auth', 'auditoria', 'webhooks') AND relkind IN ('r', 'p')
        AND NOT relispartition ORDER BY 1
"""
_OF_THE_ASKING = ("auditoria.", "public.idempotencia", "auth.emails")
"""beginnings of tables that tell of requests"""


class Duas:
    """`first` has something of everything; `second` has nothing, and asks as its owner."""

    def __init__(self, predio: Predio, admin_url: str) -> None:
        self.predio = predio
        self._url = admin_url
        self.first, self.second = predio.casa(), predio.casa()
        _documents(predio, self.first.id)
        self.first.member(Papel.LEITOR)
        self.first.new()
        for servico in ("auth", "webhooks"):
            _made(predio, self.first, servico)
        self.names = self._names()

    def rows(self) -> dict[str, list[asyncpg.Record]]:
        """All rows of the first, by table."""

        async def read() -> dict[str, list[asyncpg.Record]]:
            connection = await asyncpg.connect(self._url)
            try:
                tables = [row[0] for row in await connection.fetch(_TABLES)]
                return {
                    table: await connection.fetch(
                        f"SELECT * FROM {table} WHERE organizacao = $1",  # noqa: S608
                        self.first.id,
                    )
                    for table in tables
                    if not table.startswith(_OF_THE_ASKING)
                }
            finally:
                await connection.close()

        found = self.predio.portal.run(read())
        return {table: sorted(rows, key=repr) for table, rows in found.items()}

    def _names(self) -> list[str]:
        """Each value that could stand in a path, once for each column."""
        places = {name for porta in self.predio.portas for name in _places(porta)}
        found: dict[str, None] = {}
        for rows in self.rows().values():
            for row in rows[:3]:
                for column, value in row.items():
                    if isinstance(value, UUID) and value != self.first.id:
                        found[str(value)] = None
                    elif column in places and _is_name(value):
                        found[value] = None
        return list(found)


def _is_name(value: object) -> bool:
    """Of the shape of a name, and no word."""
    return isinstance(value, str) and len(value) in ANOTHER and any(map(str.isdigit, value))


def _documents(predio: Predio, organizacao: UUID) -> None:
    servico = predio.servico
    chave = servico.new_key(organizacao)
    files = {
        "nota.xml": build("nfe", protocol=True),
        "evento.xml": build("cancelamento", protocol=True),
    }
    lote = servico.send(files, chave=chave)
    for asked in ({"formato": "csv"}, {"formato": "csv", "lote": lote["id"]}):
        servico.request("POST", "/v1/exportacoes", json=asked, chave=chave)
    servico.request("POST", "/v1/revalidacoes", json={"em": "2027-01-05"}, chave=chave)
    servico.work()
    servico.request("POST", "/v1/lotes", content=zipped({}), headers=ZIP, chave=chave)


def _made(predio: Predio, casa: Casa, servico: str) -> None:
    """Whatever the owner can make with the bodies that the OpenAPI document shows."""
    document = predio.request(servico, "GET", "/openapi.json").json()
    for porta in predio.portas:
        decisao = porta.decisao
        if porta.servico != servico or decisao.metodo not in _WRITES:
            continue
        if decisao.pede is Escopo.ORGANIZACAO_ENCERRAR or not isinstance(decisao.pede, Escopo):
            continue
        operation = document["paths"].get(decisao.caminho, {}).get(decisao.metodo.lower(), {})
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for example in content.get("examples", {}).values():
            body = _resolved(document, example)["value"]
            path = porta.path(inscricao=CNPJ, pessoa=str(casa.dono))
            predio.ask(porta, predio.portal.token(casa.dono, casa.id), path=path, json=body)


def _resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for part in node.get("$ref", "#").split("/")[1:]:
        document = document[part]
    return document if "$ref" in node else node


def _places(porta: Porta) -> list[str]:
    return PARAMETER.findall(porta.decisao.caminho)


@pytest.fixture(scope="module")
def duas(predio: Predio, postgres: Servidor, banco: str) -> Duas:
    database = banco.partition("?")[0].rpartition("/")[2]
    return Duas(predio, postgres.admin_url(database))


def test_another_organisation_s_names_are_told_as_what_nothing_has(duas: Duas) -> None:
    predio, shown = duas.predio, set()
    stranger = predio.portal.token(duas.second.dono, duas.second.id)
    owner = predio.portal.token(duas.first.dono, duas.first.id)
    before = duas.rows()
    doors = [each for each in predio.portas if isinstance(each.decisao.pede, Escopo)]
    doors = [each for each in doors if _places(each)]
    assert len(doors) > 20
    assert len(duas.names) > 10
    for porta in doors:
        unknown: dict[str, tuple[int, str]] = {}
        for name in duas.names:
            theirs = _told(predio, porta, stranger, name)
            assert theirs[0] >= 400 or _is_of_the_path(porta), (porta, name, theirs)
            other = _nothing(name)
            if other not in unknown:
                unknown[other] = _told(predio, porta, stranger, other)
            assert theirs == unknown[other], (porta, name)
            if porta.decisao.metodo == "GET" and porta not in shown:
                path = _path(porta, name)
                if predio.ask(porta, owner, path=path).status_code == 200:
                    shown.add(porta)
    assert duas.rows() == before
    assert {str(each) for each in shown} >= {
        "api GET /v1/documentos/{chave}/xml",
        "api GET /v1/lotes/{lote}/itens",
        "api GET /v1/revalidacoes/{revalidacao}/itens",
        "api GET /v1/exportacoes/{exportacao}",
        "auth GET /v1/chaves-api/{chave}",
        "webhooks GET /v1/webhooks/{assinatura}",
    }


def test_lists_of_one_organisation_have_nothing_of_another(duas: Duas) -> None:
    predio = duas.predio
    stranger = predio.portal.token(duas.second.dono, duas.second.id)
    for porta in predio.portas:
        if _is_of_the_path(porta) or not isinstance(porta.decisao.pede, Escopo):
            continue
        if porta.decisao.metodo == "GET" and not _places(porta):
            for query in ("", "?formato=jsonl", "?desde=0"):
                answer = predio.ask(porta, stranger, path=porta.decisao.caminho + query)
                for name in duas.names:
                    assert name not in answer.text, (porta, name)


def _is_of_the_path(porta: Porta) -> bool:
    """Whether what is told is in the path itself: a chave taken apart, a rule explained."""
    return porta.decisao.pede is Escopo.VALIDAR


def _told(predio: Predio, porta: Porta, credencial: str, name: str) -> tuple[int, str]:
    answer = predio.ask(porta, credencial, path=_path(porta, name))
    text = answer.text.replace(name, "<name>")
    return answer.status_code, "" if _is_of_the_path(porta) else text


def _path(porta: Porta, name: str) -> str:
    return porta.path(**dict.fromkeys(_places(porta), name))


def _nothing(name: str) -> str:
    return ANOTHER[len(name)]
