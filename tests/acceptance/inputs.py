"""Inputs that the factory has no words for: signed by hand, service messages, foreign files."""

from __future__ import annotations

from lxml import etree

from factory import Credential, build, chave_dv, chave_of, e_cnpj
from factory.odd_signatures import sign_with_xmlsec
from factory.signing import sign

EMITENTE = "12345678000195"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
NFE = "http://www.portalfiscal.inf.br/nfe"
ACENTUADO = "COMPRADORA IMAGINÁRIA DE SÃO JOSÉ"


def signed(text: str | bytes, assinado: str, leaf: Credential | None = None) -> bytes:
    """A hand-written document with the signature of its emitter over the child `assinado`."""
    root = etree.fromstring(text)
    sign(root, assinado, leaf or e_cnpj(EMITENTE))
    return XML.encode() + etree.tostring(root, encoding="UTF-8")


def accented() -> bytes:
    """A signed NF-e, in UTF-8, whose text has more than ASCII."""
    return build("nfe", changes={"dest/xNome": ACENTUADO})


def without_declaration(document: bytes) -> bytes:
    return document.partition(b"?>")[2]


def tampered(document: bytes) -> bytes:
    """One character of a name changed, as after signing."""
    return document.replace(b"COMPRADORA IMAGINARIA SA", b"COMPRADORA IMAGINARIA SB")


def prefixed() -> bytes:
    """An NF-e under the prefix ns0, signed so."""
    plain = without_declaration(build("nfe", sign=False)).decode()
    named = plain.replace("</", "</ns0:").replace("<", "<ns0:").replace("<ns0:/ns0:", "</ns0:")
    named = named.replace("xmlns=", "xmlns:ns0=")
    return sign_with_xmlsec(named.encode(), "infNFe", e_cnpj(EMITENTE))


def with_layout(versao: str, *, protocol: bool = False) -> bytes:
    """A signed NF-e that says it is of an older layout."""
    return build("nfe", changes={"@versao": versao}, protocol=protocol)


def res_nfe() -> bytes:
    return _message(
        "resNFe",
        "1.01",
        f"<chNFe>{chave_of(build('nfe'))}</chNFe><CNPJ>{EMITENTE}</CNPJ>"
        "<xNome>EMPRESA FICTICIA LTDA</xNome><IE>110042490114</IE>"
        "<dhEmi>2026-11-10T09:30:00-03:00</dhEmi><tpNF>1</tpNF><vNF>1000.00</vNF>"
        "<digVal>AAAAAAAAAAAAAAAAAAAAAAAAAAA=</digVal>"
        "<dhRecbto>2026-11-10T09:30:15-03:00</dhRecbto><nProt>135260000000001</nProt>"
        "<cSitNFe>1</cSitNFe>",
    )


def ret_envi_nfe() -> bytes:
    return _message(
        "retEnviNFe",
        "4.00",
        "<tpAmb>1</tpAmb><verAplic>SEFAZ_FICTICIA</verAplic><cStat>103</cStat>"
        "<xMotivo>Lote recebido com sucesso</xMotivo><cUF>35</cUF>"
        "<dhRecbto>2026-11-10T09:30:15-03:00</dhRecbto>"
        "<infRec><nRec>351000000000001</nRec><tMed>1</tMed></infRec>",
    )


def cons_sit_nfe() -> bytes:
    return _message(
        "consSitNFe",
        "4.00",
        f"<tpAmb>1</tpAmb><xServ>CONSULTAR</xServ><chNFe>{chave_of(build('nfe'))}</chNFe>",
    )


def _message(raiz: str, versao: str, body: str) -> bytes:
    return f'{XML}<{raiz} xmlns="{NFE}" versao="{versao}">{body}</{raiz}>'.encode()


def dce() -> bytes:
    """A signed DC-e (model 99), as much of it as can be told without its schema."""
    return _without_schema("DCe", "dce", "99", "nDC", "cDC")


def nfgas() -> bytes:
    """A signed NFGas (model 76), as much of it as can be told without its schema."""
    return _without_schema("NFGas", "nfgas", "76", "nNF", "cNF")


def _without_schema(raiz: str, projeto: str, modelo: str, numero: str, codigo: str) -> bytes:
    base = f"352611{EMITENTE}{modelo}001000000501141729356"
    dv = chave_dv(base)
    text = (
        f'<{raiz} xmlns="http://www.portalfiscal.inf.br/{projeto}">'
        f'<inf{raiz} versao="1.00" Id="{raiz}{base}{dv}"><ide><cUF>35</cUF>'
        f"<{codigo}>41729356</{codigo}><mod>{modelo}</mod><serie>1</serie>"
        f"<{numero}>501</{numero}><dhEmi>2026-11-10T09:30:00-03:00</dhEmi><tpEmis>1</tpEmis>"
        f"<cDV>{dv}</cDV><tpAmb>1</tpAmb></ide><emit><CNPJ>{EMITENTE}</CNPJ></emit>"
        f"</inf{raiz}></{raiz}>"
    )
    return signed(text, f"inf{raiz}")


CFE_SAT = (
    f'{XML}<CFe><infCFe Id="CFe35261112345678000195590000000010000011234567" versao="0.08">'
    "<ide><cUF>35</cUF><mod>59</mod><nCFe>000001</nCFe></ide></infCFe></CFe>"
).encode()
NFSE_ABRASF = (
    f'{XML}<CompNfse xmlns="http://www.abrasf.org.br/nfse.xsd"><Nfse versao="2.03">'
    '<InfNfse Id="nfse1"><Numero>1</Numero></InfNfse></Nfse></CompNfse>'
).encode()
ESOCIAL = (
    f'{XML}<eSocial xmlns="http://www.esocial.gov.br/schema/evt/evtAdmissao/v_S_01_03_00">'
    '<evtAdmissao Id="ID1123456780000002026111009300000001"/></eSocial>'
).encode()
REINF = (
    f'{XML}<Reinf xmlns="http://www.reinf.esocial.gov.br/schemas/evtInfoContribuinte/v2_01_02">'
    '<evtInfoContri id="ID1123456780000002026111009300000001"/></Reinf>'
).encode()
NOT_FISCAL = f"{XML}<livros><livro>Dom Casmurro</livro></livros>".encode()
HTML = b"<!DOCTYPE html>\n<html><head><title>503</title></head><body>Fora do ar<br></body></html>"
