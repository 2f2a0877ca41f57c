"""The only door to the resumo: bytes in, one summary per document found in them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from fiscalxml.documents import nfse
from fiscalxml.documents.campos import Campos
from fiscalxml.documents.detect import (
    Ilegivel,
    VariosDocumentos,
    read_documents,
)
from fiscalxml.documents.facts import read_documento
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.groups import Grupo, read_groups
from fiscalxml.documents.kind import CANCELADO, DENEGADO, Kind
from fiscalxml.report import Achado, Documento
from fiscalxml.signatures.protocol import find_protocol, read_protocol
from fiscalxml.summaries.parts import Protocolo
from fiscalxml.summaries.resumo import Resumo, Situacao
from fiscalxml.summaries.views import VIEWS
from fiscalxml.xml import Limits, canonical, local_name, short

_LIMITS = Limits()


class SemResumo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands for the resumo of something that has none, and why."""

    indice: int
    erro: Achado


class ResumoImpossivel(ValueError):
    """The input holds nothing that has a resumo; `achado` says why."""

    def __init__(self, achado: Achado) -> None:
        super().__init__(achado.mensagem)
        self.achado = achado


def summarize(data: bytes, *, limits: Limits | None = None) -> Resumo:
    """The resumo of the one document in `data`.

    Raises `VariosDocumentos` when it holds more, `ResumoImpossivel` when what it holds has none.
    """
    found = list(islice(summarize_all(data, limits=limits), 2))
    if len(found) > 1:
        raise VariosDocumentos("O conteúdo tem mais de um documento; use summarize_all.")
    if isinstance(found[0], SemResumo):
        raise ResumoImpossivel(found[0].erro)
    return found[0]


def summarize_all(data: bytes, *, limits: Limits | None = None) -> Iterator[Resumo | SemResumo]:
    """A resumo for each document in `data`, in order, or why there is none; at least one."""
    for indice, found in enumerate(_documents(data, limits or _LIMITS)):
        if isinstance(found, Achado):
            yield SemResumo(indice=indice, erro=found)
        else:
            yield resumo_of(found, indice)


def tags_all(
    data: bytes, *, limits: Limits | None = None
) -> Iterator[dict[str, object] | SemResumo]:
    """Each document under the layout's own tag names: groups as objects, fields as texts.

    What repeats is a list; attributes begin with `@`.
    """
    for indice, found in enumerate(_documents(data, limits or _LIMITS)):
        if isinstance(found, Achado):
            yield SemResumo(indice=indice, erro=found)
            continue
        assert found.assinado is not None  # noqa: S101 - `_documents` sees to it
        content = None if found.xml.prefixos else canonical(found.assinado, exclusive=True)
        grupos = read_groups(found.assinado, content)
        tags: dict[str, object] = {local_name(found.assinado): _tags(grupos)}
        protocolo = find_protocol(found)
        if protocolo is not None:
            tags[local_name(protocolo)] = _tags(read_groups(protocolo, None))
        yield tags


def _documents(data: bytes, limits: Limits) -> Iterator[Encontrado | Achado]:
    """What can be summarised, and a finding for all else."""
    for found in read_documents(data, limits):
        if isinstance(found, Ilegivel):
            yield found.achado
        else:
            yield found if has_resumo(found) else _without(found)


def _without(found: Encontrado) -> Achado:
    name = short(local_name(found.envelope))
    what = "uma mensagem de serviço" if found.mensagem else "um documento fiscal conhecido"
    verb = "é" if found.mensagem else "não é"
    return Achado(
        codigo="XML-034",
        camada="xml",
        severidade="erro",
        mensagem=f"Sem resumo: {name} {verb} {what}.",
        correcao="Envie o XML de um documento, evento ou inutilização.",
        caminho=found.caminho(found.envelope),
        linha=found.xml.line(found.envelope),
    )


def has_resumo(found: Encontrado) -> bool:
    """Whether it is a document with something to summarise, and not a message or a fragment."""
    return found.kind is not None and found.campos is not None


def resumo_of(
    found: Encontrado,
    indice: int,
    documento: Documento | None = None,
    grupos: Campos | None = None,
) -> Resumo:
    """The resumo of a document that has one.

    `documento`: what it says of itself, and `grupos`: those of its signed element, where they were
    read already.
    """
    campos = grupos or found.campos
    assert campos is not None  # noqa: S101 - `has_resumo` tells
    documento = documento or read_documento(found, campos)
    resposta = read_protocol(found)
    protocolo = None if resposta is None else Protocolo.read(resposta)
    view = VIEWS.get(documento.tipo)
    return Resumo(
        indice=indice,
        documento=documento,
        situacao=_situation(found.kind, protocolo),
        protocolo=protocolo,
        **(view(campos) if view else {}),
    )


def _situation(kind: Kind | None, protocolo: Protocolo | None) -> Situacao:
    if kind is nfse.NFSE or kind is nfse.EVENTO:
        return "autorizado"  # the Sefin makes and signs it
    if kind is None or protocolo is None or protocolo.status is None:
        return "sem_protocolo"
    if protocolo.status in kind.aceitos:
        return "autorizado"
    if protocolo.status in CANCELADO:
        return "cancelado"
    return "denegado" if protocolo.status in DENEGADO else "rejeitado"


def _tags(grupo: Grupo) -> dict[str, object]:
    tags: dict[str, object] = {f"@{nome}": texto for nome, texto in grupo.atributos.items()}
    for campo in grupo:
        todos = grupo.todos(campo)
        tags[campo] = todos if len(todos) > 1 else todos[0]
    for nome, grupos in grupo.grupos.items():
        inner = [_tags(each) for each in grupos]
        tags[nome] = inner if len(inner) > 1 else inner[0]
    return tags
