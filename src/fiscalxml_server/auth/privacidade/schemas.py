"""Shapes of privacy: what is asked for, and what is told. Their descriptions are published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

Tipo = Annotated[
    Literal["acesso", "eliminacao"],
    Meta(
        description="acesso: que documentos citam o titular. eliminacao: também elimina os que já "
        "não precisam ser guardados."
    ),
]
Inscricao = Annotated[
    str, Meta(min_length=11, max_length=18, description="CPF ou CNPJ, com ou sem pontuação.")
]
Instante = Annotated[datetime, Meta(tz=True)]
Texto = Annotated[str, Meta(min_length=1, max_length=2000)]


class NovoPedidoDeTitular(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """O que um titular pede à organização, que é a controladora."""

    tipo: Tipo
    inscricao: Inscricao


class PedidoDeTitular(msgspec.Struct, frozen=True, kw_only=True):
    """Um pedido, e o que se achou."""

    id: Annotated[UUID, Meta(description="O id do pedido.")]
    tipo: Tipo
    inscricao: Annotated[
        str | None, Meta(description="CPF ou CNPJ; null depois que foi esquecida, 30 dias depois.")
    ]
    situacao: Annotated[
        Literal["recebido", "respondido", "falhou"],
        Meta(description="falhou: o serviço não conseguiu; faça outro pedido."),
    ]
    criado_em: Annotated[datetime, Meta(description="Quando foi registrado.")]
    prazo: Annotated[date, Meta(description="Até quando responder ao titular (LGPD, art. 19, II).")]
    respondido_em: Annotated[
        datetime | None, Meta(description="Quando ficou pronto; null enquanto não.")
    ]
    documentos: Annotated[int, Meta(description="Quantos documentos citam o titular.")]
    eliminados: Annotated[int, Meta(description="Quantos foram eliminados.")]
    retidos: Annotated[int, Meta(description="Quantos continuam guardados.")]
    retido_ate: Annotated[
        datetime | None, Meta(description="Até quando o último deles fica, salvo retenção legal.")
    ]
    explicacao: Annotated[
        str, Meta(description="Por que documentos continuam guardados; para a resposta ao titular.")
    ]


class PaginaDePedidosDeTitular(msgspec.Struct, frozen=True):
    """Pedidos, do mais novo ao mais antigo."""

    itens: Annotated[Sequence[PedidoDeTitular], Meta(description="Os pedidos desta página.")]
    proximo: Annotated[str | None, Meta(description="O cursor da próxima página; null na última.")]


class DocumentoDeTitular(msgspec.Struct, frozen=True, kw_only=True):
    """Um documento que cita o titular."""

    documento: Annotated[UUID, Meta(description="O id do documento.")]
    tipo: Annotated[str, Meta(description="De que tipo é, como nfe.")]
    chave: Annotated[
        str | None, Meta(description="A chave de acesso; null para o que não tem uma.")
    ]
    data: Annotated[datetime, Meta(description="A data do documento.")]
    situacao: Annotated[
        Literal["em_custodia", "retido", "disponivel", "eliminado"],
        Meta(
            description="em_custodia: a lei manda guardar até guardar_ate. retido: há uma retenção "
            "legal. disponivel: pode ser eliminado. eliminado: não existe mais."
        ),
    ]
    guardar_ate: Annotated[datetime, Meta(description="Até quando a lei manda guardar.")]
    xml: Annotated[
        str | None, Meta(description="Onde está o XML, na API dos documentos; null sem ele.")
    ]


class PaginaDeDocumentosDeTitular(msgspec.Struct, frozen=True):
    """Documentos que citam o titular."""

    itens: Annotated[Sequence[DocumentoDeTitular], Meta(description="Os documentos desta página.")]
    proximo: Annotated[str | None, Meta(description="O cursor da próxima página; null na última.")]


class NovaRetencao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """O que não pode ser eliminado. Sem inscricao, desde e ate: nada da organização."""

    motivo: Annotated[Texto, Meta(description="O processo, a fiscalização, o ofício.")]
    inscricao: Annotated[
        Inscricao | None, Meta(description="De quem, CPF ou CNPJ; sem ela, de todos.")
    ] = None
    desde: Annotated[Instante | None, Meta(description="Documentos a partir desta data.")] = None
    ate: Annotated[Instante | None, Meta(description="Documentos antes desta data.")] = None


class Retencao(msgspec.Struct, frozen=True, kw_only=True):
    """Uma retenção legal."""

    id: Annotated[UUID, Meta(description="O id da retenção.")]
    motivo: Annotated[str, Meta(description="O processo, a fiscalização, o ofício.")]
    inscricao: Annotated[
        str | None, Meta(description="De quem são os documentos; null para todos.")
    ]
    desde: Annotated[
        datetime | None, Meta(description="Documentos a partir desta data; null para todos.")
    ]
    ate: Annotated[
        datetime | None, Meta(description="Documentos antes desta data; null para todos.")
    ]
    criado_em: Annotated[datetime, Meta(description="Quando foi criada.")]
    por: Annotated[str, Meta(description="Quem a criou.")]
    encerrado_em: Annotated[datetime | None, Meta(description="null enquanto vale.")]


class PaginaDeRetencoes(msgspec.Struct, frozen=True):
    """Retenções, da mais nova à mais antiga."""

    itens: Annotated[Sequence[Retencao], Meta(description="As retenções desta página.")]
    proximo: Annotated[str | None, Meta(description="O cursor da próxima página; null na última.")]


class CertificadoDeEliminacao(msgspec.Struct, frozen=True, kw_only=True):
    """A prova do que foi eliminado."""

    id: Annotated[UUID, Meta(description="O id do certificado.")]
    criado_em: Annotated[datetime, Meta(description="Quando se eliminou.")]
    conteudo: Annotated[
        msgspec.Raw,
        Meta(
            description="Quantos documentos, por quê, quem pediu, quando; impressao é o SHA-256 "
            "dos SHA-256 dos XML eliminados, em ordem; sem_copia_de_seguranca_em diz quando vence "
            "o último backup que os tinha."
        ),
    ]
    assinado: Annotated[
        str | None,
        Meta(
            description="O mesmo conteúdo, assinado (JWS, ES256), pelas chaves de "
            "/.well-known/fiscalxml-certificados.json; null por alguns instantes."
        ),
    ]


class PaginaDeCertificados(msgspec.Struct, frozen=True):
    """Certificados, do mais novo ao mais antigo."""

    itens: Annotated[
        Sequence[CertificadoDeEliminacao], Meta(description="Os certificados desta página.")
    ]
    proximo: Annotated[str | None, Meta(description="O cursor da próxima página; null na última.")]


class NovaEliminacao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Confirma que se quer eliminar tudo."""

    confirmo: Annotated[str, Meta(description="O nome da organização, como está escrito.")]


class EliminacaoTotal(msgspec.Struct, frozen=True, kw_only=True):
    """A eliminação de todos os documentos da organização e de suas chaves."""

    pedido_em: Annotated[datetime, Meta(description="Quando foi pedida.")]
    por: Annotated[str, Meta(description="Quem a pediu.")]
    executar_em: Annotated[datetime, Meta(description="Até lá, pode ser cancelada.")]
    executado_em: Annotated[
        datetime | None, Meta(description="Quando tudo ficou eliminado; null enquanto não.")
    ]


class NovoIncidente(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Um incidente de segurança com dados pessoais."""

    descricao: Annotated[Texto, Meta(description="O que aconteceu.")]
    natureza: Annotated[
        Literal["confidencialidade", "integridade", "disponibilidade"],
        Meta(description="O que foi atingido."),
    ]
    dados: Annotated[Texto, Meta(description="Que dados pessoais.")]
    medidas: Annotated[Texto, Meta(description="O que se fez e se fará.")]
    titulares: Annotated[
        Annotated[int, Meta(ge=0, le=2**31 - 1)] | None,
        Meta(description="Quantas pessoas; null se não se sabe."),
    ] = None
    ocorrido_em: Annotated[
        Instante | None, Meta(description="Quando aconteceu; null se não se sabe.")
    ] = None
    conhecido_em: Annotated[Instante, Meta(description="Quando se soube dele.")]
    relevante: Annotated[
        bool, Meta(description="Se pode trazer risco ou dano relevante aos titulares.")
    ]


class Incidente(msgspec.Struct, frozen=True, kw_only=True):
    """Um incidente registrado."""

    id: Annotated[UUID, Meta(description="O id do incidente.")]
    descricao: Annotated[str, Meta(description="O que aconteceu.")]
    natureza: Annotated[str, Meta(description="O que foi atingido.")]
    dados: Annotated[str, Meta(description="Que dados pessoais.")]
    medidas: Annotated[str, Meta(description="O que se fez e se fará.")]
    titulares: Annotated[int | None, Meta(description="Quantas pessoas; null se não se sabe.")]
    ocorrido_em: Annotated[
        datetime | None, Meta(description="Quando aconteceu; null se não se sabe.")
    ]
    conhecido_em: Annotated[datetime, Meta(description="Quando se soube dele.")]
    relevante: Annotated[
        bool, Meta(description="Se pode trazer risco ou dano relevante aos titulares.")
    ]
    prazo: Annotated[
        date | None,
        Meta(
            description="Até quando comunicar à ANPD e aos titulares: três dias úteis de quando se "
            "soube (Resolução CD/ANPD 15/2024); null sem risco relevante. Feriados não descontados."
        ),
    ]
    comunicado_anpd_em: Annotated[
        datetime | None, Meta(description="Quando a ANPD o soube; null se não soube.")
    ]
    comunicado_titulares_em: Annotated[
        datetime | None, Meta(description="Quando os titulares o souberam; null se não souberam.")
    ]
    por: Annotated[str, Meta(description="Quem o registrou.")]
    criado_em: Annotated[datetime, Meta(description="Quando foi registrado.")]


class PaginaDeIncidentes(msgspec.Struct, frozen=True):
    """Incidentes, do mais novo ao mais antigo."""

    itens: Annotated[Sequence[Incidente], Meta(description="Os incidentes desta página.")]
    proximo: Annotated[str | None, Meta(description="O cursor da próxima página; null na última.")]


class Comunicacao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Que o incidente foi comunicado."""

    a: Annotated[Literal["anpd", "titulares"], Meta(description="A quem.")]
    em: Annotated[Instante, Meta(description="Quando.")]
