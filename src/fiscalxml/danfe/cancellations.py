"""Which documents the events in an input cancel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fiscalxml.documents import nfse
from fiscalxml.documents.detect import Encontrado, read_documents
from fiscalxml.judgement import Arquivo, Julgamento
from fiscalxml.xml import Limits

_SEFAZ: Final = {"110111", "110112"}  # cancelamento; por substituição (NFC-e)
_SEFIN: Final = {"101101", "105102", "105104", "305101"}
"""NFS-e: cancelamento, por substituição, deferido por análise fiscal, por ofício"""


def chaves_canceladas(data: bytes, *, limits: Limits | None = None) -> Iterator[str]:
    """The chaves that registered events of cancellation name; none for anything else."""
    if b"vento" not in data and b"docZip" not in data:
        return
    for found in read_documents(data, limits or Limits()):
        if not isinstance(found, Encontrado) or found.kind is None or found.kind.tipo != "evento":
            continue
        julgamento = Julgamento(found, {})
        evento = julgamento.report(Arquivo(nome="-", sha256="", tamanho=0), 0).documento.evento
        kinds = _SEFIN if found.familia is nfse.FAMILIA else _SEFAZ
        if evento and evento.chave and evento.tipo in kinds and _registered(julgamento):
            yield evento.chave


def _registered(julgamento: Julgamento) -> bool:
    autenticidade = julgamento.autenticidade
    if julgamento.found.kind is nfse.EVENTO:  # its authority is the Sefin's own signature
        return autenticidade.assinatura is not None and autenticidade.assinatura.integra
    return autenticidade.protocolo is not None and autenticidade.protocolo.autoriza
