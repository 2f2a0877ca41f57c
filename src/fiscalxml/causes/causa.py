"""What the causes of many findings are told as: `Causa`, and `Panorama` of all documents.

The shapes are a public contract (`docs/contract/causas.schema.json`): one JSON object per cause,
the same at every door. Field names are Portuguese because users read them.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from fiscalxml.report import Camada, Severidade, Tipo, Veredito

Date = Annotated[str, Meta(extra_json_schema={"format": "date"})]
Count = Annotated[int, Meta(ge=0)]


class Emitente(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Who issued documents, by the chave (or, without one, by the certificate)."""

    cnpj: str | None = None
    cpf: str | None = None
    documentos: Annotated[Count, Meta(description="of this emitente, with this cause")]
    total: Annotated[Count, Meta(description="documents of this emitente, with it or not")]


class Exemplo(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The cause in one document."""

    arquivo: str
    indice: Annotated[Count, Meta(description="position of the document inside the file")] = 0
    documento: Annotated[str, Meta(description="its id, where it is stored")] | None = None
    chave: str | None = None
    caminho: str = ""
    linha: int | None = None
    encontrado: str | None = None
    esperado: str | None = None
    explicacao: (
        Annotated[str, Meta(description="where it is not the same in all documents")] | None
    ) = None
    correcao: Annotated[str, Meta(description="where the cause has none for all")] | None = None


class Itens(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In how many documents all items have it, in how many only some."""

    todos: Count
    alguns: Count


class Causa(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One root, and what it brought about."""

    id: Annotated[
        str,
        Meta(pattern="^[0-9a-f]{12}$", description="the same for the same cause in every run"),
    ]
    causa: Annotated[str, Meta(description="the cause in one sentence, without a full stop")]
    severidade: Severidade
    camada: Camada
    codigo: str
    regra: str | None = None
    tambem: (
        Annotated[
            list[str],
            Meta(description="codes of the findings that follow from this cause"),
        ]
        | None
    ) = None
    facultativa: bool | None = None
    documentos: Annotated[int, Meta(ge=1)]
    ocorrencias: Annotated[int, Meta(ge=1)]
    emitentes: Annotated[Count, Meta(description="distinct, of those that could be identified")]
    emitentes_ou_mais: (
        Annotated[
            bool, Meta(description="there were too many emitentes to remember: at least this many")
        ]
        | None
    ) = None
    so_do_emitente: (
        Annotated[
            Emitente,
            Meta(description="the one emitente whose documents have it, where there are others"),
        ]
        | None
    ) = None
    maiores_emitentes: list[Emitente] = msgspec.field(default_factory=list)
    tipos: dict[Tipo, int]
    emissao_de: Date | None = None
    emissao_ate: Date | None = None
    caminho: (
        Annotated[str, Meta(description="without positions; absent where documents differ")] | None
    ) = None
    itens: Annotated[Itens, Meta(description="of a finding on items")] | None = None
    mensagem: str
    explicacao: str | None = None
    correcao: str | None = None
    fonte: str | None = None
    exemplos: list[Exemplo]

    def to_json(self) -> bytes:
        """The cause as one line of JSON, without the line break."""
        return _ENCODER.encode(self)


class Situacoes(msgspec.Struct, kw_only=True, array_like=True):
    """Documents by verdict. `com_avisos`: `valido`, but with an `aviso`."""

    documentos: int = 0
    valido: int = 0
    invalido: int = 0
    nao_avaliado: int = 0
    com_avisos: int = 0

    def count(self, veredito: Veredito, *, aviso: bool) -> None:
        """One more document."""
        self.documentos += 1
        setattr(self, veredito, getattr(self, veredito) + 1)
        self.com_avisos += aviso and veredito == "valido"

    def merge(self, other: Situacoes) -> None:
        """So many more."""
        self.documentos += other.documentos
        self.valido += other.valido
        self.invalido += other.invalido
        self.nao_avaliado += other.nao_avaliado
        self.com_avisos += other.com_avisos


class Panorama(msgspec.Struct, frozen=True, kw_only=True):
    """All documents, with and without findings."""

    total: Situacoes
    tipos: list[tuple[Tipo, Situacoes]]
    emitentes: list[tuple[str, Situacoes]]
    """CNPJ or CPF of those with most `invalido`, most first"""
    emitentes_distintos: int
    sem_regras: int
    """documents whose business rules wait until their schema errors are mended"""
    emissao_de: str | None
    emissao_ate: str | None
    esquemas: list[str]
    """packages of schemas, the most used first"""
    regras: list[str]
    """sets of business rules, the most used first"""
    perfis: list[str]


def causa_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a cause, built from the structs above."""
    schema = msgspec.json.schema(Causa)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Causa raiz de achados em muitos documentos (versão 1)",
        "description": "One object per cause. The CLI prints one a line, most impact first.",
        **schema,
    }


_ENCODER = msgspec.json.Encoder()
