"""What the OpenAPI document says of invitations."""

from __future__ import annotations

from typing import Final

from fiscalxml_server.auth.convites.schemas import (
    AceitacaoComContaNova,
    AceitacaoDeConvite,
    Aceito,
    Convite,
    PedidoDeConvite,
)
from fiscalxml_server.kit.http.openapi import Components, Json, page_of, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of
from fiscalxml_server.kit.rbac import Papel

_CODIGO: Final = "019a6d9f1e0070008000000000000003.HUL6aKd4EOErTP4ZyyaHdKImwp"


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


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "Quem só lê, e de uma empresa": PedidoDeConvite(
                "rui@padaria.com.br", Papel.LEITOR, ["12345678000195"]
            ),
            "Por quem já tem conta": AceitacaoDeConvite(_CODIGO),
            "Por quem ainda não tem": AceitacaoComContaNova(
                _CODIGO, "Rui Lima", "seis-paes-e-um-sonho"
            ),
        }
    )


COMPONENTS = Components(
    tag={"name": "convites", "description": "Convida pessoas para a organização, por e-mail."},
    schemas=_schemas,
    examples=_examples,
)
