"""The fiscal documents that cost most, each within the byte cap: see `largest_inputs`."""

from base64 import b64encode
from collections.abc import Callable
from gzip import compress
from xml.sax.saxutils import escape

from judged import DRAFT, SIGNED, insert, numbered, with_text
from largest_inputs import CAP, LEAF, LONGEST, NODES, filled

from factory import build, chave_of, envi_nfe

NFE = b"http://www.portalfiscal.inf.br/nfe"
DSIG = b"http://www.w3.org/2000/09/xmldsig#"
NOTE = DRAFT[DRAFT.index(b"?>") + 2 :]


def most_nodes_in_a_signed_note() -> bytes:
    """the same, in what C14N and the schema must read"""
    note = insert(SIGNED, b"<ide>", LEAF * (NODES - 1000))
    return note.replace(b"<NFe ", b'<NFe xmlns:p="u" ')


def most_nodes_three_times() -> bytes:
    """texts inside texts, each with as many nodes as it may have"""
    head = b'<retDistDFeInt xmlns="' + NFE + b'"><loteDistDFeInt>'
    tail = b"</loteDistDFeInt></retDistDFeInt>"
    data = filled(head, LEAF, tail, NODES - 1000)
    for _ in range(2):
        data = filled(head + _doc_zip(data), LEAF, tail, NODES - 1000)
    return data


def namespaces_of_a_lote() -> bytes:
    """100,000 declarations in the scope of everything that is looked up in a lote"""
    names = numbered(' xmlns:a{0}="u:{0}"', range(100_000))
    return b'<enviNFe xmlns="' + NFE + b'" versao="4.00"' + names + b">" + NOTE + b"</enviNFe>"


def namespaces_in_every_scope() -> bytes:
    """inclusive C14N looks all of 4,000 namespaces up for each of 1,000 elements"""
    opening = b"".join(
        b"<e" + numbered(f' xmlns:p{level}_{{0}}="u:{{0}}"', range(100)) + b">"
        for level in range(40)
    )
    return insert(SIGNED, b"<ide>", opening + b"<y/>" * 1000 + b"</e>" * 40)


def namespace_repeated_by_errors() -> bytes:
    """a schema error quotes 60 KB of namespace, and there are 2,200 of them"""
    attributes = numbered(' p:a{}=""', range(200)) + b">"
    note = DRAFT.replace(b"<NFe ", b'<NFe xmlns:p="u:' + b"x" * 60_000 + b'" ')
    for tag in (b"ide", b"emit", b"dest", b"total", b"ICMSTot", b"pag", b"transp", b"prod",
                b"imposto", b"enderEmit", b"enderDest"):  # fmt: skip
        note = note.replace(b"<" + tag + b">", b"<" + tag + attributes)
    return note


def one_long_text() -> bytes:
    """a text of which each character is a step of the pattern of its schema type"""
    return with_text(DRAFT, "xNome", b"x" * LONGEST)


def one_long_text_refused_at_its_end() -> bytes:
    """the same, with all steps taken back"""
    return with_text(DRAFT, "xNome", b"x" * (LONGEST - 3) + "€".encode())


def one_long_id() -> bytes:
    """an Id that a pattern of ours reads from every character"""
    return DRAFT.replace(b'Id="NFe', b'Id="' + b"A" * (LONGEST - 100) + b"-")


def schema_errors() -> bytes:
    """300,000 errors of five kinds"""
    lotes = b"<rastro><nLote/><qLote>x</qLote><dFab>x</dFab><dVal>x</dVal></rastro>" * 500
    return build("nfe", sign=False, itens=150).replace(b"</prod>", lotes + b"</prod>")


def schema_errors_all_different() -> bytes:
    """175,000 errors, no two of the same attribute"""
    items = build("nfe", sign=False, itens=700).split(b"<prod>")
    return items[0] + b"".join(
        b"<prod" + numbered(f' a{number}_{{}}=""', range(250)) + b">" + item
        for number, item in enumerate(items[1:])
    )


def signatures() -> bytes:
    """60,000 siblings of one name: the path of each counts the others"""
    return insert(SIGNED, b"</NFe>", (b'<Signature xmlns="' + DSIG + b'"/>') * 60_000)


def transforms() -> bytes:
    """one finding for each of 350,000"""
    return insert(SIGNED, b"<Transform ", b'<Transform Algorithm="u"/>' * 350_000)


def certificates() -> bytes:
    start = SIGNED.index(b"<X509Certificate>")
    end = SIGNED.index(b"</X509Certificate>") + len(b"</X509Certificate>")
    return filled(SIGNED[:start], SIGNED[start:end], SIGNED[start:])


def huge_certificate() -> bytes:
    start = SIGNED.index(b"<X509Certificate>") + len(b"<X509Certificate>")
    return SIGNED[:start] + b"A" * 9_000_000 + SIGNED[SIGNED.index(b"</X509Certificate>") :]


def lote_of_notes() -> bytes:
    """1,800 notes: what is done once for a text must not be done again for each of them"""
    chave = chave_of(SIGNED).encode()
    return envi_nfe(SIGNED.replace(chave, chave[:-9] + b"%09d" % n) for n in range(1_800))


def lote_of_empty_notes_and_padding() -> bytes:
    """9 MB beside 2,000 documents: the same"""
    head = b"<!--" + b"x" * 9_000_000 + b'--><enviNFe xmlns="' + NFE + b'" versao="4.00">'
    return filled(head, b"<NFe/>", b"</enviNFe>", 2_000)


def lote_with_much_else() -> bytes:
    """390,000 foreign elements that the lote's own schema is to see"""
    return envi_nfe([DRAFT]).replace(b"</enviNFe>", b'<x a="1">t</x>' * 390_000 + b"</enviNFe>")


def escaped_note() -> bytes:
    """a text of references that is a large note once read"""
    note = build("nfe", sign=False, itens=990).decode().partition("?>")[2]
    return f"<r>{escape(note)}</r>".encode()


def doc_zip_bombs() -> bytes:
    """700 payloads of 20 KB that unpack to 16 MB each"""
    payload = _doc_zip(b"<r>" + b" " * (CAP - 10) + b"</r>")
    head = b'<retDistDFeInt xmlns="' + NFE + b'" versao="1.01"><loteDistDFeInt>'
    return filled(head, payload, b"</loteDistDFeInt></retDistDFeInt>")


def _doc_zip(data: bytes) -> bytes:
    return b"<docZip>" + b64encode(compress(data)) + b"</docZip>"


DOCUMENTS: tuple[Callable[[], bytes], ...] = (
    most_nodes_in_a_signed_note,
    most_nodes_three_times,
    namespaces_of_a_lote,
    namespaces_in_every_scope,
    namespace_repeated_by_errors,
    one_long_text,
    one_long_text_refused_at_its_end,
    one_long_id,
    schema_errors,
    schema_errors_all_different,
    signatures,
    transforms,
    certificates,
    huge_certificate,
    lote_of_notes,
    lote_of_empty_notes_and_padding,
    lote_with_much_else,
    escaped_note,
    doc_zip_bombs,
)
