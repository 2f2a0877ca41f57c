"""The API's OpenAPI document: its domains' parts and what it says of itself."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from fiscalxml_server.api.chaves.documentation import COMPONENTS as CHAVES
from fiscalxml_server.api.documentos.documentation import COMPONENTS as DOCUMENTOS
from fiscalxml_server.api.exportacoes.documentation import COMPONENTS as EXPORTACOES
from fiscalxml_server.api.lotes.documentation import COMPONENTS as LOTES
from fiscalxml_server.api.mudancas.documentation import COMPONENTS as MUDANCAS
from fiscalxml_server.api.regras.documentation import COMPONENTS as REGRAS
from fiscalxml_server.api.relacoes.documentation import COMPONENTS as RELACOES
from fiscalxml_server.api.relatorios.documentation import COMPONENTS as RELATORIOS
from fiscalxml_server.api.resumos.documentation import COMPONENTS as RESUMOS
from fiscalxml_server.api.revalidacoes.documentation import COMPONENTS as REVALIDACOES
from fiscalxml_server.api.uso.documentation import COMPONENTS as USO
from fiscalxml_server.api.validacoes.documentation import COMPONENTS as VALIDACOES
from fiscalxml_server.kit.doors.estado.documentation import COMPONENTS as ESTADO
from fiscalxml_server.kit.doors.problemas.documentation import of_service as problemas
from fiscalxml_server.kit.http.openapi import KEY_OR_TOKEN, Json, build_openapi, schema_ref
from fiscalxml_server.kit.settings import MEGABYTE, Settings

_MEMBROS: Final[Json] = {
    "endereco": {
        "type": "string",
        "format": "uri-reference",
        "description": "A operação que aceita o que esta recusa.",
    },
    "achado": {
        **schema_ref("Achado"),
        "description": "Em sem_resumo: o que se encontrou.",
    },
    "documento": {
        "type": "string",
        "format": "uuid",
        "description": "Em conflito: o id com que o documento foi guardado.",
    },
    "relatorio": {
        **schema_ref("Relatorio"),
        "description": "Em conflito e documento_ilegivel: o relatório do que veio.",
    },
    "ultima": {
        "type": "integer",
        "description": "Em sincronia_perdida: a versão de agora.",
    },
}
COMPONENTS = (
    VALIDACOES,
    RESUMOS,
    DOCUMENTOS,
    RELACOES,
    MUDANCAS,
    LOTES,
    RELATORIOS,
    REVALIDACOES,
    EXPORTACOES,
    REGRAS,
    CHAVES,
    USO,
    problemas("api", _MEMBROS),
    ESTADO,
)

_DESCRIPTION = """\
NF-e, NFC-e, CT-e, CT-e OS, MDF-e, BP-e, NF3e, NFCom, NFS-e nacional e seus eventos.

**Por onde começar.** Ponha a chave em *Credencial*, abra `POST /v1/validacoes` e envie o exemplo.

**Credencial.** Em `Authorization: Bearer …` ou em `X-API-Key`. Só `/saude`, `/pronto` e \
`/problemas` não pedem uma.

**Erros.** Sempre `application/problem+json` (RFC 9457), em português, com um `codigo` estável que \
`/problemas/{{codigo}}` explica. Um documento ruim não é um erro: recebe 200 e um relatório.

**Limites.** Um documento tem até {document} MB, depois de descomprimido; um lote, até {upload:g} \
GB, como vem. Parâmetros de consulta que a operação não tem são recusados (422), e não ignorados.

**Requisições por minuto.** Cada resposta diz em `RateLimit` quantas restam e em \
`RateLimit-Policy` os limites: por organização e por credencial, para `validar` (e resumir), `ler` \
e `enviar`. Acima deles, 429 `limite_de_requisicoes` com `Retry-After`.

**Documentos por mês.** Onde há uma cota, `/v1/uso` diz quanto dela se usou; usada toda, 429 \
`cota_esgotada`, e só ler e exportar continuam.

**Listas.** `{{"itens": [...], "proximo": cursor}}`: mande `proximo` em `cursor` até ele ser null.

**Datas.** Os instantes das respostas são UTC: `2026-11-19T02:49:24Z` é 23:49 do dia 18 em \
Brasília. Um dia pedido, como em `emissao_de=2026-11-18`, é o de Brasília; dias e meses também.

**Repetir.** Mande `Idempotency-Key` no que guarda: quem repete a requisição com a mesma chave \
recebe a primeira resposta, com `Idempotent-Replayed: true`, por sete dias.

**Cache.** O que muda pouco traz `ETag`; mande-o em `If-None-Match` e a resposta pode ser 304.
"""


def openapi_document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """The document of this application under these settings."""
    description = _DESCRIPTION.format(
        document=settings.max_document_bytes // MEGABYTE,
        upload=settings.max_upload_bytes / (1024 * MEGABYTE),
    )
    info = {
        "title": app.title,
        "version": app.version,
        "summary": "Valida, resume e guarda XML fiscal brasileiro",
        "description": description,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    return build_openapi(app, COMPONENTS, info, KEY_OR_TOKEN)
