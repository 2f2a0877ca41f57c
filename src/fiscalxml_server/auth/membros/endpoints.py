"""/v1/membros: who belongs to the caller's organisation."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.membros import service
from fiscalxml_server.auth.membros.alcance import AlcanceInsuficiente
from fiscalxml_server.auth.membros.schemas import AlteracaoDeMembro
from fiscalxml_server.auth.membros.service import UltimoDono
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.parameters import Cursor, Limite
from fiscalxml_server.kit.http.structs import body_of
from fiscalxml_server.kit.rbac import Escopo, Papel

router = APIRouter(tags=["membros"])

Leitor = Annotated[Sujeito, Depends(requires(Escopo.MEMBROS_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.MEMBROS_ESCREVER))]
Pessoa = Annotated[UUID, Path(description="O id da pessoa.")]
_CHANGE: Final = (
    'O JSON deve ser {"papel": "…", "empresas": […] ou null}, um deles ou ambos; o papel é '
    f"{', '.join(Papel)}."
)
_ANSWER: Final = json_answer("O membro", schema_ref("Membro"))


@router.get(
    "/v1/membros",
    operation_id="listarMembros",
    summary="Listar os membros",
    responses={200: json_answer("Membros", schema_ref("PaginaDeMembros"))},
)
@audited(Acao.MEMBROS_LISTADOS)
async def listar(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 100
) -> Response:
    """Quem participa da organização, com que papel e para quais empresas."""
    page = await service.list_page(recursos, sujeito.organizacao, cursor, limite)
    return json_response(page)


@router.get(
    "/v1/membros/{pessoa}",
    operation_id="lerMembro",
    summary="Ler um membro",
    responses={200: _ANSWER, **problems(NaoEncontrado)},
)
@audited(Acao.MEMBRO_LIDO)
async def ler(sujeito: Leitor, recursos: Meios, pessoa: Pessoa) -> Response:
    """O papel e as empresas de um membro."""
    return json_response(await service.read(recursos, sujeito.organizacao, pessoa))


@router.patch(
    "/v1/membros/{pessoa}",
    operation_id="alterarMembro",
    summary="Mudar o papel ou as empresas de um membro",
    openapi_extra=body_of(AlteracaoDeMembro),
    responses={
        200: _ANSWER,
        **problems(*JSON_PROBLEMS, NaoEncontrado, AlcanceInsuficiente, UltimoDono),
    },
)
@audits_itself(Acao.MEMBRO_ALTERADO)
async def alterar(request: Request, sujeito: Escritor, recursos: Meios, pessoa: Pessoa) -> Response:
    """Muda o papel ou as empresas de um membro, que é avisado por e-mail.

    Ninguém dá, nem muda em outro, mais do que tem: só um dono trata de donos. Um dono vê todas as
    empresas. Os tokens da organização deixam de valer: cada um renova o seu, com o que passou a
    poder.
    """
    alteracao = await read_json(request, AlteracaoDeMembro, _CHANGE)
    return json_response(await service.change(recursos, sujeito, pessoa, alteracao))


@router.delete(
    "/v1/membros/{pessoa}/sessoes",
    operation_id="encerrarSessoesDoMembro",
    summary="Encerrar as sessões de um membro na organização",
    status_code=204,
    responses={
        204: {"description": "Encerradas"},
        **problems(NaoEncontrado, AlcanceInsuficiente),
    },
)
@audits_itself(Acao.MEMBRO_SESSOES_ENCERRADAS)
async def encerrar_sessoes(sujeito: Escritor, recursos: Meios, pessoa: Pessoa) -> Response:
    """As sessões que a pessoa tem não entram mais nesta organização, e ela é avisada por e-mail.

    Em poucos segundos os tokens delas são recusados em todo lugar. O papel dela continua: entrando
    de novo, ela volta. Nas outras organizações da pessoa as mesmas sessões continuam, porque não
    são desta. Os tokens dos demais se renovam por si uma vez.
    """
    await service.end_sessions(recursos, sujeito, pessoa)
    return Response(status_code=204)


@router.delete(
    "/v1/membros/{pessoa}",
    operation_id="removerMembro",
    summary="Remover um membro",
    status_code=204,
    responses={
        204: {"description": "Removido"},
        **problems(NaoEncontrado, AlcanceInsuficiente, UltimoDono),
    },
)
@audits_itself(Acao.MEMBRO_REMOVIDO)
async def remover(sujeito: Escritor, recursos: Meios, pessoa: Pessoa) -> Response:
    """A pessoa deixa de participar da organização, e é avisada por e-mail; a conta dela continua.

    Os convites que fez e ninguém aceitou deixam de valer. As chaves de API são da organização e
    continuam: revogue as que ela conhece.
    """
    await service.remove(recursos, sujeito, pessoa)
    return Response(status_code=204)
