"""The groups that are read from the tree one by one are those that are read at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from factory import build
from factory.kinds import KINDS
from fiscalxml.documents.detect import detect
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.groups import Grupo, read_groups
from fiscalxml.documents.ramos import AUSENTE, ByTag, Ramo
from fiscalxml.xml import Element, Limits, parse

names = st.sampled_from(["a", "b", "{urn:x}b", "det"])
texts = st.text(st.sampled_from("ab<& \né"), max_size=4)
trees = st.recursive(
    st.tuples(names, texts),
    lambda inner: st.tuples(names, st.lists(st.one_of(inner, st.none()), max_size=4)),
    max_leaves=20,
)


def ramo(xml: str) -> Ramo:
    return Ramo(etree.fromstring(xml))


def built(node: tuple[str, object]) -> Element:
    """An element of a drawn tree, where None is a comment with a text after it."""
    name, content = node
    element = etree.Element(name)
    if isinstance(content, str):
        element.text = content
    elif isinstance(content, list):
        for inner in content:
            element.append(etree.Comment("<a>") if inner is None else built(inner))
            element[-1].tail = "t" if inner is None else None
    return element


def assert_same(seen: Ramo, grupo: Grupo) -> None:
    assert dict(seen.items()) == dict(grupo)
    assert [seen.todos(campo) for campo in seen] == [grupo.todos(campo) for campo in grupo]
    assert list(seen.grupos) == list(grupo.grupos)
    for nome, lista in grupo.grupos.items():
        assert len(seen.lista(nome)) == len(lista)
        for inner, other in zip(seen.lista(nome), lista, strict=True):
            assert_same(inner, other)


@given(trees)
def test_any_tree_has_the_same_fields_and_groups(node: tuple[str, object]) -> None:
    element = built(node)
    assert_same(Ramo(element), read_groups(element, None))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_the_same_fields_and_groups(kind: str) -> None:
    for found in detect(parse(build(kind), Limits()), Limits()):
        assert isinstance(found, Encontrado)
        assert found.assinado is not None
        assert_same(Ramo(found.assinado), read_groups(found.assinado, None))


def test_of_what_repeats_the_first_counts() -> None:
    det = ramo("<det><a/><a>2</a><b><c>3</c></b><b><c>4</c></b></det>")
    assert det["a"] == ""
    assert det.em("b")["c"] == "3"
    assert [each["c"] for each in det.lista("b")] == ["3", "4"]


def test_what_is_absent_is_a_group_without_anything() -> None:
    det = ramo("<det><prod><xProd>x</xProd></prod></det>")
    assert det.em("imposto", "ICMS") is AUSENTE
    assert det.grupo("imposto") is None
    assert det.lista("imposto", "ICMS") == []
    assert (AUSENTE["x"], AUSENTE.atributo("x"), AUSENTE.todos("x")) == ("", "", [])
    assert AUSENTE.escolha() is AUSENTE


def test_a_choice_is_the_first_group_whatever_its_name() -> None:
    icms = ramo("<ICMS><x>1</x><ICMS20><CST>20</CST></ICMS20><ICMS00/></ICMS>")
    assert icms.escolha()["CST"] == "20"


def test_tags_are_remembered_up_to_a_number_and_a_length() -> None:
    asked: list[str] = []

    def remember(name: str) -> str:
        asked.append(name)
        return name.upper()

    by_tag = ByTag(remember, "")
    assert [by_tag["{urn:x}a"], by_tag["{urn:x}a"], by_tag[etree.Comment]] == ["A", "A", ""]
    assert asked == ["a"]
    for number in range(1000):
        assert by_tag[f"n{number}"] == f"N{number}"
    assert by_tag["x" * 1000]
    assert len(by_tag) < 1000
    assert max(len(str(tag)) for tag in by_tag) < 1000
