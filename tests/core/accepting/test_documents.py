"""What the tables of a schema accept is valid; and most of what is valid they accept."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accepting.judging import is_sound, judge
from corpus.manifest import needs_corpus, rows
from factory import build
from factory.kinds import KINDS
from fiscalxml import validate
from fiscalxml.schemas import acceptance
from fiscalxml.schemas.loader import compile_xsd

pytestmark = pytest.mark.skipif(acceptance.native is None, reason="built without a compiler")

# Two attributes that are unique (NF3e), a type that extends another (NFCom), any attributes.
LEFT = {"nf3e", "nfcom", "substituicao"}


@cache
def document(kind: str) -> bytes:
    return build(kind)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - LEFT))
def test_a_valid_document_is_accepted(kind: str) -> None:
    assert is_sound(document(kind))


@pytest.mark.parametrize("kind", sorted(LEFT))
def test_what_has_an_unknown_construct_is_left_to_libxml2(kind: str) -> None:
    judged = judge(document(kind))
    assert judged is not None
    assert (judged.accepted, judged.errors) == (False, [])


NOTE = document("nfe").decode()
DET = NOTE[NOTE.index("<det ") : NOTE.index("</det>") + len("</det>")]


def replaced(old: str, new: str) -> bytes:
    assert old in NOTE
    return NOTE.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<natOp>", "<natOp/><natOp>"),
        ("<mod>55</mod>", ""),
        ("<mod>55</mod>", "<mod>56</mod>"),
        ("<mod>55</mod>", "<mod> 55</mod>"),
        ("<mod>55</mod>", "<mod></mod>"),
        ("<mod>55</mod>", "<mod/>"),
        ("<mod>55</mod>", "<mod><a/>55</mod>"),
        ("<mod>55</mod>", '<mod a="1">55</mod>'),
        ("<mod>55</mod>", '<mod xmlns="http://www.w3.org/2000/09/xmldsig#">55</mod>'),
        ("<natOp>", "<natOp>–"),
        ("<natOp>", "<natOp> "),
        ("<natOp>", "<natOp>" + "x" * 61),
        ("</ide>", "x</ide>"),
        ("</ide>", "</ide><ide></ide>"),
        ("<emit>", "<emit/><emit>"),
        (' versao="4.00"', ""),
        (' versao="4.00"', ' versao="4"'),
        (' versao="4.00"', ' versao="4.00" a="1"'),
        (' nItem="1"', ' nItem="0"'),
        (' nItem="1"', ""),
        (DET, DET + DET),
        ("</infNFe>", "</infNFe><a/>"),
        (' Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"', ' Algorithm="http://x"'),
        ("<DigestValue>", "<DigestValue>="),
        ("<DigestValue>", "<DigestValue>A"),
        ("<CanonicalizationMethod ", "<a/><CanonicalizationMethod "),
        ("</Transforms>", "<Transform/></Transforms>"),
        (' URI="#', ' URI="" Type="#'),
        ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "x"),
    ],
)
def test_what_is_invalid_is_not_accepted(old: str, new: str) -> None:
    judged = judge(replaced(old, new))
    assert judged is not None
    assert judged.errors
    assert not judged.accepted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<natOp>", "<natOp>&amp; É &lt;ÿ&gt; "),
        ("<ide>", "\n <ide>\n\t"),
        ("<mod>55</mod>", "<mod>55</mod>\n"),
        (DET, DET + DET.replace(' nItem="1"', ' nItem="2"')),
        (' versao="4.00"', '  versao="4.00" '),
        ("/></", " /></"),
    ],
)
def test_what_is_written_otherwise_is_accepted_too(old: str, new: str) -> None:
    assert is_sound(replaced(old, new))


def many(count: int, numbers: list[int] | None = None) -> bytes:
    """The note with so many items."""
    given = numbers or list(range(1, count + 1))
    items = "".join(DET.replace(' nItem="1"', f' nItem="{number}"') for number in given)
    return replaced(DET, items)


def test_what_may_stand_often_is_counted() -> None:
    assert is_sound(many(990))
    over = judge(many(991))
    assert over is not None
    assert not over.accepted
    assert over.errors


@pytest.mark.parametrize("numbers", [[1, 1], [2, 1, 2], [1, 2, 2], [3, 1, 3], [1, 2, 1]])
def test_what_must_be_unique_is_not_accepted_twice(numbers: list[int]) -> None:
    assert not is_sound(many(0, numbers))


def test_two_numbers_in_any_order_are_unique() -> None:
    assert is_sound(many(0, [2, 1]))


def test_what_nobody_looks_into_may_be_anything_that_is_well_formed() -> None:
    note = document("mdfe").decode()
    start, end = note.index("<infModal"), note.index("</infModal>")
    inside = note.index(">", start) + 1
    for content, accepted in (
        ('<x a="1">t<y/>u</x>', True),
        ("<x/>", True),
        ("", False),
        ("<x/><x/>", False),
        ("<x>é</x>", False),  # it is not looked at so closely
    ):
        assert is_sound(f"{note[:inside]}{content}{note[end:]}".encode()) is accepted


def test_a_prefix_a_comment_and_a_second_document_are_left_to_the_tree() -> None:
    for old, new in (
        ("<ide>", "<!-- --><ide>"),
        ("<ide>", '<ide xmlns:p="urn:x">'),
        ("<natOp>", "<natOp>&#65;"),
        ("<natOp>", "<natOp><![CDATA[x]]>"),
    ):
        judged = judge(replaced(old, new))
        assert judged is not None
        assert (judged.accepted, judged.errors) == (False, [])


PIECES = (
    *("<a/>", "<CPF>1</CPF>", " ", "\n", "0", "9", ".", "-", "A", "é", "–", "&amp;", ' a="1"'),
    *(' nItem="1"', ' versao="4.00"', ' xmlns="http://www.portalfiscal.inf.br/nfe"', "x" * 61),
)


@given(st.data())
def test_a_document_that_was_changed_anywhere_is_accepted_only_if_valid(
    draw: st.DataObject,
) -> None:
    note = NOTE
    for _ in range(draw.draw(st.integers(1, 2))):
        start = draw.draw(st.integers(0, len(note) - 1))
        match draw.draw(st.sampled_from(("insert", "delete", "field", "repeat", "value"))):
            case "insert":
                note = note[:start] + draw.draw(st.sampled_from(PIECES)) + note[start:]
            case "delete":
                note = note[:start] + note[start + draw.draw(st.integers(1, 8)) :]
            case change:
                note = with_change(note, start, change)
    is_sound(note.encode())


def with_change(note: str, start: int, change: str) -> str:
    """Of the first field behind `start`: it is taken out, or repeated, or says something else."""
    begin = note.find("<", start)
    close = note.find(">", begin)
    end = note.find("</", close)
    after = note.find(">", end) + 1
    if min(begin, close, end, after) <= 0:
        return note
    if change == "value":
        return f"{note[: close + 1]}1{note[end:]}"
    return note[:begin] + note[begin:after] * (2 if change == "repeat" else 0) + note[after:]


@needs_corpus
def test_no_document_of_the_corpus_is_accepted_that_is_not_valid() -> None:
    assert sum(is_sound(row.data) for row in rows()) > len(rows()) / 10


def test_reports_are_the_same_before_and_after_the_tables_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compile_xsd.cache_clear()
    monkeypatch.setattr("fiscalxml.schemas.loader._WORTH_WHILE", 2)
    first, _, third = (validate(document("nfe")).to_json() for _ in range(3))
    assert first == third
