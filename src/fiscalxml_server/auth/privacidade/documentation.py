"""What the OpenAPI document says of privacy: the structs of `schemas`."""

from __future__ import annotations

from typing import Final

import msgspec

from fiscalxml_server.auth.privacidade import schemas
from fiscalxml_server.kit.http.openapi import Components, Json, schema_ref

_PUBLISHED: Final = (
    schemas.NovoPedidoDeTitular,
    schemas.PaginaDePedidosDeTitular,
    schemas.PaginaDeDocumentosDeTitular,
    schemas.NovaRetencao,
    schemas.PaginaDeRetencoes,
    schemas.PaginaDeCertificados,
    schemas.NovaEliminacao,
    schemas.EliminacaoTotal,
    schemas.NovoIncidente,
    schemas.PaginaDeIncidentes,
    schemas.Comunicacao,
)


def body(kind: type[msgspec.Struct], description: str) -> Json:
    """The `requestBody` of an operation that reads one of these."""
    content = {"application/json": {"schema": schema_ref(kind.__name__)}}
    return {"required": True, "description": description, "content": content}


def _schemas() -> dict[str, Json]:
    _, components = msgspec.json.schema_components(
        _PUBLISHED, ref_template="#/components/schemas/{name}"
    )
    return components


COMPONENTS = Components(
    tag={
        "name": "privacidade",
        "description": "LGPD: pedidos de titulares, retenções legais, certificados de eliminação, "
        "incidentes, e os dados da própria conta.",
    },
    schemas=_schemas,
)
