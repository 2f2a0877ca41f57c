"""What the OpenAPI document says of API keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from fiscalxml_server.auth.chaves.schemas import (
    ChaveDeApi,
    ChaveDeApiCriada,
    NovaChaveDeApi,
    NovoNomeDeChave,
    PaginaDeChavesDeApi,
    PoliticaDeChaves,
    RotacaoDeChave,
    SegredoDeChave,
)
from fiscalxml_server.auth.chaves.views import with_text
from fiscalxml_server.kit.http.openapi import Components, Json, page_of, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of

_NOW: Final = datetime(2026, 11, 10, 12, tzinfo=UTC)
_EXEMPLO: Final = "fx_live_00000000_00000000000000000000000vJ9J8"


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            NovaChaveDeApi: "A chave que se quer.",
            NovoNomeDeChave: "O nome novo.",
            RotacaoDeChave: "Como se troca o texto da chave.",
            PoliticaDeChaves: "O que se faz com uma chave que vazou.",
            SegredoDeChave: "Um dos textos da chave, pelo começo dele.",
            ChaveDeApi: "Uma chave de API.",
            ChaveDeApiCriada: "Uma chave de API, com o texto.",
        }
    ) | {
        "PaginaDeChavesDeApi": page_of(
            "Chaves, da mais nova à mais antiga.",
            schema_ref("ChaveDeApi"),
            "As chaves desta página.",
        )
    }


def _examples() -> dict[str, Json]:
    until = _NOW + timedelta(days=365)
    chave = ChaveDeApi(
        id=UUID("019a6d9f-1e00-7000-8000-000000000001"),
        nome="ERP",
        escopos=["documentos:escrever", "documentos:ler"],
        empresas=None,
        teste=False,
        situacao="ativa",
        criada_por="pessoa:019a6d9f-1e00-7000-8000-000000000002",
        criado_em=_NOW,
        expira_em=until,
        revogada_em=None,
        vazada_em=None,
        usada_em=None,
        segredos=[SegredoDeChave("fx_live_00000000", _NOW, until, None)],
    )
    return examples_of(
        {
            "Por um ano, de todas as empresas": NovaChaveDeApi("ERP", list(chave.escopos)),
            "Outro nome": NovoNomeDeChave("ERP da loja"),
            "Com dois dias para a troca": RotacaoDeChave(48, 365),
            "A que vale de início": PoliticaDeChaves("revogar"),
            "Uma chave": chave,
            "Uma chave nova": with_text(chave, _EXEMPLO),
            "Uma página": PaginaDeChavesDeApi([chave], None),
        }
    )


COMPONENTS = Components(
    tag={
        "name": "chaves",
        "description": "As chaves com que sistemas usam a API dos documentos.",
    },
    schemas=_schemas,
    examples=_examples,
)
