"""Every operation of the published API has a method of the client, which the service answers."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from factory import build
from factory.documents import chave_of
from fiscalxml.client import Cliente, ClienteAssincrono, problems
from services.servico import Servico

_OPENAPI = Path(__file__).parents[3] / "docs" / "contract" / "openapi.json"
_NOTA = build("nfe", protocol=True, changes={"ide/nNF": "4001"})
CHAVE = chave_of(_NOTA)


@pytest.fixture(scope="module")
def lote(servico: Servico, cliente: Cliente) -> UUID:
    """A lote that has ended, with a note, its copy and a file that is none."""
    sent = cliente.enviar_documentos({"a.xml": _NOTA, "b.xml": _NOTA, "c.xml": b"<html/>"})
    servico.work()
    return sent.id


class _Waiting:
    """The asynchronous client for callers that wait."""

    def __init__(self, portal: BlockingPortal, cliente: ClienteAssincrono) -> None:
        self._portal = portal
        self._cliente = cliente

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self._cliente, name)

        async def ask(args: tuple[object, ...], options: dict[str, object]) -> object:
            asked = method(*args, **options)
            if hasattr(asked, "__aiter__"):
                return [each async for each in asked]
            return await asked

        return lambda *args, **options: self._portal.call(ask, args, options)


@pytest.fixture(scope="module")
def waiting(servico: Servico, endereco: str) -> Iterator[_Waiting]:
    with start_blocking_portal() as portal:
        cliente = ClienteAssincrono(endereco, servico.chave)
        yield _Waiting(portal, cliente)
        portal.call(cliente.aclose)


Call = Callable[[Cliente, UUID], object]

OPERATIONS: Mapping[str, tuple[str, Call]] = {
    "validarDocumento": ("validar", lambda c, _: c.validar(_NOTA).documento.chave == CHAVE),
    "resumirDocumento": ("resumir", lambda c, _: c.resumir(_NOTA).documento.chave == CHAVE),
    "guardarDocumento": ("guardar", lambda c, _: c.guardar(_NOTA).desfecho == "duplicado"),
    "lerDocumento": ("documento", lambda c, lote: c.documento(CHAVE).lote == lote),
    "baixarXml": ("xml", lambda c, _: c.xml(CHAVE) == _NOTA),
    "lerRelatorio": ("relatorio", lambda c, _: c.relatorio(CHAVE).documento.chave == CHAVE),
    "lerResumo": ("resumo", lambda c, _: c.resumo(CHAVE).numero == "4001"),
    "enviarLote": ("enviar_documentos", lambda c, _: c.enviar_documentos({"x.xml": b"<a/>"}).id),
    "listarLotes": ("lotes", lambda c, lote: lote in {each.id for each in c.lotes(por_pagina=1)}),
    "prepararEnvio": (
        "preparar_envio",
        lambda c, _: _refused(c.preparar_envio, problems.EnvioDiretoIndisponivel),
    ),
    "lerLote": ("lote", lambda c, lote: c.lote(lote).contagens.duplicado == 1),
    "listarItens": (
        "itens",
        lambda c, lote: [i.indice for i in c.itens(lote, por_pagina=2)] == [0, 1, 2],
    ),
    "acompanharLote": (
        "acompanhar",
        lambda c, lote: [each.situacao for each in c.acompanhar(lote)] == ["concluido"],
    ),
    "listarRegras": ("regras", lambda c, _: len({r.regra for r in c.regras(modelo="55")}) > 200),
    "explicarRegra": ("regra", lambda c, _: c.regra("nfe:I11-10")[0].codigo == "629"),
    "explicarChave": ("chave", lambda c, _: c.chave(CHAVE).partes["modelo"] == "55"),
    "listarProblemas": ("problemas", lambda c, _: len(c.problemas()) > 10),
    "explicarProblema": ("problema", lambda c, _: c.problema("fila_cheia").status == 429),
    "verSaude": ("saude", lambda c, _: c.saude() == "ok"),
    "verProntidao": ("pronto", lambda c, _: "banco" in c.pronto()),
}
"""operationId -> the client's method, and a call of it whose answer is true"""


def _refused(call: Callable[[], object], kind: type[Exception]) -> bool:
    with pytest.raises(kind):
        call()
    return True


def _published() -> set[str]:
    paths = json.loads(_OPENAPI.read_bytes())["paths"]
    return {operation["operationId"] for path in paths.values() for operation in path.values()}


def test_every_published_operation_has_its_method() -> None:
    assert set(OPERATIONS) == _published()


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_service_answers_what_the_method_asks(cliente: Cliente, lote: UUID, name: str) -> None:
    method, call = OPERATIONS[name]
    assert callable(getattr(Cliente, method))
    assert call(cliente, lote)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_asynchronous_client_is_answered_the_same(
    waiting: Cliente, lote: UUID, name: str
) -> None:
    _, call = OPERATIONS[name]
    assert call(waiting, lote)


def test_both_clients_have_the_same_methods_with_the_same_arguments() -> None:
    def methods(kind: type) -> dict[str, Any]:
        return {
            name: inspect.signature(method)
            for name, method in vars(kind).items()
            if not name.startswith("_")
        }

    assert methods(Cliente) == methods(ClienteAssincrono)


def test_every_published_problem_has_its_exception(cliente: Cliente) -> None:
    assert {each.codigo for each in cliente.problemas()} == set(problems.CLASSES)


def test_a_resumo_can_have_the_layout_s_own_names(cliente: Cliente) -> None:
    assert "nNF" in str(cliente.resumir_tags(_NOTA))


def test_a_document_may_be_a_path(cliente: Cliente, tmp_path: Path) -> None:
    (tmp_path / "nota.xml").write_bytes(_NOTA)
    expected = cliente.validar(_NOTA, perfil="autorizado", todas=True)
    found = cliente.validar(tmp_path / "nota.xml", perfil="autorizado", todas=True)
    assert msgspec.structs.replace(found, referencia=expected.referencia) == expected
