"""How tables are read from the tree of a group."""

from __future__ import annotations

import pytest
from lxml import etree

from fiscalxml.documents.groups import Grupo, read_groups
from fiscalxml.documents.ramos import AUSENTE, Ramo
from fiscalxml.summaries.reading import Table, Tables, all_under, under


def ramo(xml: str) -> Ramo:
    return Ramo(etree.fromstring(xml))


def grupo(xml: str) -> Grupo:
    return read_groups(etree.fromstring(xml), None)


@pytest.mark.parametrize(
    ("path", "xml", "text"),
    [
        ("a", "<g><a>1</a></g>", "1"),
        ("a/b/c", "<g><a><b><c>1</c></b></a></g>", "1"),
        ("a/b", "<g><a/><a>x</a><a><b>1</b></a></g>", "1"),  # the first two are no groups
        ("a", "<g><a><b>1</b></a><a>2</a></g>", "2"),  # the first one is no field
        ("a b", "<g><b>2</b><a>1</a></g>", "1"),
        ("a b", "<g><b>2</b><a/></g>", "2"),
        ("a b c d e f g h i j k l", "<g><l>12</l><k>11</k><c>3</c></g>", "3"),
        ("a/x b/x", "<g><b><x>2</x></b></g>", "2"),
        ("*/x", "<g><n>0</n><a><x>1</x></a><b><x>2</x></b></g>", "1"),
        ("a", "<g>text<!-- c --><a> 1<!-- c -->2 </a>tail</g>", " 12 "),
        ("a", "<g><?pi x?><a>1<?pi x?></a></g>", "1"),
        ("a", '<g xmlns="urn:x" xmlns:p="urn:y"><p:a>1</p:a></g>', "1"),
        ("a", '<x:g xmlns:x="urn:x"><a>1</a></x:g>', "1"),
        ("a", "<g><a>1 &lt; &#xD;\n</a></g>", "1 < \r\n"),
    ],
)
def test_a_path_finds_its_text(path: str, xml: str, text: str) -> None:
    assert Table({"name": path}).read(ramo(xml)) == {"name": text}
    assert Table({"name": path}).read(grupo(xml)) == {"name": text}


@pytest.mark.parametrize(
    ("path", "xml"),
    [
        ("a", "<g/>"),
        ("a", "<g><a/></g>"),
        ("a", "<g><a/><a>2</a></g>"),  # of a field that repeats the first counts
        ("a/b", "<g><a><c>1</c></a><a><b>2</b></a></g>"),  # and of a group
        ("*/x", "<g><a><c>1</c></a><b><x>2</x></b></g>"),
        ("a", "<g><a>1<b/></a></g>"),
        ("b", "<g><a><b>1</b></a></g>"),
    ],
)
def test_what_is_not_there_is_left_out(path: str, xml: str) -> None:
    assert Table({"name": path}).read(ramo(xml)) == {}
    assert Table({"name": path}).read(grupo(xml)) == {}


def test_a_table_keeps_its_order() -> None:
    table = Table({"z": "a/z", "y": "y", "x": "a/x b"})
    assert list(table.read(ramo("<g><b>1</b><y>2</y><a><z>3</z></a></g>"))) == ["z", "y", "x"]


def test_one_text_may_be_of_several_tables() -> None:
    tables = Tables(
        {"ibs": {"cst": "CST", "valor": "vIBS"}, "cbs": {"cst": "CST"}, "is": {"x": "x"}}
    )
    assert tables.read(ramo("<g><CST>000</CST><vIBS>1.00</vIBS></g>")) == {
        "ibs": {"cst": "000", "valor": "1.00"},
        "cbs": {"cst": "000"},
    }


def test_tables_come_in_their_order_and_ordered_ones_always() -> None:
    tables = Tables({"b": {"x": "x"}, "a": {"x": "y"}, "c": {"x": "z"}}, ordered=["c"])
    assert list(tables.read(ramo("<g><y>1</y><x>2</x></g>"))) == ["b", "a", "c"]
    assert tables.read(AUSENTE) == {"c": {}}


def test_a_table_can_be_put_under_groups() -> None:
    assert under("a b/c", {"x": "x y"}) == {"x": "a/x a/y b/c/x b/c/y"}
    assert under("a .", {"x": "x"}) == {"x": "a/x x"}
    assert all_under("a", {"t": {"x": "x"}}) == {"t": {"x": "a/x"}}
