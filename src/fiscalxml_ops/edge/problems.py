"""What the edge itself answers, in the services' words: problem+json, with the request's id."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from fiscalxml_server.kit.errors import (
    CorpoGrandeDemais,
    Indisponivel,
    NaoEncontrado,
    Problema,
    RequisicaoBloqueada,
    RequisicaoInvalida,
)
from fiscalxml_server.kit.limits.limiter import LimiteDeRequisicoes

REQUEST_ID: Final = "$requisicao"
"""nginx's variable; only of characters that need no escape in JSON"""


@dataclass(frozen=True)
class Answer:
    """To nginx's own errors of `statuses`."""

    statuses: tuple[int, ...]
    problem: Problema
    retry_after: int | None = None

    def body(self) -> str:
        """JSON in which nginx writes the request's id."""
        return problem_json(self.problem)


def problem_json(problem: Problema) -> str:
    """The problem with a member `requisicao`, which only the edge's own answers have."""
    return json.dumps({**problem.to_dict(), "requisicao": REQUEST_ID}, ensure_ascii=False)


BLOCKED: Final = RequisicaoBloqueada(
    "A requisição tem a forma de um ataque e não chegou ao serviço. Se é legítima, mande ao "
    "suporte o valor de requisicao."
)
ANSWERS: Final = (
    # 494 to 497 are nginx's own: headers too large, certificates, HTTP sent to a TLS port.
    Answer(
        (400, 405, 411, 414, 494, 495, 496, 497, 501, 505),
        RequisicaoInvalida("A requisição não segue o protocolo HTTP, ou o seu cabeçalho é longo."),
    ),
    Answer((404,), NaoEncontrado("Não há nada neste endereço. Os que existem estão em /docs.")),
    Answer((413,), CorpoGrandeDemais("O corpo passa do tamanho que se aceita neste endereço.")),
    Answer(
        (429,),
        LimiteDeRequisicoes("Requisições demais vindas deste endereço de rede; espere um pouco."),
        retry_after=2,
    ),
    Answer(
        (502, 503, 504),
        Indisponivel("O serviço não pode atender agora. Tente de novo em instantes."),
        retry_after=2,
    ),
)

REASONS: Final = {
    470: "xml",
    471: "pagina",
    472: "arquivo",
    473: "codificacao",
    480: "sqli",
    481: "xss",
    482: "lfi",
    483: "rfi",
    484: "rce",
    485: "php",
    486: "protocolo",
    487: "sessao",
    489: "regras",
}
"""statuses by which ModSecurity tells nginx why, for the log; callers see 403"""
