"""From a document to the request for its auxiliary document, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from fiscalxml.danfe.content import casas, conteudo
from fiscalxml.danfe.refusals import (
    DanfeImpossivel,
    DocumentoIlegivel,
    ForaDoLeiaute,
    SemDocumentoAuxiliar,
)
from fiscalxml.danfe.wire import Auxiliar, Pedido
from fiscalxml.documents import nfe, nfse
from fiscalxml.documents.detect import Ilegivel, read_documents
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.kind import CANCELADO, DENEGADO
from fiscalxml.judgement import Arquivo, Julgamento
from fiscalxml.report import Report
from fiscalxml.signatures.protocol import find_protocol
from fiscalxml.xml import Element, Limits, short, text_of

NOMES: Final[dict[Auxiliar, str]] = {
    "danfe": "DANFE",
    "danfce": "DANFE NFC-e",
    "dacte": "DACTE",
    "damdfe": "DAMDFE",
    "dacce": "DACCe",
    "danfse": "DANFSe",
}
_AUXILIARES: Final[dict[str, Auxiliar]] = {
    "nfe": "danfe",
    "nfce": "danfce",
    "cte": "dacte",
    "mdfe": "damdfe",
    "nfse": "danfse",
}
_CARTA_DE_CORRECAO: Final = "110110"
_SEM_IMPRESSAO: Final = {
    "cteos": "O DACTE OS ainda não é impresso por este programa.",
    "ctesimp": "O DACTE do CT-e Simplificado ainda não é impresso por este programa.",
    "gtve": "O documento auxiliar da GTV-e ainda não é impresso por este programa.",
    "bpe": "O DABPE ainda não é impresso por este programa.",
    "nf3e": "O DANF3E ainda não é impresso por este programa.",
    "nfcom": "O DANFE-COM ainda não é impresso por este programa.",
    "dce": "A DACE ainda não é impressa por este programa.",
    "dps": "Uma DPS não tem documento auxiliar: ele é da NFS-e que resulta dela.",
    "evento": "De eventos, só a carta de correção de NF-e tem documento auxiliar.",
    "inutilizacao": "Uma inutilização não tem documento auxiliar.",
    "mensagem": "Uma mensagem de serviço não tem documento auxiliar.",
}
_ANTES_DA_SEFAZ: Final = {"nfe": {"2", "4", "5"}, "cte": {"4", "5"}}
"""tpEmis of contingências whose paper is printed before SEFAZ authorises: FS, EPEC, FS-DA"""
_SEM_PROTOCOLO: Final = "Documento sem protocolo de autorização: impresso como tal."
_SEM_O_PROTOCOLO: Final = "Impresso como um documento sem autorização."
_NAO_CONFERE: Final = "A assinatura não confere com o conteúdo."
_CONTINGENCIA: Final = (
    "Emitido em contingência: não é o impresso em formulário de segurança nem o do EPEC."
)
_TROCADOS: Final = "Caracteres que a fonte do PDF não tem foram trocados pelos mais próximos."


def pedidos(
    data: bytes, *, cancelados: Collection[str] = (), limits: Limits | None = None
) -> Iterator[Pedido | DanfeImpossivel]:
    """For each document in `data`, in order, its request or why there is none; at least one.

    `cancelados`: the chaves of documents that are known to have been cancelled.
    """
    for found in read_documents(data, limits or Limits()):
        try:
            yield _pedido(found, cancelados)
        except DanfeImpossivel as refused:
            yield refused


def _pedido(found: Encontrado | Ilegivel, cancelados: Collection[str]) -> Pedido:
    if isinstance(found, Ilegivel):
        raise DocumentoIlegivel(found.achado)
    julgamento = Julgamento(found, {})
    report = julgamento.report(Arquivo(nome="-", sha256="", tamanho=0), 0)
    auxiliar = _auxiliar(found, report)
    _refuse_other_layouts(julgamento, report)
    assert found.assinado is not None  # noqa: S101 - its schema demands it
    autorizacao = _autorizacao(julgamento)
    drawn = conteudo(auxiliar, found.assinado, autorizacao.protocolo)
    avisos = (*autorizacao.avisos, _TROCADOS) if drawn.trocados else autorizacao.avisos
    chave, nome = _names(report)
    return Pedido(
        auxiliar=auxiliar,
        xml=drawn.xml,
        anexo=drawn.anexo,
        titulo=f"{NOMES[auxiliar]} {chave}",
        nome=nome,
        cancelado=autorizacao.cancelado or (auxiliar != "dacce" and chave in cancelados),
        sem_valor=autorizacao.sem_valor,
        casas_preco=casas(found.assinado, ("vUnCom", "vUnTrib")),
        casas_quantidade=casas(found.assinado, ("qCom", "qTrib")),
        emissao=report.documento.emissao,
        avisos=avisos,
    )


def _auxiliar(found: Encontrado, report: Report) -> Auxiliar:
    documento = report.documento
    if documento.tipo in _AUXILIARES:
        return _AUXILIARES[documento.tipo]
    evento = documento.evento
    if found.kind is nfe.EVENTO and evento is not None and evento.tipo == _CARTA_DE_CORRECAO:
        return "dacce"
    parece = f" (parece {documento.parece})" if documento.parece else ""
    raise SemDocumentoAuxiliar(
        _SEM_IMPRESSAO.get(
            documento.tipo, f"Não é um documento fiscal que tenha documento auxiliar{parece}."
        )
    )


def _refuse_other_layouts(julgamento: Julgamento, report: Report) -> None:
    """What no schema and no SEFAZ accepted may lack groups, or have words in place of amounts."""
    state = report.camadas["schema"]
    if state in ("ok", "aviso") or julgamento.autenticidade.intacta:
        return
    faults = (a for a in report.achados if a.camada == "schema" and a.severidade == "erro")
    fault = next(faults, None)
    if fault is None:
        motivo = (report.motivos or {}).get("schema", "o leiaute não pôde ser conferido")
        raise ForaDoLeiaute(
            f"O leiaute não foi conferido ({motivo}), e nada mostra que foi aceito."
        )
    line = f" (linha {fault.linha})" if fault.linha else ""
    raise ForaDoLeiaute(
        f"O documento não segue o leiaute: {fault.codigo} {fault.mensagem}{line} "
        "Corrija-o antes de imprimir; fiscalxml validate mostra tudo."
    )


class _Autorizacao(NamedTuple):
    """What may be printed of who accepted the document."""

    protocolo: Element | None = None
    cancelado: bool = False
    sem_valor: bool = False
    avisos: tuple[str, ...] = ()


def _autorizacao(julgamento: Julgamento) -> _Autorizacao:
    found, autenticidade = julgamento.found, julgamento.autenticidade
    assinatura = autenticidade.assinatura
    # Where the bytes were mended to be read, no signature can be verified: nothing speaks for it,
    # and nothing against it.
    integra = bool(found.xml.bytes_invalidos) or (assinatura is not None and assinatura.integra)
    if found.kind is nfse.NFSE:  # its authority is the Sefin's own signature
        return _Autorizacao() if integra else _Autorizacao(sem_valor=True, avisos=_lost())
    infprot, protocolo = find_protocol(found), autenticidade.protocolo
    if infprot is None or protocolo is None:
        return _Autorizacao(avisos=(_SEM_PROTOCOLO, *_contingencia(julgamento)))
    cstat = text_of(infprot, "cStat") or ""
    if protocolo.registra and cstat in DENEGADO:
        raise SemDocumentoAuxiliar(
            f"Uso denegado pela SEFAZ (cStat {cstat}): o documento não acoberta operação e não "
            "tem documento auxiliar."
        )
    if not protocolo.autoriza:
        faults = (a.mensagem for a in protocolo.achados if a.severidade == "erro")
        return _Autorizacao(avisos=_lost(next(faults, f"Protocolo com cStat {short(cstat)}.")))
    if not integra:
        return _Autorizacao(avisos=_lost())
    return _Autorizacao(infprot.getparent(), cancelado=cstat in CANCELADO)


def _lost(motivo: str = _NAO_CONFERE) -> tuple[str, ...]:
    return (f"{motivo} {_SEM_O_PROTOCOLO}",)


def _contingencia(julgamento: Julgamento) -> tuple[str, ...]:
    fatos = julgamento.fatos
    before = _ANTES_DA_SEFAZ.get(fatos.documento.tipo, ())
    return (_CONTINGENCIA,) if fatos.ide.get("tpEmis") in before else ()


def _names(report: Report) -> tuple[str, str]:
    """The chave that the document is about, and what a file of it is called."""
    documento, evento = report.documento, report.documento.evento
    if evento is not None:
        return evento.chave or "", f"{evento.chave}-cce-{evento.sequencia}"
    return documento.chave or "", documento.chave or "documento"
