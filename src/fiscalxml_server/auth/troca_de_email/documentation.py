"""What the OpenAPI document says of another e-mail."""

from __future__ import annotations

from fiscalxml_server.auth.troca_de_email.schemas import (
    ConfirmacaoDeEmail,
    EmailNovo,
    VoltaAoEmailAnterior,
)
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            ConfirmacaoDeEmail: "O código que o endereço novo recebeu, e a senha da conta.",
            EmailNovo: "O e-mail que se quer.",
            VoltaAoEmailAnterior: "O código que o endereço anterior recebeu.",
        }
    )


COMPONENTS = Components(schemas=_schemas)
