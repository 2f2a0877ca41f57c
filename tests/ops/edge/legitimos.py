"""What must pass: real files of other projects, nfelib's samples, a document of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from corpus.manifest import CORPUS
from factory.documents import build
from factory.kinds import KINDS

WITH_DOCTYPE: Final = "73ee2a32bc9c.xml"
"""of the corpus: an entity declared in a fragment, which is what the edge refuses"""


def corpus(every: int = 1) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file, or of each so many; the one with a DOCTYPE left out."""
    paths = sorted(CORPUS.glob("*/*.xml"))
    for path in paths[::every]:
        if path.name != WITH_DOCTYPE:
            yield path.name, path.read_bytes()


def samples() -> Iterator[tuple[str, bytes]]:
    """nfelib's."""
    for path in sorted(Path(str(files("nfelib"))).glob("**/samples/**/*.xml")):
        yield path.name, path.read_bytes()


def generated() -> Iterator[tuple[str, bytes]]:
    """One of each kind that the factory makes."""
    for kind in KINDS:
        yield kind, build(kind)


def large(size: int) -> bytes:
    """A well-formed document of exactly so many bytes."""
    head, tail = b'<NFe xmlns="http://www.portalfiscal.inf.br/nfe"><infCpl>', b"</infCpl></NFe>"
    return head + b"x" * (size - len(head) - len(tail)) + tail


TEXTS: Final = (
    "SELECT * FROM pedidos WHERE 1=1; DROP TABLE notas; --",
    "' OR 1=1 -- conforme pedido 1' UNION SELECT 2",
    "Cliente D'Avila & Cia; entregar a/c João (ramal 12)",
    "GET /nota HTTP/1.1 \r\nHost: fornecedor.com.br",
    "https://www.fornecedor.com.br/pedido?id=1&x=../../2",
    "C:\\notas\\saida\\..\\nota.xml; /etc/passwd; cat nota | lpr",
    "PIS/COFINS alíq. 0% {{total}} $(1+1) ${valor} %{x} `ok`",
    "exec sp_nota @id=1; WAITFOR DELAY '0:0:5'",
    "include 2 caixas; system(32 bits); eval(uação) onda = 3 on error",
    "union select 1 de 2; order by data; having count(*)>1",
)
"""of people, in free fields of a document; each reads like something else to a rule on words"""


def with_text(text: str) -> bytes:
    """A note whose infCpl it is."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")
    return build("nfe", after={"pag": f"<infAdic><infCpl>{escaped}</infCpl></infAdic>"})
