"""Containers carry the documents byte by byte."""

import gzip
from base64 import b64decode

from lxml import etree

from . import (
    build,
    dist_dfe,
    env_evento,
    envi_nfe,
    soap,
)
from .oracles import schema_errors, signatures_hold


def test_a_lote_carries_its_notes_with_their_signatures() -> None:
    lote = envi_nfe([build("nfe"), build("nfe", changes={"ide/nNF": "1002"})])
    assert schema_errors(etree.fromstring(lote), "nfe/schemas/v4_0/enviNFe_v4.00.xsd") == []
    assert lote.count(b"<infNFe ") == 2
    assert signatures_hold(lote)


def test_a_lote_of_events_validates() -> None:
    lote = env_evento([build("cancelamento")])
    xsd = "nfe_evento_cancel/schemas/v1_0/envEventoCancNFe_v1.00.xsd"
    assert schema_errors(etree.fromstring(lote), xsd) == []


def test_soap_carries_the_document_byte_by_byte() -> None:
    nota = build("nfe", protocol=True)
    assert nota.partition(b"?>")[2] in soap(nota)
    assert etree.fromstring(soap(nota)).find(".//{*}nfeResultMsg/{*}nfeProc") is not None


def test_dist_dfe_carries_gzipped_documents() -> None:
    nota, evento = build("nfe", protocol=True), build("cancelamento", protocol=True)
    answer = etree.fromstring(
        dist_dfe([nota, evento], ["procNFe_v4.00.xsd", "procEventoNFe_v1.00.xsd"])
    )
    xsd = "nfe_dist_dfe/schemas/v1_0/retDistDFeInt_v1.01.xsd"
    assert schema_errors(answer, xsd) == []
    zips = [gzip.decompress(b64decode(e.text or "")) for e in answer.iter("{*}docZip")]
    assert zips == [nota, evento]


def test_the_namespace_of_soap_breaks_the_signature_as_in_the_wild() -> None:
    assert not signatures_hold(soap(build("nfe")))
