"""Every schema error that the corpus provokes, and that spoiling it provokes, is translated."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from fiscalxml.schemas.messages import Traducao, merge_errors, translate_schema_error

REPO = Path(__file__).parents[2]
CORPUS = REPO.parent / "shared" / "corpus" / "files"
LAYOUTS = Path(str(files("nfelib")))
XS = "{http://www.w3.org/2001/XMLSchema}"
NFE = "{http://www.portalfiscal.inf.br/nfe}"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")

# Words of libxml2's messages that no Portuguese sentence has.
ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "accepted actual allowed are attribute available because child constraint content "
        "definition demanded differs digits does duplicate element empty evaluate exceeds "
        "expected facet fields fixed found fractional greater has invalid is key less match "
        "matching maximum minimum missing more must neither node not of only pattern "
        "precomputed required root sequence that than the this type underruns unexpected "
        "valid value warning wildcard with ",
    )
)
SPOILT = ["", " x ", "1,5", "0", "-1.23456789012", "ação ☃\n'", "x" * 5000]


@cache
def documents() -> list[etree._Element]:
    parsed = []
    for path in sorted(CORPUS.glob("*.xml")):
        try:
            parsed.append(etree.fromstring(path.read_bytes(), parser()))
        except etree.XMLSyntaxError:
            continue
    return parsed


def parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


@cache
def layouts() -> dict[str, list[Path]]:
    """'{namespace}root' -> the XSDs that declare it."""
    found = defaultdict(list)
    for path in sorted(LAYOUTS.rglob("*.xsd")):
        root = etree.parse(path, parser()).getroot()
        for element in root.iterchildren(f"{XS}element"):
            found[f"{{{root.get('targetNamespace')}}}{element.get('name')}"].append(path)
    return found


@cache
def schema_of(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(file=path)


def wrong_schema() -> etree.XMLSchema:
    return schema_of(LAYOUTS / "nfe" / "schemas" / "v4_0" / "nfe_v4.00.xsd")


def errors(schema: etree.XMLSchema, root: etree._Element) -> etree._ListErrorLog:
    schema.validate(root)
    return schema.error_log


def problems(log: etree._ListErrorLog) -> Iterator[str]:
    for entry in log:
        found = translate_schema_error(entry.type, entry.message)
        if "não atende ao leiaute" in found.mensagem:
            yield f"untranslated: {entry.message[:200]}"
        elif words := english_in(found):
            yield f"{words} in {found} of {entry.message[:200]}"


def english_in(found: Traducao) -> set[str]:
    text = " ".join(filter(None, [found.mensagem, found.esperado, found.correcao]))
    own = re.sub(r"“[^”]*”|xsi:type", "", text)
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", own) if not word.isupper()}
    return (words & ENGLISH) - {(found.campo or "").strip("@").lower()}


def one_of_each_root() -> list[etree._Element]:
    known = {root.tag: root for root in documents() if root.tag in layouts()}
    return list(known.values())


def test_every_error_against_the_layout_of_the_root_is_translated() -> None:
    found = [
        problem
        for root in documents()
        for path in layouts().get(str(root.tag), [])
        for problem in problems(errors(schema_of(path), root))
    ]
    assert found == []


def test_every_error_against_the_wrong_layout_is_translated() -> None:
    assert [p for root in documents() for p in problems(errors(wrong_schema(), root))] == []


def test_every_error_of_a_document_disguised_as_another_is_translated() -> None:
    disguised = []
    for root in one_of_each_root():
        copy = etree.fromstring(etree.tostring(root), parser())
        copy.tag = f"{NFE}NFe"
        disguised.append(copy)
    assert [p for root in disguised for p in problems(errors(wrong_schema(), root))] == []


@pytest.mark.parametrize("value", SPOILT, ids=[repr(value[:8]) for value in SPOILT])
def test_every_error_of_a_spoilt_document_is_translated(value: str) -> None:
    found, total = [], 0
    for root in one_of_each_root():
        copy = etree.fromstring(etree.tostring(root), parser())
        for element in copy.iter("*"):
            if not len(element):
                element.text = value
            for name in element.attrib:
                element.set(name, value)
        log = errors(schema_of(layouts()[str(root.tag)][0]), copy)
        total += len(log)
        found += list(problems(log))
    assert total > 100
    assert found == []


def test_merging_gives_one_finding_per_field() -> None:
    for root in documents():
        log = errors(wrong_schema(), root)
        values = [
            (entry.line, entry.path, found.campo)
            for entry, found in merge_errors(log)
            if "XSD-010" <= found.codigo < "XSD-030"
        ]
        assert len(values) == len(set(values))
