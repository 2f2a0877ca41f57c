"""A summary: bytes in, the resumo as JSON out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Literal

import msgspec

from fiscalxml import Limits, Resumo, SemResumo, summarize_all
from fiscalxml.report import Achado
from fiscalxml.summarize import tags_all
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.http.body import several_documents
from fiscalxml_server.kit.http.work import run_sized

Formato = Literal["campos", "tags"]
_ENCODE = msgspec.json.Encoder().encode


class SemResumoPossivel(Problema):
    status, codigo, titulo = 422, "sem_resumo", "Do que veio não se faz um resumo"
    explicacao = (
        "O corpo não pôde ser lido como XML, ou não é um documento fiscal. O membro achado diz o "
        "que se encontrou, como no relatório de POST /v1/validacoes."
    )


async def summarize_document(data: bytes, *, formato: Formato, max_bytes: int) -> bytes:
    """The resumo of the one document in `data`.

    Raises `MaisDeUmDocumento`, and `SemResumoPossivel` when it has none.
    """
    return await run_sized(len(data), partial(_resumo, data, formato, Limits(max_bytes=max_bytes)))


def _resumo(data: bytes, formato: Formato, limits: Limits) -> bytes:
    documents: Iterator[Resumo | dict[str, object] | SemResumo] = (
        summarize_all(data, limits=limits) if formato == "campos" else tags_all(data, limits=limits)
    )
    only, *others = islice(documents, 2)
    if others:
        raise several_documents()
    if isinstance(only, SemResumo):
        raise _without(only.erro)
    return _ENCODE(only)


def _without(achado: Achado) -> SemResumoPossivel:
    return SemResumoPossivel(achado.mensagem, achado=msgspec.to_builtins(achado))
