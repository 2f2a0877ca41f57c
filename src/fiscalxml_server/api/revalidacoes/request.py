"""What a re-validation is asked for with: its body, and the filter in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, get_args

import msgspec

from fiscalxml.judgement import PerfilPedido
from fiscalxml_server.api.documentos.filter_body import Valor, as_in_query, unknown_filters
from fiscalxml_server.api.documentos.filters import Filtro
from fiscalxml_server.api.documentos.parameters import read_filter
from fiscalxml_server.api.revalidacoes.schemas import Pedido
from fiscalxml_server.kit.http.parameters import parse_instant
from fiscalxml_server.kit.http.problems import invalid_fields

HINT: Final = (
    'O JSON deve ser {"filtro": {...}, "em": "AAAA-MM-DD", "perfil": "transmissao", '
    '"lote": "<id>", "nome": "..."}, e cada membro pode faltar.'
)
NOME: Final = r"^[^\x00-\x1f\x7f]{1,200}$"
_SEM_NOME: Final = "revalidacao"


class Corpo(msgspec.Struct, forbid_unknown_fields=True):
    """The body as it comes. `filtro`: the parameters of a search; a list has several values.

    `lote` is one of them, too.
    """

    filtro: dict[str, Valor] = {}
    lote: str | None = None
    em: str | None = None
    perfil: str = "auto"
    nome: str = _SEM_NOME


def read_request(corpo: Corpo) -> Pedido:
    """What is asked for. Raises `ParametrosInvalidos`."""
    filtro = as_in_query(corpo.filtro)
    wrong = list(unknown_filters(filtro))
    if corpo.lote is not None and filtro.setdefault("lote", corpo.lote) != corpo.lote:
        wrong.append(_wrong("lote", "não é o de filtro.lote"))
    if corpo.perfil not in get_args(PerfilPedido):
        accepted = ", ".join(get_args(PerfilPedido))
        wrong.append(_wrong("perfil", f"não é um dos valores aceitos: {accepted}"))
    if not re.fullmatch(NOME, corpo.nome):
        wrong.append(_wrong("nome", "deve ter de 1 a 200 caracteres, nenhum de controle"))
    em = None
    try:
        em = _instant(corpo.em)
    except ValueError as error:
        wrong.append(_wrong("em", str(error)))
    if wrong:
        raise invalid_fields(sorted(wrong, key=lambda each: each["campo"]))
    read_filter(filtro, "corpo")
    return Pedido(nome=corpo.nome, filtro=filtro, em=em, perfil=corpo.perfil)  # type: ignore[arg-type]


def encode_filter(filtro: Mapping[str, str]) -> bytes:
    """The parameters of a filter as they are kept."""
    return msgspec.json.encode(filtro, order="sorted")


def decode_filter(kept: bytes) -> dict[str, str]:
    """The inverse of `encode_filter`."""
    return msgspec.json.decode(kept, type=dict[str, str])


def filter_of(kept: bytes) -> Filtro:
    """The filter that was asked for."""
    return read_filter(decode_filter(kept))


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)


def _wrong(campo: str, mensagem: str) -> dict[str, str]:
    return {"campo": campo, "onde": "corpo", "mensagem": mensagem}
