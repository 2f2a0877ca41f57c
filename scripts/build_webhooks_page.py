"""`make webhooks`: what the services tell, from the code.

docs/webhooks/tipos.md, and the JSON Schema of each kind: docs/contract/webhooks/*.schema.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.notifying.explained import EXEMPLOS, QUANDO
from fiscalxml_server.kit.notifying.types import FORMA, VERSAO, Corpo

_DOCS: Final = Path(__file__).parents[1] / "docs"
PUBLISHED: Final = _DOCS / "webhooks" / "tipos.md"
SCHEMAS: Final = _DOCS / "contract" / "webhooks"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DEFS: Final = "#/$defs/"
_HEAD: Final = """\
# O que os webhooks dizem

Feito do código por `make webhooks`; não edite. Cada entrega é um `POST` com um destes corpos, em
JSON. Os corpos são curtos: ids, um estado e, em `link`, o caminho de onde a API diz o resto. Um
campo sem valor não vem. Uma versão pode ganhar campos: aceite os que não conhece.

Uma entrega pode se repetir, com o mesmo `id`. De um documento, a notificação mais nova (pelo `id`)
diz como ele está; fora de ordem pode chegar uma mais velha depois dela. Quem precisa delas em ordem
pede um webhook `ordenada`; quem só precisa do estado lê `link`.

**Filtros.** `empresas` compara com o emitente e o destinatário do documento (o tomador, no CT-e e
na NFS-e). De um evento, com quem o fez, com os do documento de que é, assim que ele está guardado,
e com o CNPJ que está na chave. `modelos` compara com o do documento, também nos eventos dele;
`vereditos`, com o de cada um. O que não é de documento (lotes, exportações, chaves …) passa por
esses três filtros.
"""


def page() -> str:
    """The whole page."""
    listed = [f"| [`{tipo}`](#{tipo.replace('.', '')}) | {_first(QUANDO[tipo])} |" for tipo in Tipo]
    return "\n".join(
        [
            _HEAD,
            "| tipo | |\n|---|---|",
            *listed,
            "",
            "## Em todas",
            "",
            *_fields(_whole(Corpo[Any])),
            "",
            *(line for tipo in Tipo for line in _section(tipo)),
        ]
    )


def schemas() -> dict[str, str]:
    """Name of the file -> the JSON Schema of the body of a kind."""
    return {f"{tipo}.schema.json": _text(schema(tipo)) for tipo in Tipo}


def schema(tipo: Tipo) -> dict[str, Any]:
    """Of the body of a kind."""
    whole = _whole(Corpo[Any])
    known: dict[str, Any] = {
        "tipo": {"const": str(tipo)},
        "versao": {"const": VERSAO},
        "dados": _dados(tipo),
    }
    properties = {
        name: {"description": each["description"], **known[name]} if name in known else each
        for name, each in whole["properties"].items()
    }
    return {
        "$schema": _DIALECT,
        "title": f"{tipo} (versão {VERSAO})",
        "description": QUANDO[tipo],
        "type": "object",
        "properties": properties,
        "required": whole["required"],
        "examples": [_example(tipo)],
    }


def write() -> None:
    """The files, and none of a kind that is no more."""
    PUBLISHED.parent.mkdir(exist_ok=True)
    SCHEMAS.mkdir(exist_ok=True)
    PUBLISHED.write_text(page(), encoding="utf-8")
    for stale in SCHEMAS.glob("*.schema.json"):
        stale.unlink()
    for name, text in schemas().items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")


def _section(tipo: Tipo) -> Iterator[str]:
    yield f"## {tipo}\n\n{QUANDO[tipo]}\n"
    yield from _fields(_dados(tipo))
    yield (
        f"\n[Esquema](../contract/webhooks/{tipo}.schema.json). Um exemplo:\n\n"
        f"```json\n{_text(_example(tipo))}```\n"
    )


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    yield "| campo | | |\n|---|---|---|"
    for name, each in schema["properties"].items():
        always = "sempre" if name in schema["required"] else ""
        yield f"| `{name}` | {always} | {each['description']} |"


def _dados(tipo: Tipo) -> dict[str, Any]:
    found = _whole(FORMA[tipo])
    return {name: found[name] for name in ("type", "properties", "required")}


def _whole(kind: type) -> dict[str, Any]:
    """The schema of a struct, whose fields without a value are left out rather than null."""
    made = msgspec.json.schema(kind)
    found: dict[str, Any] = made["$defs"][made["$ref"].removeprefix(_DEFS)]
    properties = {name: _without_null(each) for name, each in found["properties"].items()}
    return {**found, "properties": properties}


def _without_null(field: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in field.items() if name not in ("anyOf", "default")}
    kinds = [each for each in field.get("anyOf", ()) if each != {"type": "null"}]
    return kept | (kinds[0] if len(kinds) == 1 else {})


def _example(tipo: Tipo) -> Any:
    return json.loads(msgspec.json.encode(EXEMPLOS[tipo]))


def _first(text: str) -> str:
    """Its first sentence."""
    return f"{text.split('. ')[0].removesuffix('.')}."


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    write()
