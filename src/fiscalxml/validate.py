"""The only door to validation: bytes in, one report per document found in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple, Unpack, get_args

from fiscalxml.archives import Recusa
from fiscalxml.documents.destino import AMBIENTES, AUTORIZADORES
from fiscalxml.documents.detect import (
    Ilegivel,
    VariosDocumentos,
    read_documents,
    root_looks_like,
)
from fiscalxml.documents.facts import BRASILIA
from fiscalxml.judgement import Arquivo, Julgamento, Opcoes, PerfilPedido, conjunto_of, now
from fiscalxml.report import (
    CAMADAS,
    Achado,
    Camada,
    Documento,
    Referencia,
    Report,
    Situacao,
)
from fiscalxml.schemas.catalogue import schemas_label
from fiscalxml.xml import Limits

PERFIS = get_args(PerfilPedido)
_LIMITS = Limits()
_NOTHING = hashlib.sha256().hexdigest()


def validate(data: bytes, **opcoes: Unpack[Opcoes]) -> Report:
    """The report of the one document in `data`. Raises `VariosDocumentos` when it holds more."""
    reports = list(islice(validate_all(data, **opcoes), 2))
    if len(reports) > 1:
        raise VariosDocumentos("O conteúdo tem mais de um documento; use validate_all.")
    return reports[0]


def validate_all(data: bytes, **opcoes: Unpack[Opcoes]) -> Iterator[Report]:
    """A report for each document in `data`, in order; at least one, whatever the bytes are."""
    return (julgado.report for julgado in judge_all(data, **opcoes))


class Julgado(NamedTuple):
    """A report, and what is known of its document besides. `itens`: how many items it has (det)."""

    report: Report
    itens: int | None = None


def judge_all(data: bytes, **opcoes: Unpack[Opcoes]) -> Iterator[Julgado]:
    """The reports of `validate_all` for those who look at many documents together."""
    for report, julgamento in judgements(data, **opcoes):
        yield Julgado(report, None if julgamento is None else julgamento.itens)


def judgements(data: bytes, **opcoes: Unpack[Opcoes]) -> Iterator[tuple[Report, Julgamento | None]]:
    """The reports of `validate_all`, each with the judgement behind it, which holds the document.

    None where nothing could be read.
    """
    opcoes = _checked(opcoes)
    arquivo = Arquivo(
        nome=opcoes.get("arquivo", "-"),
        sha256=hashlib.sha256(data).hexdigest(),
        tamanho=len(data),
    )
    limits = opcoes.get("limits") or _LIMITS
    for indice, found in enumerate(read_documents(data, limits)):
        if isinstance(found, Ilegivel):
            yield _unreadable(arquivo, indice, found.achado, found.parece, opcoes), None
        else:
            julgamento = Julgamento(found, opcoes)
            yield julgamento.report(arquivo, indice), julgamento


def _checked(opcoes: Opcoes) -> Opcoes:
    """The options; a date without offset is Brasília's. Raises ValueError for a wrong choice."""
    choices: dict[str, tuple[object, tuple[str, ...]]] = {
        "perfil": (opcoes.get("perfil", "auto"), PERFIS),
        "uf": (opcoes.get("uf"), AUTORIZADORES),
        "ambiente": (opcoes.get("ambiente"), AMBIENTES),
    }
    for nome, (chosen, allowed) in choices.items():
        if chosen is not None and chosen not in allowed:
            raise ValueError(f"{nome} desconhecido: {chosen!r}; use um de {allowed}")
    em = opcoes.get("em")
    return {**opcoes, "em": em.replace(tzinfo=BRASILIA)} if em and em.tzinfo is None else opcoes


def refused_report(arquivo: str, sha256: str, tamanho: int, achado: Achado) -> Report:
    """The report of something that could not be read at all, such as an archive's entry."""
    return _unreadable(Arquivo(arquivo, sha256, tamanho), 0, achado, None, {})


def refusal_report(nome: str, recusa: Recusa) -> Report:
    """The report of an archive's entry that could not be read: without the hash of its bytes."""
    achado = Achado(
        codigo=recusa.codigo,
        camada="xml",
        severidade="erro",
        mensagem=recusa.motivo,
        correcao=recusa.correcao,
        caminho="",
    )
    return refused_report(nome, _NOTHING, 0, achado)


def _unreadable(
    arquivo: Arquivo, indice: int, achado: Achado, parece: str | None, opcoes: Opcoes
) -> Report:
    """The report of bytes that could not be read as XML."""
    perfil = opcoes.get("perfil", "auto")
    camadas: dict[Camada, Situacao] = dict.fromkeys(CAMADAS, "nao_executada")
    em = opcoes.get("em")
    return Report(
        versao="1",
        arquivo=arquivo.nome,
        indice=indice,
        sha256=arquivo.sha256,
        tamanho=arquivo.tamanho,
        documento=Documento(
            tipo="desconhecido", parece=(root_looks_like(parece) or parece) if parece else None
        ),
        perfil="rascunho" if perfil == "auto" else perfil,
        referencia=Referencia(data=(em or now()).isoformat(), origem="opcao" if em else "agora"),
        veredito="invalido",
        camadas=camadas | {"xml": "falha"},
        motivos=dict.fromkeys(CAMADAS[1:], "o XML não pôde ser lido"),
        conjunto=conjunto_of(schemas_label()),
        achados=[achado],
    )
