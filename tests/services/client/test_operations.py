"""Every operation of the published API has a method of the client, which the service answers."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
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
_DIA = date(2026, 1, 1)


class Cenario(NamedTuple):
    """What there is at the service: a lote, an export and a revalidation that have ended."""

    lote: UUID
    exportacao: UUID
    revalidacao: UUID
    folder: Path


@pytest.fixture(scope="module")
def cenario(
    servico: Servico, cliente: Cliente, tmp_path_factory: pytest.TempPathFactory
) -> Cenario:
    """The lote has a note, its copy and a file that is none."""
    sent = cliente.enviar_documentos({"a.xml": _NOTA, "b.xml": _NOTA, "c.xml": b"<html/>"})
    servico.work()
    exportacao = cliente.pedir_exportacao("csv", tabela="itens", filtro={"modelo": [55, 65]})
    revalidacao = cliente.revalidar(
        em=date(2026, 12, 1), perfil="transmissao", nome="dezembro", tipo="nfe", com_protocolo=True
    )
    servico.work()
    folder = tmp_path_factory.mktemp("baixados")
    return Cenario(sent.id, exportacao.id, revalidacao.id, folder)


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


Call = Callable[[Cliente, Cenario], object]

OPERATIONS: Mapping[str, tuple[str, Call]] = {
    "validarDocumento": ("validar", lambda c, _: c.validar(_NOTA).documento.chave == CHAVE),
    "resumirDocumento": ("resumir", lambda c, _: c.resumir(_NOTA).documento.chave == CHAVE),
    "guardarDocumento": ("guardar", lambda c, _: c.guardar(_NOTA).desfecho == "duplicado"),
    "lerDocumento": ("documento", lambda c, s: c.documento(CHAVE, em=_DIA).lote == s.lote),
    "baixarXml": ("xml", lambda c, _: c.xml(CHAVE) == _NOTA),
    "lerRelatorio": ("relatorio", lambda c, _: c.relatorio(CHAVE).documento.chave == CHAVE),
    "lerResumo": ("resumo", lambda c, _: c.resumo(CHAVE).numero == "4001"),
    "imprimirDocumento": ("danfe", lambda c, _: c.danfe(CHAVE).startswith(b"%PDF")),
    "listarValidacoes": (
        "validacoes",
        lambda c, s: [v.revalidacao for v in c.validacoes(CHAVE)] == [s.revalidacao, None],
    ),
    "listarEventos": ("eventos", lambda c, _: c.eventos(CHAVE, em=_DIA).itens == []),
    "lerGrafo": ("grafo", lambda c, _: c.grafo(CHAVE, profundidade=1).nos[0].chave == CHAVE),
    "procurarDocumentos": (
        "procurar",
        lambda c, _: [d.chave for d in c.procurar(numero=[4001], emissao_de=_DIA)] == [CHAVE],
    ),
    "somarDocumentos": (
        "totais",
        lambda c, _: c.totais(por=["mes", "tipo"], veredito="valido").grupos[0].tipo == "nfe",
    ),
    "listarMudancas": (
        "mudancas",
        lambda c, _: CHAVE in {d.chave for page in c.mudancas() for d in page.itens},
    ),
    "procurarCausas": ("causas", lambda c, _: c.causas(numero=4001).documentos.total == 1),
    "lerCausasDoLote": ("causas_do_lote", lambda c, s: c.causas_do_lote(s.lote).lote == s.lote),
    "enviarLote": ("enviar_documentos", lambda c, _: c.enviar_documentos({"x.xml": b"<a/>"}).id),
    "listarLotes": ("lotes", lambda c, s: s.lote in {each.id for each in c.lotes(por_pagina=1)}),
    "prepararEnvio": (
        "preparar_envio",
        lambda c, _: _refused(c.preparar_envio, problems.EnvioDiretoIndisponivel),
    ),
    "lerLote": ("lote", lambda c, s: c.lote(s.lote).contagens.duplicado == 1),
    "listarItens": (
        "itens",
        lambda c, s: [i.indice for i in c.itens(s.lote, por_pagina=2)] == [0, 1, 2],
    ),
    "acompanharLote": (
        "acompanhar",
        lambda c, s: [each.situacao for each in c.acompanhar(s.lote)] == ["concluido"],
    ),
    "exportarLote": (
        "exportar",
        lambda c, s: _written(s, lambda file: c.exportar(file, "jsonl", lote=s.lote)),
    ),
    "exportarBusca": (
        "exportar",
        lambda c, s: _written(s, lambda file: c.exportar(file, "jsonl", numero="4001")),
    ),
    "pedirExportacao": (
        "pedir_exportacao",
        lambda c, s: c.pedir_exportacao("xlsx", lote=s.lote).situacao == "recebida",
    ),
    "listarExportacoes": (
        "exportacoes",
        lambda c, s: s.exportacao in {each.id for each in c.exportacoes(por_pagina=1)},
    ),
    "lerExportacao": ("exportacao", lambda c, s: c.exportacao(s.exportacao).situacao == "pronta"),
    "baixarExportacao": (
        "baixar_exportacao",
        lambda c, s: _written(s, lambda file: c.baixar_exportacao(s.exportacao, file)),
    ),
    "cancelarExportacao": (
        "cancelar_exportacao",
        lambda c, s: c.cancelar_exportacao(c.pedir_exportacao("zip", lote=s.lote).id) is None,
    ),
    "revalidarDocumentos": ("revalidar", lambda c, _: c.revalidar(numero=1).prontos == 0),
    "listarRevalidacoes": (
        "revalidacoes",
        lambda c, s: s.revalidacao in {each.id for each in c.revalidacoes(por_pagina=1)},
    ),
    "lerRevalidacao": ("revalidacao", lambda c, s: c.revalidacao(s.revalidacao).total == 1),
    "cancelarRevalidacao": (
        "cancelar_revalidacao",
        lambda c, _: c.cancelar_revalidacao(c.revalidar(numero=2).id).situacao == "cancelada",
    ),
    "acompanharRevalidacao": (
        "acompanhar_revalidacao",
        lambda c, s: [e.situacao for e in c.acompanhar_revalidacao(s.revalidacao)] == ["concluida"],
    ),
    "listarItensDaRevalidacao": (
        "itens_da_revalidacao",
        lambda c, s: {i.mudanca for i in c.itens_da_revalidacao(s.revalidacao)} <= {"outra"},
    ),
    "listarCausasDaRevalidacao": (
        "causas_da_revalidacao",
        lambda c, s: not c.causas_da_revalidacao(s.revalidacao).parcial,
    ),
    "listarParticipantesDaRevalidacao": (
        "participantes_da_revalidacao",
        lambda c, s: list(c.participantes_da_revalidacao(s.revalidacao)) is not None,
    ),
    "listarRegras": ("regras", lambda c, _: len({r.regra for r in c.regras(modelo="55")}) > 200),
    "explicarRegra": ("regra", lambda c, _: c.regra("nfe:I11-10")[0].codigo == "629"),
    "explicarChave": ("chave", lambda c, _: c.chave(CHAVE).partes["modelo"] == "55"),
    "lerUso": ("uso", lambda c, _: c.uso().organizacao.documentos > 0),
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


def _written(cenario: Cenario, download: Callable[[Path], object]) -> bool:
    """Whether a file is whole under its name, and nothing beside it."""
    file = cenario.folder / "arquivo"
    file.unlink(missing_ok=True)
    download(file)
    return list(cenario.folder.iterdir()) == [file] and file.stat().st_size > 100


def _published() -> set[str]:
    paths = json.loads(_OPENAPI.read_bytes())["paths"]
    return {operation["operationId"] for path in paths.values() for operation in path.values()}


def test_every_published_operation_has_its_method() -> None:
    assert set(OPERATIONS) == _published()


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_service_answers_what_the_method_asks(
    cliente: Cliente, cenario: Cenario, name: str
) -> None:
    method, call = OPERATIONS[name]
    assert callable(getattr(Cliente, method))
    assert call(cliente, cenario)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_asynchronous_client_is_answered_the_same(
    waiting: Cliente, cenario: Cenario, name: str
) -> None:
    _, call = OPERATIONS[name]
    assert call(waiting, cenario)


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
