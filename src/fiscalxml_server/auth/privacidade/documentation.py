"""What the OpenAPI document says of privacy: the structs of `schemas`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from fiscalxml_server.auth.privacidade import schemas
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import examples_of

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


def _schemas() -> dict[str, Json]:
    _, components = msgspec.json.schema_components(
        _PUBLISHED, ref_template="#/components/schemas/{name}"
    )
    return components


def _examples() -> dict[str, Json]:
    soube = datetime(2026, 11, 10, 12, tzinfo=UTC)
    return examples_of(
        {
            "Que documentos o citam": schemas.NovoPedidoDeTitular("acesso", "111.444.777-35"),
            "Uma fiscalização, do ano de 2025": schemas.NovaRetencao(
                "Intimação fiscal 123/2026",
                desde=datetime(2025, 1, 1, 3, tzinfo=UTC),
                ate=datetime(2026, 1, 1, 3, tzinfo=UTC),
            ),
            "O nome, como está escrito": schemas.NovaEliminacao("Padaria da Ana"),
            "Um computador perdido": schemas.NovoIncidente(
                descricao="Um computador com cópias de notas foi furtado.",
                natureza="confidencialidade",
                dados="Nomes, CPFs e endereços de clientes.",
                medidas="As chaves do computador foram revogadas.",
                titulares=120,
                conhecido_em=soube,
                relevante=True,
            ),
            "À ANPD": schemas.Comunicacao("anpd", soube),
        }
    )


COMPONENTS = Components(
    tag={
        "name": "privacidade",
        "description": "LGPD: pedidos de titulares, retenções legais, certificados de eliminação, "
        "incidentes, e os dados da própria conta.",
    },
    schemas=_schemas,
    examples=_examples,
)
