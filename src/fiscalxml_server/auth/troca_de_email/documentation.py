"""What the OpenAPI document says of another e-mail."""

from __future__ import annotations

from fiscalxml_server.auth.troca_de_email.schemas import (
    ConfirmacaoDeEmail,
    EmailNovo,
    VoltaAoEmailAnterior,
)
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import examples_of, schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            ConfirmacaoDeEmail: "O código que o endereço novo recebeu, e a senha da conta.",
            EmailNovo: "O e-mail que se quer.",
            VoltaAoEmailAnterior: "O código que o endereço anterior recebeu.",
        }
    )


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "O e-mail novo": EmailNovo("ana@panificadora.com.br"),
            "O código que chegou a ele, e a senha": ConfirmacaoDeEmail(
                "kq3V0n9sXo2bT7", "broa-de-milho-com-erva-doce"
            ),
            "O código que chegou ao anterior": VoltaAoEmailAnterior("w8Rz1mYp4LcD6e"),
        }
    )


COMPONENTS = Components(schemas=_schemas, examples=_examples)
