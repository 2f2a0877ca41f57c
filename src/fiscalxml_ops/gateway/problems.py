"""What the gateway itself answers: the problems of the services, in their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from fastapi import Request

from fiscalxml_ops.gateway.operations import Teto
from fiscalxml_server.kit.errors import (
    CorpoGrandeDemais,
    CorpoParado,
    ErroInterno,
    Indisponivel,
    MetodoNaoPermitido,
    NaoAutenticado,
    NaoEncontrado,
    Problema,
    RequisicaoInvalida,
)
from fiscalxml_server.kit.http.auth import credential_of, unknown_credential
from fiscalxml_server.kit.limits.limiter import LimiteDeRequisicoes

Json = dict[str, Any]

_AGAIN: Final = {"Retry-After": "2"}
_AWAY: Final = "O serviço não respondeu agora. Tente de novo em instantes."


def named(tetos: Iterable[Teto]) -> Mapping[str, Json]:
    """Those that the gateway decides on, by the name that its code gives them."""
    return {
        **{nome: _told(problema) for nome, problema in _refusals().items()},
        **{teto.nome: _told(teto.problema) for teto in tetos},
    }


def by_status() -> Mapping[int, Json]:
    """Those that the gateway's server or a plugin of it comes to, by their status; 400 and 500
    stand for all others."""
    unread = RequisicaoInvalida("A requisição não pôde ser lida.")
    told: dict[int, Problema] = {
        400: unread,
        401: unknown_credential(),
        404: NaoEncontrado("Não há nada neste endereço. Os que existem estão em /docs."),
        408: CorpoParado("O corpo parou de chegar antes do fim."),
        413: CorpoGrandeDemais("O corpo passa do tamanho permitido."),
        417: CorpoGrandeDemais("O corpo passa do tamanho permitido."),
        429: LimiteDeRequisicoes(
            "Vieram requisições demais deste endereço; espere o que diz Retry-After.",
            headers=None,
            **{"violated-policies": ["endereco"]},
        ),
        500: ErroInterno("O serviço falhou ao atender esta requisição."),
        502: Indisponivel(_AWAY, headers=_AGAIN),
        503: Indisponivel(_AWAY, headers=_AGAIN),
        504: Indisponivel(
            "O serviço demorou demais para responder. Tente de novo em instantes.", headers=_AGAIN
        ),
    }
    return {status: _told(problema, status) for status, problema in told.items()}


def _refusals() -> Mapping[str, Problema]:
    bearer = (b"authorization", b"Bearer x")
    return {
        "nao_encontrado": NaoEncontrado(
            "Não há nada neste endereço. Os que existem estão em /docs."
        ),
        "metodo_nao_permitido": MetodoNaoPermitido(
            "Este endereço não aceita o método; o cabeçalho Allow diz quais aceita."
        ),
        "sem_credencial": _refused(),
        "duas_credenciais": _refused(bearer, (b"x-api-key", b"x")),
        "outro_esquema": _refused((b"authorization", b"Basic x")),
        "credencial_longa": _refused((b"x-api-key", b"x" * 10_000)),
        "credencial_desconhecida": unknown_credential(),
    }


def _refused(*headers: tuple[bytes, bytes]) -> Problema:
    """What the services say to a request with these headers: their own code is asked."""
    try:
        credential_of(Request({"type": "http", "headers": list(headers)}))
    except NaoAutenticado as problema:
        return problema
    raise ValueError(f"the services do not refuse {headers!r}")


def _told(problema: Problema, status: int = 0) -> Json:
    status = status or problema.status
    body = {**problema.to_dict(), "status": status}
    return {
        "status": status,
        "corpo": msgspec.json.encode(body).decode(),
        "cabecalhos": dict(problema.headers),
    }
