"""What the OpenAPI document says of sign-up and of a person's own account."""

from __future__ import annotations

from fiscalxml_server.auth.pessoas.schemas import (
    AlteracaoDaConta,
    Cadastrada,
    ConfirmacaoDeCadastro,
    Conta,
    Participacao,
    PedidoDeCadastro,
)
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import examples_of, schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            PedidoDeCadastro: "Quem se cadastra, e a organização que abre.",
            ConfirmacaoDeCadastro: "A confirmação do e-mail.",
            Cadastrada: "O que o cadastro abriu.",
            AlteracaoDaConta: "O que mudar na conta.",
            Conta: "Uma pessoa e as organizações de que participa.",
            Participacao: "Uma organização de que a pessoa participa.",
        }
    )


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "Quem abre a sua organização": PedidoDeCadastro(
                "Ana Souza", "ana@padaria.com.br", "pao-quente-as-seis-da-manha", "Padaria da Ana"
            ),
            "Com o código do e-mail": ConfirmacaoDeCadastro(
                "HUL6aKd4EOErTP4ZyyaHdKImwp", "pao-quente-as-seis-da-manha"
            ),
            "Outro nome": AlteracaoDaConta("Ana Souza Lima"),
        }
    )


COMPONENTS = Components(
    tag={"name": "conta", "description": "Abre contas; o que é da própria pessoa."},
    schemas=_schemas,
    examples=_examples,
)
