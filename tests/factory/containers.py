"""Messages that carry documents: lotes, SOAP, Distribuição DF-e.

Documents enter byte by byte, without their XML declaration, so their signatures are kept. Under
`soap` the extra namespace of the envelope breaks inclusive C14N, as it does in the wild: the
signature holds again once the document is taken out.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from gzip import compress

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_NFE = b"http://www.portalfiscal.inf.br/nfe"


def envi_nfe(notas: Iterable[bytes], id_lote: str = "1") -> bytes:
    """A lote (enviNFe) of NF-e or NFC-e, to be answered asynchronously."""
    head = f"<idLote>{id_lote}</idLote><indSinc>0</indSinc>".encode()
    return _wrap(b"enviNFe", b"4.00", head + _bodies(notas))


def env_evento(eventos: Iterable[bytes], id_lote: str = "1") -> bytes:
    """A lote (envEvento) of NF-e events."""
    return _wrap(b"envEvento", b"1.00", f"<idLote>{id_lote}</idLote>".encode() + _bodies(eventos))


def soap(document: bytes, servico: str = "NFeAutorizacao4") -> bytes:
    """A SOAP 1.2 response whose nfeResultMsg carries the document."""
    return (
        _DECLARATION
        + b'<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body>'
        + b'<nfeResultMsg xmlns="'
        + _NFE
        + b"/wsdl/"
        + servico.encode()
        + b'">'
        + _bodies([document])
        + b"</nfeResultMsg></soap:Body></soap:Envelope>"
    )


def dist_dfe(documents: Sequence[bytes], schemas: Sequence[str] = ()) -> bytes:
    """A retDistDFeInt of gzipped docZip; `schemas` defaults to the NF-e's for each document."""
    names = schemas or ["procNFe_v4.00.xsd"] * len(documents)
    zips = "".join(
        f'<docZip NSU="{nsu:015d}" schema="{schema}">'
        f"{b64encode(compress(document, mtime=0)).decode()}</docZip>"
        for nsu, (document, schema) in enumerate(zip(documents, names, strict=True), start=1)
    )
    last = f"{len(documents):015d}"
    body = (
        "<tpAmb>1</tpAmb><verAplic>SEFAZ_FICTICIA</verAplic><cStat>138</cStat>"
        "<xMotivo>Documento(s) localizado(s)</xMotivo><dhResp>2026-11-20T12:00:00-03:00</dhResp>"
        f"<ultNSU>{last}</ultNSU><maxNSU>{last}</maxNSU><loteDistDFeInt>{zips}</loteDistDFeInt>"
    )
    return _wrap(b"retDistDFeInt", b"1.01", body.encode())


def _wrap(name: bytes, versao: bytes, body: bytes) -> bytes:
    start = b"<" + name + b' xmlns="' + _NFE + b'" versao="' + versao + b'">'
    return _DECLARATION + start + body + b"</" + name + b">"


def _bodies(documents: Iterable[bytes]) -> bytes:
    return b"".join(
        d[d.index(b"?>") + 2 :].strip() if d.startswith(b"<?xml") else d for d in documents
    )
