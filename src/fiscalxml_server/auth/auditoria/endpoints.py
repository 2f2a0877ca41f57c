"""GET /v1/auditoria, /v1/auditoria/exportacao; /.well-known/fiscalxml-auditoria.json."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response, StreamingResponse

from fiscalxml_server.auth.auditoria import repository, service
from fiscalxml_server.auth.auditoria.documentation import lines_answer
from fiscalxml_server.auth.auditoria.exporting import export
from fiscalxml_server.auth.auditoria.keys import CHECKPOINTS
from fiscalxml_server.auth.auditoria.repository import Filtro
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, not_audited
from fiscalxml_server.kit.http.auth import public, requires
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.parameters import Instante, Logico
from fiscalxml_server.kit.rbac import Escopo

router = APIRouter(tags=["auditoria"])

Auditor = Annotated[Sujeito, Depends(requires(Escopo.AUDITORIA_LER))]
De = Annotated[Instante, Query(description="A partir deste dia (em Brasília) ou instante.")]
Ate = Annotated[
    Instante,
    Query(description="Antes deste instante; um dia vale pela sua meia-noite em Brasília."),
]
DeTeste = Annotated[Logico, Query(description="Do ambiente de teste (chaves fx_test_).")]
_WHO = r"^[a-z_]{1,40}(:[0-9A-Za-z:._-]{1,120})?$"


@router.get(
    "/v1/auditoria",
    operation_id="lerAuditoria",
    summary="Ler a auditoria",
    responses={
        200: json_answer("Registros", schema_ref("PaginaDeAuditoria"), "pagina_de_auditoria"),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.AUDITORIA_LIDA)
async def ler(
    sujeito: Auditor,
    recursos: Meios,
    de: De = None,
    ate: Ate = None,
    acao: Annotated[Acao | None, Query(description="Só esta ação.")] = None,
    ator: Annotated[
        str | None,
        Query(pattern=_WHO, description="Só de quem: pessoa:<id>, chave:<id>, maquina:<id>."),
    ] = None,
    alvo: Annotated[
        str | None,
        Query(pattern=_WHO, description="Só o que se fez com: documento:<id>, lote:<id>…"),
    ] = None,
    teste: DeTeste = False,
    cursor: Annotated[
        str | None, Query(max_length=40, description="O proximo da página anterior.")
    ] = None,
    limite: Annotated[int, Query(ge=1, le=500, description="Quantos por página.")] = 50,
) -> Response:
    """O que foi lido e feito na organização, por quem, do mais novo ao mais antigo.

    Esta leitura também é registrada.
    """
    chain = await service.chain_of(recursos, sujeito.organizacao, teste)
    filtro = Filtro(de=de, ate=ate, acao=acao, ator=ator, alvo=alvo)
    return json_response(await service.list_page(recursos, chain, filtro, cursor, limite))


@router.get(
    "/v1/auditoria/exportacao",
    operation_id="exportarAuditoria",
    summary="Exportar a auditoria",
    responses={200: lines_answer(), **problems(NaoEncontrado)},
)
@audited(Acao.AUDITORIA_EXPORTADA)
async def exportar(
    sujeito: Auditor,
    recursos: Meios,
    de: De = None,
    ate: Ate = None,
    teste: DeTeste = False,
) -> Response:
    """Os registros de um período com tudo que é preciso para conferi-los (JSONL).

    Vêm também os registros até o primeiro ponto de controle depois do período, e a prova de que ele
    os viu. Confira com `fiscalxml audit verify` ou com docs/auditoria/verificar.py.
    """
    chain = await service.chain_of(recursos, sujeito.organizacao, teste)
    return StreamingResponse(
        export(recursos, chain, de, ate),
        media_type="application/jsonl",
        headers={
            "Content-Disposition": f'attachment; filename="auditoria-{chain}.jsonl"',
            "Cache-Control": "private, no-store",
        },
    )


@router.get(
    "/.well-known/fiscalxml-auditoria.json",
    operation_id="lerChavesDaAuditoria",
    summary="Ler as chaves públicas dos pontos de controle",
    dependencies=[Depends(public)],
    responses={
        200: json_answer("As chaves", schema_ref("ChavesDaAuditoria"), "chaves_da_auditoria")
    },
)
@not_audited("as chaves são públicas")
async def chaves(recursos: Meios) -> Response:
    """As chaves públicas que assinam os pontos de controle (JWKS), e o último ponto.

    Guarde as chaves fora desta instalação: com elas se confere o que ela disser depois.
    """
    async with recursos.banco.transacao() as conn:
        await CHECKPOINTS.key(conn, recursos.segredos)
        known = await CHECKPOINTS.public(conn)
        last = await repository.last_checkpoint(conn)
    return json_response({"keys": known, "ultimo": None if last is None else last["corpo"]})
