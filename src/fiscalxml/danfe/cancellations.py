"""Which documents the events in an input cancel."""

from __future__ import annotations

from collections.abc import Iterator

from fiscalxml.documents import nfse
from fiscalxml.documents.detect import read_documents
from fiscalxml.documents.found import Encontrado
from fiscalxml.judgement import Arquivo, Julgamento
from fiscalxml.situation import effect_of
from fiscalxml.xml import Limits


def chaves_canceladas(data: bytes, *, limits: Limits | None = None) -> Iterator[str]:
    """The chaves that registered events of cancellation name; none for anything else."""
    if b"vento" not in data and b"docZip" not in data:
        return
    for found in read_documents(data, limits or Limits()):
        if not isinstance(found, Encontrado) or found.kind is None or found.kind.tipo != "evento":
            continue
        julgamento = Julgamento(found, {})
        evento = julgamento.report(Arquivo(nome="-", sha256="", tamanho=0), 0).documento.evento
        if evento is None or evento.chave is None or evento.tipo is None:
            continue
        if effect_of(evento.chave, evento.tipo) == "cancela" and _registered(julgamento):
            yield evento.chave


def _registered(julgamento: Julgamento) -> bool:
    autenticidade = julgamento.autenticidade
    if julgamento.found.kind is nfse.EVENTO:  # its authority is the Sefin's own signature
        return autenticidade.assinatura is not None and autenticidade.assinatura.integra
    return autenticidade.protocolo is not None and autenticidade.protocolo.autoriza
