"""What a validation gives back: `Achado` (one finding) and `Report` (one document).

The shapes are the public contract (`docs/contract/report.schema.json`): one JSON object per
document found in an input, the same at every door. Field names are Portuguese because users
read them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

Camada = Literal["xml", "schema", "chave", "assinatura", "protocolo", "regras"]
Severidade = Literal["erro", "aviso", "info"]
Situacao = Literal["ok", "aviso", "falha", "nao_executada", "nao_se_aplica"]
Veredito = Literal["valido", "invalido", "nao_avaliado"]
Perfil = Literal["rascunho", "transmissao", "autorizado"]
Cadeia = Literal["ok", "falha", "indeterminada"]
Autorizacao = Literal["declarada", "ausente"]
Origem = Literal["opcao", "protocolo", "emissao", "agora"]
Ambiente = Literal["producao", "homologacao"]
Tipo = Literal[
    "nfe",
    "nfce",
    "cte",
    "cteos",
    "ctesimp",
    "gtve",
    "mdfe",
    "bpe",
    "nf3e",
    "nfcom",
    "nfse",
    "dps",
    "dce",
    "evento",
    "inutilizacao",
    "mensagem",
    "desconhecido",
]

CAMADAS: tuple[Camada, ...] = ("xml", "schema", "chave", "assinatura", "protocolo", "regras")
MAX_LISTED = 20
"""findings of one fault in one document that are listed, by schema and by rules; the rest are
counted on the last"""

DateTime = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class Achado(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One finding: what is wrong, where, what was expected and how to mend it."""

    codigo: Annotated[
        str,
        Meta(
            description="the SEFAZ cStat where one exists (E… for NFS-e); "
            "else XML-, XSD-, CHV-, SIG-, PRT- and a number"
        ),
    ]
    regra: (
        Annotated[
            str,
            Meta(description="kind:MOC id, such as nfe:I11-10; codes repeat, this does not"),
        ]
        | None
    ) = None
    camada: Camada
    severidade: Severidade
    facultativa: (
        Annotated[bool, Meta(description="the state may choose not to apply it")] | None
    ) = None
    mensagem: str
    explicacao: str | None = None
    correcao: str | None = None
    caminho: Annotated[
        str,
        Meta(
            description="NFe/infNFe/det[2]/prod/vProd: element names without namespace, "
            "1-based positions where an element repeats"
        ),
    ]
    linha: int | None = None
    encontrado: str | None = None
    esperado: str | None = None
    fonte: str | None = None
    ocorrencias: (
        Annotated[
            int,
            Meta(
                ge=1,
                description="past 20 findings of one rule in one document, "
                "the rest are only counted here, on the last",
            ),
        ]
        | None
    ) = None


class Evento(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which event an event document is, and of which document."""

    tipo: str | None = None
    sequencia: int | None = None
    chave: str | None = None


class Documento(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What the document says it is."""

    tipo: Tipo
    raiz: str | None = None
    parece: Annotated[str, Meta(description="for desconhecido: what it looks like")] | None = None
    modelo: str | None = None
    versao: str | None = None
    ambiente: Ambiente | None = None
    chave: str | None = None
    identificador: (
        Annotated[str, Meta(description="the Id attribute, where the kind has no chave")] | None
    ) = None
    evento: Evento | None = None
    emissao: DateTime | None = None
    conteudo_sha256: (
        Annotated[
            str,
            Meta(
                description="SHA-256 of the C14N of the signed element "
                "(of the root, when unsigned): the document's identity of content"
            ),
        ]
        | None
    ) = None


class Referencia(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The instant by whose rules the document was judged, and where it came from."""

    data: DateTime
    origem: Origem


class Certificado(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who signed."""

    titular: str | None = None
    cnpj: str | None = None
    cpf: str | None = None
    emissor: str | None = None
    inicio: str | None = None
    fim: str | None = None
    cadeia: Cadeia | None = None


class Conjunto(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the document was judged with."""

    regras: str
    schemas: str
    tabelas: str | None = None
    avaliadas: int
    nao_avaliaveis: int


class Report(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The report of one document. See `report_schema` for the published JSON Schema."""

    versao: Literal["1"]
    arquivo: Annotated[
        str, Meta(description="name as given; an entry of an archive as archive!entry")
    ]
    indice: Annotated[int, Meta(ge=0, description="position of this document inside the file")]
    sha256: Annotated[
        str, Meta(pattern="^[0-9a-f]{64}$", description="of the file's bytes as received")
    ]
    tamanho: Annotated[int, Meta(ge=0)] = msgspec.field(name="bytes")
    documento: Documento
    perfil: Perfil
    referencia: Referencia
    veredito: Veredito
    autorizacao: (
        Annotated[
            Literal["declarada", "ausente"] | None,
            Meta(description="a protocol can be pasted by anyone: never confirmed offline"),
        ]
        | None
    ) = None
    certificado: Certificado | None = None
    camadas: dict[Camada, Situacao]
    motivos: Annotated[dict[str, str], Meta(description="layer -> why it was not run")] | None = (
        None
    )
    conjunto: Conjunto
    achados: list[Achado]

    def to_json(self) -> bytes:
        """The report as one line of JSON, without the line break."""
        return _ENCODER.encode(self)


def report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a report, built from the structs above."""
    schema = msgspec.json.schema(Report)
    schema["$defs"]["Report"]["properties"]["camadas"] = {
        "type": "object",
        "additionalProperties": False,
        "required": list(CAMADAS),
        "patternProperties": {f"^({'|'.join(CAMADAS)})$": {"enum": list(get_args(Situacao))}},
    }
    defs = {name: _plain(body, schema["$defs"]) for name, body in schema["$defs"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Relatório de validação (versão 1)",
        "description": "One object per document found in an input. "
        "The CLI prints one a line; the API returns the same object.",
        **{k: v for k, v in defs["Report"].items() if k not in ("title", "description")},
        "$defs": {"achado": {k: v for k, v in defs["Achado"].items() if k != "description"}},
    }


# msgspec sorts the values of an enum; the contract gives them in order of meaning.
_VALUES = {
    frozenset(get_args(literal)): list(get_args(literal))
    for literal in (
        Camada,
        Severidade,
        Situacao,
        Veredito,
        Perfil,
        Cadeia,
        Origem,
        Ambiente,
        Tipo,
        Autorizacao,
    )
}


def _plain(node: Any, defs: dict[str, Any]) -> Any:
    """msgspec's schema in the contract's style: inline, absent instead of null, no titles."""
    if isinstance(node, list):
        return [_plain(item, defs) for item in node]
    if not isinstance(node, dict):
        return node
    if ref := node.get("$ref"):
        name = ref.rsplit("/", 1)[-1]
        if name == "Achado":
            return {"$ref": "#/$defs/achado"}
        inlined = {
            k: v for k, v in defs[name].items() if k not in ("title", "description", "required")
        }
        if required := defs[name].get("required"):
            inlined["required"] = required
        return _plain(inlined, defs)
    if options := node.get("anyOf"):
        rest = {k: v for k, v in node.items() if k not in ("anyOf", "default")}
        (only,) = [option for option in options if option != {"type": "null"}]
        return _plain({**only, **rest}, defs)
    if values := node.get("enum"):
        rest = {k: v for k, v in node.items() if k != "enum"}
        return rest | (
            {"const": values[0]} if len(values) == 1 else {"enum": _VALUES[frozenset(values)]}
        )
    plain = {k: _plain(v, defs) for k, v in node.items() if k not in ("title", "default")}
    if "properties" in node:
        plain["properties"] = {k: _plain(v, defs) for k, v in node["properties"].items()}
    if not plain.get("required", True):
        del plain["required"]
    return plain


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Report)


def read_report(line: bytes) -> Report:
    """The inverse of `Report.to_json`. Raises `msgspec.ValidationError` on another shape."""
    return _DECODER.decode(line)
