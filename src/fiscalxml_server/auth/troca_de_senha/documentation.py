"""What the OpenAPI document says of a new password."""

from __future__ import annotations

from fiscalxml_server.auth.troca_de_senha.schemas import SenhaEsquecida, SenhaNova, TrocaDeSenha
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import examples_of, schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            SenhaEsquecida: "De quem é a conta.",
            SenhaNova: "O código do e-mail e a senha nova.",
            TrocaDeSenha: "A senha atual e a nova.",
        }
    )


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "O e-mail da conta": SenhaEsquecida("ana@padaria.com.br"),
            "Com o código do e-mail": SenhaNova("kq3V0n9sXo2bT7", "broa-de-milho-com-erva-doce"),
            "De quem já tem uma": TrocaDeSenha(
                "broa-de-milho-com-erva-doce", "pao-quente-as-seis-da-manha"
            ),
        }
    )


COMPONENTS = Components(
    tag={"name": "senha", "description": "Trocar a senha, ou pedir outra quando se esqueceu."},
    schemas=_schemas,
    examples=_examples,
)
