"""What Cloudflare itself answers: the problems of the services, in their words.

Its rules know no type of answer but application/json for them: `response_rules.py` sets that of
the services.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fiscalxml_server.kit.errors import (
    Indisponivel,
    MetodoNaoPermitido,
    NaoEncontrado,
    Problema,
    RequisicaoBloqueada,
)
from fiscalxml_server.kit.http.auth import unknown_credential
from fiscalxml_server.kit.limits.limiter import LimiteDeRequisicoes

Json = dict[str, Any]
CONTENT_TYPE: Final = "application/json"

NOT_FOUND: Final = NaoEncontrado("Não há nada neste endereço. Os que existem estão em /docs.")
METHOD: Final = MetodoNaoPermitido("Nenhum endereço do serviço aceita este método.")
UNKNOWN_CREDENTIAL: Final = unknown_credential()
AWAY: Final = Indisponivel("O serviço não respondeu agora. Tente de novo em instantes.")
RETRY_SECONDS: Final = 2
BLOCKED: Final = RequisicaoBloqueada(
    "A requisição tem a forma de um ataque e não chegou ao serviço. Se é legítima, mande ao "
    "suporte o cabeçalho Cf-Ray desta resposta."
)
WORKER: Final = RequisicaoBloqueada(
    "Quem chama é um Worker da Cloudflare, que não tem endereço de rede próprio. Chame de um "
    "servidor seu."
)


def too_many(name: str, detail: str) -> LimiteDeRequisicoes:
    """Of a rate rule, by what it counts."""
    return LimiteDeRequisicoes(detail, headers=None, **{"violated-policies": [name]})


def response(problema: Problema) -> Json:
    """What a rule that blocks answers."""
    return {
        "status_code": problema.status,
        "content_type": CONTENT_TYPE,
        "content": body(problema),
    }


def error(problema: Problema) -> Json:
    """What takes the place of a page of Cloudflare's."""
    return {"content": body(problema), "content_type": CONTENT_TYPE, "status_code": problema.status}


def body(problema: Problema) -> str:
    """The problem document."""
    return msgspec.json.encode(problema.to_dict()).decode()
