"""What the service knows: rules, keys, problems, use; and how it is."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from fiscalxml.client.operations.contents import pages, query, segment
from fiscalxml.client.shapes import ChaveExplicada, Pagina, ProblemaExplicado, Regra, Uso
from fiscalxml.client.steps import Fluxo, Passos, Pedido, asked

_REGRAS = msgspec.json.Decoder(Pagina[Regra]).decode
_PROBLEMAS = msgspec.json.Decoder(Pagina[ProblemaExplicado]).decode
_PROBLEMA = msgspec.json.Decoder(ProblemaExplicado).decode
_USO = msgspec.json.Decoder(Uso).decode
_OBJETO = msgspec.json.Decoder(dict[str, Any]).decode


def regras(
    *,
    codigo: str | None = None,
    modelo: str | None = None,
    situacao: Literal["implementada", "desligada", "nao_avaliavel", "pendente"] | None = None,
    obrigatoriedade: Literal["obrigatoria", "facultativa"] | None = None,
    texto: str | None = None,
) -> Fluxo[Regra]:
    """The published rules, in the manuals' order. `texto`: a part of what they say."""
    parameters = query(
        codigo=codigo,
        modelo=modelo,
        situacao=situacao,
        obrigatoriedade=obrigatoriedade,
        texto=texto,
        limite=200,
    )
    yield from pages("/v1/regras", parameters, _REGRAS)


def regra(codigo: str) -> Passos[list[Regra]]:
    """The rules of a code (629), or the one of an id (nfe:I11-10)."""
    page = yield from asked(Pedido(caminho=f"/v1/regras/{segment(codigo)}"), _REGRAS)
    return page.itens


def chave(chave: str) -> Passos[ChaveExplicada]:
    """What an access key says, or what is wrong with it."""
    return (yield from asked(Pedido(caminho=f"/v1/chaves/{segment(chave)}"), _read_chave))


def uso() -> Passos[Uso]:
    """Documents of this month: of the organisation, and of the credential that asks."""
    return (yield from asked(Pedido(caminho="/v1/uso"), _USO))


def problemas() -> Passos[list[ProblemaExplicado]]:
    """Every error that the service may answer with."""
    page = yield from asked(Pedido(caminho="/problemas"), _PROBLEMAS)
    return page.itens


def problema(codigo: str) -> Passos[ProblemaExplicado]:
    """When an error happens and what to do."""
    return (yield from asked(Pedido(caminho=f"/problemas/{segment(codigo)}"), _PROBLEMA))


def saude() -> Passos[str]:
    """`ok` where the process lives."""
    answer = yield from asked(Pedido(caminho="/saude"), _OBJETO)
    return str(answer["situacao"])


def pronto() -> Passos[dict[str, str]]:
    """How each part is that the service depends on. Raises `problems.NaoPronto`."""
    answer = yield from asked(Pedido(caminho="/pronto"), _OBJETO)
    return dict(answer["partes"])


def _read_chave(data: bytes) -> ChaveExplicada:
    found = _OBJETO(data)
    return ChaveExplicada(
        texto=found.pop("text"),
        valida=found.pop("valida"),
        motivo=found.pop("motivo"),
        partes=found,
    )
