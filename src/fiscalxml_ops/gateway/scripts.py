"""The gateway's own code: Lua files of this package, with the tables that they read before them.

Each is a chunk that returns a function. Kong runs it in its sandbox (pre-function, post-function);
the gateway of `nginx.py` runs the same text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final

import msgspec

from fiscalxml_ops.gateway import policies, problems
from fiscalxml_ops.gateway.installation import Instalacao
from fiscalxml_ops.gateway.routes import Rota
from fiscalxml_server.kit.http.problems import MEDIA_TYPE

_FILES: Final = resources.files(__package__) / "lua"


class Trechos(msgspec.Struct, frozen=True):
    """By the moment in which each runs."""

    pedido: str
    token: str
    resposta: str
    corpo: str
    rastro: str


def chunks(instalacao: Instalacao, rotas: Sequence[Rota]) -> Trechos:
    """For these routes."""
    named = problems.named(each.teto for each in rotas)
    unknown = {"credencial_desconhecida": named["credencial_desconhecida"]}
    return Trechos(
        pedido=_chunk(
            {
                "DESENVOLVIMENTO": instalacao.chaves_de_desenvolvimento,
                "TIPO": MEDIA_TYPE,
                "PROBLEMAS": named,
                "CAMINHOS": _paths(instalacao, rotas),
                "ALHEIOS": policies.ALHEIOS,
            },
            "credencial.lua",
            "pedido.lua",
        ),
        token=_chunk(
            {"TIPO": MEDIA_TYPE, "PROBLEMAS": unknown, "DO_PORTAL": policies.DO_PORTAL},
            "token.lua",
        ),
        resposta=_chunk(
            {
                "TIPO": MEDIA_TYPE,
                "SEGURANCA": policies.security_headers(),
                "DO_STATUS": problems.by_status(),
            },
            "resposta.lua",
        ),
        corpo=_chunk({}, "corpo.lua"),
        rastro=_chunk({"PESSOAIS": policies.PESSOAIS}, "rastro.lua"),
    )


def text(name: str) -> str:
    """One of the files as it is."""
    return (_FILES / name).read_text(encoding="utf-8")


def literal(value: Any, indent: str = "") -> str:
    """A value of JSON's kinds as Lua writes it, a member a line."""
    inner = f"{indent}  "
    if isinstance(value, Mapping):
        members = [f"[{literal(key)}] = {literal(each, inner)}" for key, each in value.items()]
    elif isinstance(value, list | tuple):
        members = [literal(each, inner) for each in value]
        if all(isinstance(each, str) for each in value):
            return f"{{ {', '.join(members)} }}"
    elif isinstance(value, bool):
        return "true" if value else "false"
    elif isinstance(value, int | float):
        return str(value)
    else:  # the escapes of JSON are Lua's, where none are of characters beyond ASCII
        return json.dumps(value, ensure_ascii=False)
    if not members:
        return "{}"
    lines = "".join(f"{inner}{each},\n" for each in members)
    return f"{{\n{lines}{indent}}}"


def _chunk(tables: Mapping[str, Any], *names: str) -> str:
    head = [f"local {name} = {literal(value)}\n" for name, value in tables.items()]
    return "\n".join([*head, *map(text, names)])


def _paths(instalacao: Instalacao, rotas: Sequence[Rota]) -> list[tuple[str, str, str]]:
    """Each address that there is, with all that it allows, names before parameters."""
    found: dict[tuple[str, str], str] = {}
    for rota in rotas:
        methods = {"OPTIONS"}.union(
            *(
                each.metodos
                for each in rotas
                if each.servico == rota.servico and re.match(each.regex, rota.caminho)
            )
        )
        key = (instalacao.servico(rota.servico).host, f"^{rota.regex}")
        found.setdefault(key, ", ".join(sorted(methods)))
    return [(*key, allowed) for key, allowed in found.items()]
