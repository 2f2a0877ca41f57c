"""The XML texts that cost most, each within the byte cap: what they attack is their docstring."""

from collections.abc import Callable

from judged import numbered

from fiscalxml import Limits

CAP = Limits().max_bytes
NODES = Limits().max_nodes
LONGEST = 9_900_000  # bytes of one text that libxml2 takes
LEAF = b'<a b="c">t</a>\n'


def filled(head: bytes, unit: bytes, tail: bytes, most: int = CAP) -> bytes:
    """`unit` as often as the byte cap (or `most`) allows."""
    return head + unit * min(most, (CAP - len(head) - len(tail)) // len(unit)) + tail


def siblings() -> bytes:
    """3 million elements"""
    return filled(b"<r>", b"<a/>", b"</r>")


def siblings_behind_a_non_bmp_name() -> bytes:
    """elements past the count, which stops at a name that expat does not know"""
    return filled("<r><𐀀/>".encode(), b"<a/>", b"</r>")


def siblings_behind_an_invalid_byte() -> bytes:
    """elements past the count, which stops at a byte that is not UTF-8"""
    return filled(b"<r>\xff", b'<a b=""/>', b"</r>")


def most_nodes() -> bytes:
    """as many elements, attributes and texts as the cap on nodes lets pass"""
    return filled(b"<r>", LEAF, b"</r>", NODES - 10)


def depth() -> bytes:
    """100,000 levels"""
    return b"<a>" * 100_000 + b"</a>" * 100_000


def attributes_of_one_element() -> bytes:
    """200,000 attributes"""
    return b"<r" + numbered(' a{}=""', range(200_000)) + b"/>"


def attributes_of_many_elements() -> bytes:
    """250 attributes on each element"""
    return filled(b"<r>", b"<a" + numbered(' a{}=""', range(250)) + b"/>", b"</r>")


def namespaces_of_one_element() -> bytes:
    """100,000 declarations"""
    return b"<r" + numbered(' xmlns:a{0}="u:{0}"', range(100_000)) + b"/>"


def namespaces_on_the_stack() -> bytes:
    """exclusive C14N searches 24,000 rendered namespaces for each of 150,000 elements"""
    opening = b"".join(
        b"<e"
        + numbered(f' xmlns:p{level}_{{0}}="u:{level}:{{0}}" p{level}_{{0}}:a=""', range(120))
        + b">"
        for level in range(200)
    )
    return b"<r>" + opening + b"<p0_0:x/>" * 150_000 + b"</e>" * 200 + b"</r>"


def namespace_repeated_by_c14n() -> bytes:
    """exclusive C14N writes 1 MB of namespace for each of 2,000 elements"""
    return b'<r xmlns:p="u:' + b"x" * 1_000_000 + b'">' + b"<p:a/>" * 2_000 + b"</r>"


def namespace_repeated_by_the_count() -> bytes:
    """the same for the count of elements, which names each by its namespace"""
    return b"<!--http://www.w3.org/2001/XInclude-->" + namespace_repeated_by_c14n()


def text_over_the_cap() -> bytes:
    """20 MB"""
    return b"<r>" + b"x" * 20_000_000 + b"</r>"


def text_of_equals_signs() -> bytes:
    """what bounds the attributes counts"""
    return b"<r>" + b"=" * LONGEST + b"</r>"


def text_of_less_than_signs() -> bytes:
    """what bounds the elements counts, in a CDATA section"""
    return b"<r><![CDATA[" + b"<" * (LONGEST - 1000) + b"]]></r>"


def text_that_c14n_lengthens() -> bytes:
    """1 byte becomes 4"""
    return b"<r>" + (b">" * 4_000_000 + b"<a/>") * 4 + b"</r>"


def character_references() -> bytes:
    return filled(b"<r>", b"&#65;", b"</r>")


def long_token_for_the_count() -> bytes:
    """a comment that expat reads again with each piece"""
    return b"<!--<!DOCTYPE x>" + b"x" * (LONGEST - 100) + b"--><r/>"


def comments() -> bytes:
    return filled(b"<r>", b"<!---->", b"</r>")


def processing_instructions() -> bytes:
    return filled(b"<r>", b"<?a?>", b"</r>")


def cdata_sections() -> bytes:
    return filled(b"<r>", b"<![CDATA[<]]>", b"</r>")


def long_names() -> bytes:
    return filled(b"<r>", b"<" + b"a" * 49_000 + b"/>", b"</r>")


def open_name() -> bytes:
    """a name that never ends, which the report would quote"""
    return filled(b"<", b"a", b"")


def name_that_a_pattern_backtracks_in() -> bytes:
    """a root of 48,000 characters, each Nfse a place to start from"""
    return b"<" + b"Nfse" * 12_000 + b"/>"


def escaped_leaves() -> bytes:
    """100,000 texts that begin like XML"""
    return b"<r>" + b"<a>&lt;</a>" * 100_000 + b"</r>"


def utf_32() -> bytes:
    return (b"<r>" + LEAF * (CAP // 4 // len(LEAF) - 1) + b"</r>").decode().encode("utf-32")


REFUSED: dict[str, Callable[[], bytes]] = {
    "XML-007": text_over_the_cap,
    "XML-010": depth,
}
"""Texts whose refusal has one code, whatever the caps are."""
TEXTS: tuple[Callable[[], bytes], ...] = (
    siblings,
    siblings_behind_a_non_bmp_name,
    siblings_behind_an_invalid_byte,
    most_nodes,
    attributes_of_one_element,
    attributes_of_many_elements,
    namespaces_of_one_element,
    namespaces_on_the_stack,
    namespace_repeated_by_c14n,
    namespace_repeated_by_the_count,
    text_of_equals_signs,
    text_of_less_than_signs,
    text_that_c14n_lengthens,
    character_references,
    long_token_for_the_count,
    comments,
    processing_instructions,
    cdata_sections,
    long_names,
    open_name,
    name_that_a_pattern_backtracks_in,
    escaped_leaves,
    utf_32,
)
