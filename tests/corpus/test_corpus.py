"""Every file of the corpus: our verdict on its form agrees with the manifest, or we say why not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import jsonschema
import msgspec
import pytest

from corpus.manifest import AUTHENTIC, Row, needs_corpus, reports, rows
from fiscalxml import Report, report_schema, validate_all

pytestmark = needs_corpus

TIPOS = {
    "nfe55": "nfe",
    "nfce65": "nfce",
    "cte57": "cte",
    "cteos67": "cteos",
    "ctesimp57": "ctesimp",
    "mdfe58": "mdfe",
    "bpe63": "bpe",
    "bpeta63": "bpe",
    "bpetm63": "bpe",
    "nf3e66": "nf3e",
    "nfcom62": "nfcom",
    "nfgas76": "desconhecido",
    "dce99": "dce",
    "nfse": "nfse",
    "ev": "evento",
    "inut": "inutilizacao",
    "msg": "mensagem",
    "res": "mensagem",
    "legacy": "mensagem",
    "frag": "desconhecido",
    "other": "desconhecido",
}

# Files whose kind in the manifest is not what they are.
OTHER_TIPO = {
    # Templates (Genshi) of the NFS-e of São Paulo, whose root is named NFe too.
    "0fc5e205019d.xml": "desconhecido",
    "7505806e1f17.xml": "desconhecido",
    "77e5eb8df00c.xml": "desconhecido",
    # A procEvento holds an event; its root is only not the official one.
    "e1a35095bd4d.xml": "evento",
}
# Answers to an event or an inutilização, and summaries of events: messages by the contract.
MESSAGE_ROOTS = {"retEventoCTe", "retEventoMDFe", "resEvento", "retEnvEvento", "retInutNFe"}


def expected_tipo(row: Row) -> str | None:
    """The tipo by the manifest's kind; None where the file could not be parsed."""
    if row.file in OTHER_TIPO:
        return OTHER_TIPO[row.file]
    if row.kind == "not-well-formed":
        return None
    kind = row.kind.removeprefix("soap-")
    if "-frag" in kind or kind == "msg-nfse-infDPS":
        return "desconhecido"
    if kind == "nfse-dps":
        return "dps"
    return TIPOS[kind.split("-")[0]]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.file)
def test_every_file_gets_the_tipo_of_its_kind(row: Row) -> None:
    expected = expected_tipo(row)
    for report in reports(row.file):
        if expected is None or report.documento.raiz in MESSAGE_ROOTS:
            continue
        tipo = report.documento.tipo
        mixed_lote = row.kind == "nfe55-lote" and tipo == "nfce"
        assert tipo == expected or mixed_lote


def schema_verdict(found: Iterable[Report]) -> str:
    """valid, invalid, none (no schema) or broken (not well-formed), in the manifest's words."""
    found = list(found)
    achados = [achado for report in found for achado in report.achados]
    if any(a.camada == "xml" and a.codigo in BROKEN and a.severidade == "erro" for a in achados):
        return "broken"
    if any(a.camada == "schema" and a.severidade != "info" for a in achados):
        return "invalid"
    judged = [r for r in found if r.camadas["schema"] not in ("nao_executada", "nao_se_aplica")]
    return "valid" if judged else "none"


BROKEN = {"402", *(f"XML-{n:03}" for n in range(1, 25))}

DIFFERENCES = {
    "e1a35095bd4d.xml": "a procEvento has no schema, the event inside has",
    "d39cd5d731e3.xml": "the generic event schema judges a bare evento too",
    "e442b474a2cc.xml": "an evento inside an eventoCTe of the NF-e namespace: judged by itself",
    "73ee2a32bc9c.xml": "DOCTYPE: refused before any schema",
    "39b28d8ff0fc.xml": "no version at all: judged by the current layout",
    "0fc5e205019d.xml": "a template of the NFS-e of São Paulo, not an NF-e",
    "7505806e1f17.xml": "a template of the NFS-e of São Paulo, not an NF-e",
    "77e5eb8df00c.xml": "a template of the NFS-e of São Paulo, not an NF-e",
    "222b490d63fb.xml": "the EPEC of an NFC-e has its own layout (no dest, no vST), not at hand",
}


def explained(row: Row) -> bool:
    """Whether the manifest and we answer different questions."""
    inside_a_wrapper = "SOAP/wsdl" in row.xsd_result  # we judge what is inside
    # A version such as "string" is none: we judge by the current layout.
    without_version = row.xsd_result == "no schema" and not re.fullmatch(r"\d\.\d\d", row.versao)
    # A fragment without namespace is no document: there is nothing to judge it by.
    fragment = row.kind.startswith("frag-") and row.xsd_result == "invalid: no namespace"
    return row.file in DIFFERENCES or inside_a_wrapper or without_version or fragment


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.file)
def test_our_schema_verdict_agrees_with_the_manifest(row: Row) -> None:
    words = row.xsd_result.split(":")[0].split(" (")[0]
    expected = {"no schema": "none", "not well-formed": "broken"}.get(words, words)
    assert schema_verdict(reports(row.file)) == expected or explained(row)


def test_each_listed_difference_is_one() -> None:
    by_file = {row.file: row for row in rows()}
    for file in DIFFERENCES:
        words = by_file[file].xsd_result.split(":")[0].split(" (")[0]
        expected = {"no schema": "none", "not well-formed": "broken"}.get(words, words)
        assert schema_verdict(reports(file)) != expected


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.file)
def test_reports_keep_the_contracts_shape(row: Row) -> None:
    for report in reports(row.file):
        _VALIDATOR.validate(msgspec.json.decode(report.to_json()))


_VALIDATOR = jsonschema.Draft202012Validator(report_schema())

# Four lotes in authentic/ are no authorised documents: they hold no protocol, their emitente is not
# the one in the chave (in two of them 99999999999999, signed by "AC Test"), and their vICMS is not
# vBC × pICMS.
NOT_AUTHORISED = {
    "adda445179e8.xml": {"502", "207", "528"},
    "c15986c80fdc.xml": {"502", "207", "528"},
    "6f51665a7b26.xml": {"502", "528"},
    "90bb0f09c6d8.xml": {"502", "528"},
}


@pytest.mark.parametrize("path", sorted(AUTHENTIC.glob("*.xml")), ids=lambda path: path.name)
def test_no_authentic_document_raises_an_error(path: Path) -> None:
    for report in validate_all(path.read_bytes()):
        errors = {achado.codigo for achado in report.achados if achado.severidade == "erro"}
        assert errors == NOT_AUTHORISED.get(path.name, set())
        if path.name not in NOT_AUTHORISED:
            assert report.veredito == (
                "valido" if report.camadas["schema"] == "ok" else "nao_avaliado"
            )
