"""The documents that a document names, and what each is to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from factory.documents import build
from fiscalxml.identity import Vinculo
from fiscalxml.process import process_all
from fiscalxml.summarize import summarize

A, B, C = (
    "35261112345678000195" + modelo + f"{n:022}" for n, modelo in enumerate(("55", "57", "55"))
)
NFSE = "3" * 50


def named(data: bytes) -> list[tuple[str | None, str | None]]:
    return [(each.papel, each.chave) for each in summarize(data).referencias]


def linked(data: bytes) -> tuple[Vinculo, ...]:
    (processado,) = process_all(data)
    assert processado.identidade is not None
    return processado.identidade.vinculos


@pytest.mark.parametrize(
    ("finalidade", "papel"),
    [
        ("1", "referenciado"),
        ("2", "complementado"),
        ("3", "ajustado"),
        ("4", "devolvido"),
        ("6", "referenciado"),
    ],
)
def test_what_a_note_is_for_tells_what_it_refers_to(finalidade: str, papel: str) -> None:
    refs = f"<NFref><refNFe>{A}</refNFe></NFref><NFref><refCTe>{B}</refCTe></NFref>"
    nota = build("nfe", changes={"ide/finNFe": finalidade}, after={"ide/verProc": refs})
    assert named(nota) == [(papel, A), (papel, B)]


def test_a_note_names_earlier_payments_and_supplies_and_items_of_others() -> None:
    ide = (
        f"<gCompraGov><tpEnteGov>1</tpEnteGov><refDFeAnt>{C}</refDFeAnt></gCompraGov>"
        f"<gPagAntecipado><refNFe>{A}</refNFe><refNFe>{B}</refNFe></gPagAntecipado>"
    )
    exported = f"<detExport><exportInd><nRE>1</nRE><chNFe>{B}</chNFe></exportInd></detExport>"
    nota = build(
        "nfe",
        after={
            "ide/verProc": ide,
            "det[1]/imposto": f"<DFeReferenciado><chaveAcesso>{C}</chaveAcesso></DFeReferenciado>",
            "det[1]/prod/indTot": exported,
        },
    )
    assert named(nota) == [
        ("pagamento_antecipado", A),
        ("pagamento_antecipado", B),
        ("compra_governamental_anterior", C),
        ("referenciado_no_item", C),
        ("exportado", B),
    ]


def test_a_note_on_paper_has_no_chave_and_is_no_relation() -> None:
    paper = "<NFref><refNF><cUF>35</cUF><AAMM>2001</AAMM><mod>01</mod><nNF>1</nNF></refNF></NFref>"
    nota = build("nfe", after={"ide/verProc": paper})
    assert named(nota) == [("referenciado", None)]
    assert linked(nota) == ()


def test_relations_are_each_once_and_in_order() -> None:
    refs = "".join(f"<NFref><refNFe>{chave}</refNFe></NFref>" for chave in (C, A, C, "X"))
    nota = build("nfe", after={"ide/verProc": refs})
    assert linked(nota) == tuple(sorted([Vinculo("referenciado", A), Vinculo("referenciado", C)]))


def test_a_manifesto_names_what_is_carried_in_part() -> None:
    part = (
        f"<infCTe><chCTe>{B}</chCTe><infNFePrestParcial><chNFe>{C}</chNFe></infNFePrestParcial>"
        "</infCTe>"
    )
    mdfe = build("mdfe", after={"infDoc/infMunDescarga/xMunDescarga": part})
    assert named(mdfe)[:2] == [("transportado", B), ("transportado_em_parte", C)]


@pytest.mark.parametrize(
    ("kind", "item"),
    [("nf3e", "NFdet[1]/det[1]/detItem/prod/*[last()]"), ("nfcom", "det[1]/prod/*[last()]")],
)
def test_a_bill_names_payments_that_were_made_before(kind: str, item: str) -> None:
    paid = f"<gPagAntecipado><chDFePagAnt>{A}</chDFePagAnt></gPagAntecipado>"
    assert named(build(kind, after={item: paid})) == [("pagamento_antecipado", A)]


def events() -> Iterator[tuple[bytes, list[tuple[str, str]]]]:
    by = {"tpEvento": "110112", "detEvento/descEvento": "Cancelamento por substituicao"}
    substituted = build(
        "cancelamento", changes=by, after={"detEvento/xJust": f"<chNFeRef>{A}</chNFeRef>"}
    )
    yield substituted, [("substituto", A)]
    inclusion = (
        "<evIncDFeMDFe><descEvento>Inclusao DF-e</descEvento>"
        f"<infDoc><cMunDescarga>1</cMunDescarga><chNFe>{A}</chNFe></infDoc>"
        f"<infDoc><cMunDescarga>1</cMunDescarga><chNFe>{C}</chNFe></infDoc></evIncDFeMDFe>"
    )
    yield (
        build(
            "mdfe_encerramento",
            changes={"tpEvento": "110115"},
            after={"detEvento/evEncMDFe": inclusion},
            remove=["detEvento/evEncMDFe"],
        ),
        [("transportado", A), ("transportado", C)],
    )
    yield (
        build(
            "nfse_cancelamento",
            after={
                "e101101": f"<e105102><xDesc>S</xDesc><chSubstituta>{NFSE}</chSubstituta></e105102>"
            },
            remove=["e101101"],
        ),
        [("substituto", NFSE)],
    )
    yield build("cancelamento"), []


@pytest.mark.parametrize(("event", "papeis"), list(events()))
def test_events_name_what_takes_a_document_s_place_or_is_carried_on(
    event: bytes, papeis: list[tuple[str, str]]
) -> None:
    assert named(event) == papeis


def test_an_event_that_cancels_another_says_which() -> None:
    undone = build(
        "manifestacao",
        changes={"tpEvento": "110131"},
        after={"detEvento/descEvento": "<nProtEvento>135260000000055</nProtEvento>"},
    )
    evento = summarize(undone).evento
    assert evento is not None
    assert evento.evento_cancelado == "135260000000055"
