"""What the OpenAPI document says of invitations."""

from __future__ import annotations

from fiscalxml_server.auth.convites.schemas import (
    AceitacaoComContaNova,
    AceitacaoDeConvite,
    Aceito,
    Convite,
    PedidoDeConvite,
)
from fiscalxml_server.kit.http.openapi import Components, Json, page_of, schema_ref
from fiscalxml_server.kit.http.structs import schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            PedidoDeConvite: "A quem convidar, e para quê.",
            Convite: "Um convite que ainda não foi aceito.",
            AceitacaoDeConvite: "A aceitação de um convite, por quem tem conta.",
            AceitacaoComContaNova: "A aceitação de um convite, por quem ainda não tem conta.",
            Aceito: "Quem entrou, e onde.",
        }
    ) | {
        "PaginaDeConvites": page_of(
            "Convites, do mais novo ao mais antigo.",
            schema_ref("Convite"),
            "Os convites desta página.",
        )
    }


COMPONENTS = Components(
    tag={"name": "convites", "description": "Convida pessoas para a organização, por e-mail."},
    schemas=_schemas,
)
