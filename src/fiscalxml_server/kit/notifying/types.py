"""What the services tell: each kind of notificação, and the shape of what it says.

The public page and the JSON Schemas are made from here. Payloads are thin: ids, a state, and where
the API tells more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Generic, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

VERSAO: Final = 1
"""of the payloads; fields may be added to a version, never changed or removed"""


class Tipo(StrEnum):
    """What happened. A test endpoint's own is `webhook.teste`."""

    DOCUMENTO_PROCESSADO = "documento.processado"
    DOCUMENTO_INVALIDO = "documento.invalido"
    DOCUMENTO_CONFLITO = "documento.conflito"
    DOCUMENTO_CANCELADO = "documento.cancelado"
    DOCUMENTO_EVENTO = "documento.evento"
    LOTE_CONCLUIDO = "lote.concluido"
    LOTE_FALHOU = "lote.falhou"
    EXPORTACAO_PRONTA = "exportacao.pronta"
    EXPORTACAO_FALHOU = "exportacao.falhou"
    REVALIDACAO_CONCLUIDA = "revalidacao.concluida"
    REVALIDACAO_FALHOU = "revalidacao.falhou"
    CHAVE_API_EXPIRANDO = "chave_api.expirando"
    CHAVE_API_VAZADA = "chave_api.vazada"
    WEBHOOK_DESATIVADO = "webhook.desativado"
    WEBHOOK_TESTE = "webhook.teste"


Link = Annotated[str, Meta(description="O caminho, na API, de onde se lê mais.")]
Motivo = Annotated[str | None, Meta(description="Por quê, quando há o que dizer.")]
LoteDeOrigem = Annotated[
    UUID | None, Meta(description="O id do lote que o trouxe; sem ele, veio sozinho.")
]
Atualizado = Annotated[
    bool,
    Meta(
        description="true: já estava guardado e foi avisado antes; mudou a cópia, a situação ou a "
        "versão que vale."
    ),
]


class Documento(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stored document, as it is when this is told."""

    documento: Annotated[UUID, Meta(description="O id do documento.")]
    tipo: Annotated[str, Meta(description="A espécie, como nfe, cte ou evento.")]
    veredito: Annotated[str, Meta(description="O da validação: valido, invalido ou nao_avaliado.")]
    link: Link
    chave: Annotated[
        str | None, Meta(description="A chave de acesso, nos documentos que têm uma.")
    ] = None
    modelo: Annotated[str | None, Meta(description="O modelo, como 55.")] = None
    situacao: Annotated[
        str | None,
        Meta(
            description="A situação que resulta do protocolo e dos eventos, como autorizado ou "
            "cancelado."
        ),
    ] = None
    emitente: Annotated[
        str | None, Meta(description="CNPJ ou CPF de quem emitiu, sem pontuação.")
    ] = None
    lote: LoteDeOrigem = None
    atualizado: Atualizado = False


class EventoFiscal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event (cancelamento, CC-e …) that was stored, and the document it is of."""

    documento: Annotated[UUID, Meta(description="O id do próprio evento.")]
    chave: Annotated[
        str,
        Meta(description="A chave do documento de que o evento é, esteja ele guardado ou não."),
    ]
    evento: Annotated[str, Meta(description="O tpEvento, como 110111; vazio se não se pôde ler.")]
    link: Link
    sequencia: Annotated[int | None, Meta(description="O nSeqEvento.")] = None
    situacao: Annotated[
        str | None,
        Meta(description="A do evento: autorizado quando foi registrado, cancelado por outro …"),
    ] = None
    lote: LoteDeOrigem = None
    atualizado: Atualizado = False


class Lote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lote that came to its end."""

    lote: Annotated[UUID, Meta(description="O id do lote.")]
    situacao: Annotated[Literal["concluido", "falhou"], Meta(description="Como terminou.")]
    link: Link
    arquivos: Annotated[int, Meta(description="Quantos arquivos havia nele.")] = 0
    contagens: Annotated[
        Mapping[str, int],
        Meta(description="Quantos documentos e arquivos tiveram cada desfecho."),
    ] = {}
    motivo: Motivo = None


class Exportacao(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An export that came to its end."""

    exportacao: Annotated[UUID, Meta(description="O id da exportação.")]
    situacao: Annotated[Literal["pronta", "falhou"], Meta(description="Como terminou.")]
    link: Link
    motivo: Motivo = None


class Revalidacao(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A revalidação that came to its end."""

    revalidacao: Annotated[UUID, Meta(description="O id da revalidação.")]
    situacao: Annotated[str, Meta(description="Como terminou: concluida ou falhou.")]
    link: Link
    motivo: Motivo = None


class ChaveApi(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An API key that needs somebody's attention."""

    chave_api: Annotated[UUID, Meta(description="O id da chave; nunca o texto dela.")]
    nome: Annotated[str, Meta(description="O nome que lhe deram.")]
    link: Link
    expira_em: Annotated[datetime | None, Meta(description="Até quando vale.")] = None
    revogada: Annotated[bool, Meta(description="true: já não vale.")] = False


class Assinatura(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A subscription."""

    assinatura: Annotated[UUID, Meta(description="O id do webhook.")]
    link: Link
    motivo: Motivo = None


Dados = Documento | EventoFiscal | Lote | Exportacao | Revalidacao | ChaveApi | Assinatura

FORMA: Final[Mapping[Tipo, type]] = {
    Tipo.DOCUMENTO_PROCESSADO: Documento,
    Tipo.DOCUMENTO_INVALIDO: Documento,
    Tipo.DOCUMENTO_CONFLITO: Documento,
    Tipo.DOCUMENTO_CANCELADO: Documento,
    Tipo.DOCUMENTO_EVENTO: EventoFiscal,
    Tipo.LOTE_CONCLUIDO: Lote,
    Tipo.LOTE_FALHOU: Lote,
    Tipo.EXPORTACAO_PRONTA: Exportacao,
    Tipo.EXPORTACAO_FALHOU: Exportacao,
    Tipo.REVALIDACAO_CONCLUIDA: Revalidacao,
    Tipo.REVALIDACAO_FALHOU: Revalidacao,
    Tipo.CHAVE_API_EXPIRANDO: ChaveApi,
    Tipo.CHAVE_API_VAZADA: ChaveApi,
    Tipo.WEBHOOK_DESATIVADO: Assinatura,
    Tipo.WEBHOOK_TESTE: Assinatura,
}
"""kind -> the shape of its `dados`"""


class Notificacao(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be told."""

    tipo: Tipo
    alvo: str
    """`<kind>:<id>` of what it is about, to be found by: `documento:0192…`"""
    dados: Dados
    empresas: frozenset[str] | None = None
    """CNPJ or CPF, bare, of those that it concerns; None: nobody in particular"""
    modelo: str | None = None
    veredito: str | None = None


Dado = TypeVar("Dado", bound=Dados)


class Corpo(msgspec.Struct, Generic[Dado], frozen=True):
    """What a receiver reads: the body of a delivery, the same at each attempt."""

    id: Annotated[
        UUID,
        Meta(
            description="O id da notificação, o mesmo em cada tentativa e no cabeçalho webhook-id: "
            "o que já se recebeu com ele é repetição."
        ),
    ]
    tipo: Annotated[Tipo, Meta(description="O que aconteceu.")]
    versao: Annotated[
        int,
        Meta(
            description="A versão do formato. Uma versão pode ganhar campos; nenhum muda nem some."
        ),
    ]
    em: Annotated[datetime, Meta(tz=True, description="Quando aconteceu.")]
    organizacao: Annotated[UUID, Meta(description="O id da organização.")]
    dados: Annotated[Dado, Meta(description="Do que se trata, e onde a API diz mais.")]
