"""From bytes that came in to documents that can be written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final, Unpack
from uuid import UUID

import msgspec

from fiscalxml.identity import Identidade
from fiscalxml.indexing import Indice, index_of
from fiscalxml.judgement import Opcoes
from fiscalxml.process import process_all
from fiscalxml.report import Report
from fiscalxml_server.api.documentos.schemas import Novo
from fiscalxml_server.kit.compression import compress
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.pseudonyms import Pseudonimos
from fiscalxml_server.kit.storage import Local

_encode: Final = msgspec.json.Encoder().encode


class Lido(msgspec.Struct, frozen=True):
    """A document that was judged. Without `identidade`: no fiscal document could be read."""

    report: Report
    identidade: Identidade | None
    resumo: bytes | None
    indice: Indice
    conteudo: bytes | None
    """its own bytes, where it came inside something else"""
    itens: int | None = None
    """how many items (det) it has, where its kind has them"""


def read(data: bytes, **opcoes: Unpack[Opcoes]) -> Iterator[Lido]:
    """Each document in `data`, in order; at least one, whatever the bytes are."""
    for found in process_all(data, **opcoes):
        resumo = None if found.resumo is None else compress(_encode(found.resumo))
        indice = index_of(found.report, found.resumo)
        yield Lido(found.report, found.identidade, resumo, indice, found.conteudo, found.itens)


def concerns(identidade: Identidade, empresas: frozenset[str] | None) -> bool:
    """Whether one of these companies is a party of the document; None: whatever it is.

    Of an event it is the document that says so, which may come later, or not at all.
    """
    if empresas is None or identidade.chave_referida is not None:
        return True
    return not empresas.isdisjoint((identidade.emitente, identidade.destinatario))


def to_write(
    lido: Lido,
    identidade: Identidade,
    local: Local,
    own: bytes,
    lote: UUID | None,
    now: datetime,
    pseudonimos: Pseudonimos | None = None,
) -> Novo:
    """The document's row. `local`: where `own`, the document's own bytes, are kept.

    `pseudonimos`: of the organisation, for a row that is written.
    """
    report = lido.report
    documento = report.documento
    digest = sha256(own).digest() if lido.conteudo else bytes.fromhex(report.sha256)
    return Novo(
        id=new_id(),
        identidade=identidade.chave_identidade,
        tipo=documento.tipo,
        modelo=identidade.modelo,
        chave=identidade.chave,
        serie=identidade.serie,
        numero=identidade.numero,
        ambiente=identidade.ambiente,
        emissao=identidade.emissao,
        emitente=identidade.emitente,
        destinatario=identidade.destinatario,
        valor=identidade.valor,
        evento_chave=identidade.chave_referida,
        evento_tipo=identidade.tipo_evento,
        evento_sequencia=identidade.sequencia,
        situacao=identidade.situacao,
        situacao_propria=identidade.situacao,
        protocolo=identidade.protocolo,
        registrado_em=identidade.registrado_em,
        evento_alvo=identidade.evento_alvo,
        vinculos=identidade.vinculos,
        veredito=report.veredito,
        intacta=identidade.intacta,
        assinada=identidade.assinada,
        com_protocolo=identidade.com_protocolo,
        conteudo=bytes.fromhex(documento.conteudo_sha256 or report.sha256),
        sha256=digest,
        tamanho=len(own),
        objeto=local.objeto,
        inicio=local.inicio,
        comprimento=local.comprimento,
        resumo=lido.resumo,
        validacao=new_id(),
        lote=lote,
        recebido_em=now,
        data=identidade.emissao or now,
        **lido.indice.tributos,
        termos=lido.indice.termos,
        partes=lido.indice.partes,
        titulares=pseudonimos.in_xml(own) if pseudonimos else (),
        perfil=report.perfil,
        referencia=datetime.fromisoformat(report.referencia.data),
        regras=report.conjunto.regras,
        schemas=report.conjunto.schemas,
        relatorio=compress(report.to_json()),
    )
