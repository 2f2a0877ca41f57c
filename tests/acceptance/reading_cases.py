"""Rows on bytes: what cannot be read, and what is read in spite of its form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from factory import build
from fiscalxml import Limits

from . import inputs
from .inputs import ACENTUADO, NFE, accented, without_declaration
from .model import Case, Espera, in_each_profile

_BOM = b"\xef\xbb\xbf"
_FORM = "UTF-8 with BOM, leading blank lines, no declaration"
_REFUSED = "DOCTYPE, entity, XInclude"
_TOO_MUCH = "too deep, too many elements or attributes"
_ENTITY = '<!DOCTYPE NFe [<!ENTITY x "1">]>'
_CAPS = Limits()


def _refused(
    entrada: str,
    variante: str,
    data: Callable[[], bytes],
    *,
    diz: tuple[str, ...] = (),
    linha: bool = False,
) -> Case:
    espera = Espera(
        tipo="desconhecido",
        veredito="invalido",
        perfil="rascunho",
        achados=("XML-:erro",),
        diz=diz,
        linha=linha,
    )
    return Case(entrada=entrada, variante=variante, data=data, espera=(espera,))


def _read(
    entrada: str,
    variante: str,
    data: Callable[[], bytes],
    *,
    achados: tuple[str, ...],
    veredito: str = "invalido",
    diz: tuple[str, ...] = (),
    cala: tuple[str, ...] = (),
) -> tuple[Case, ...]:
    espera = Espera(
        tipo="nfe",
        veredito=veredito,
        perfil="transmissao",
        achados=achados,
        diz=diz,
        cala=cala,
    )
    case = Case(entrada=entrada, variante=variante, data=data, espera=(espera,))
    return tuple(in_each_profile(case))


def _head(extra: str, root: str = "<NFe>&x;</NFe>") -> bytes:
    return f"{inputs.XML}{extra}{root}".encode()


def _xinclude() -> bytes:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
    return _head("", f'<NFe xmlns="{NFE}">{include}</NFe>')


def _truncated() -> bytes:
    document = build("nfe", protocol=True).replace(b"><", b">\n<")
    return document[: len(document) * 2 // 3]


def _attributes() -> bytes:
    names = " ".join(f'a{number}="1"' for number in range(_CAPS.max_attributes + 1))
    return f"<NFe {names}/>".encode()


def _deep() -> bytes:
    return b"<a>" * 300 + b"</a>" * 300


def _many() -> bytes:
    return b"<NFe>" + b"<a/>" * (_CAPS.max_nodes + 1) + b"</NFe>"


def _latin1_as(declared: str, encoding: str = "latin-1") -> bytes:
    return accented().decode().replace("UTF-8", declared).encode(encoding)


CASES: tuple[Case, ...] = (
    *(
        _refused("HTML error page saved as .xml", variante, partial(bytes, data), diz=("HTML",))
        for variante, data in (
            ("with DOCTYPE", inputs.HTML),
            ("without DOCTYPE", inputs.HTML.partition(b"\n")[2]),
            ("after blank lines", b"\r\n\r\n" + inputs.HTML),
        )
    ),
    *(
        _refused("empty body or file", variante, partial(bytes, data))
        for variante, data in (("no byte", b""), ("only blanks", b" \n"), ("only a BOM", _BOM))
    ),
    _refused("truncated document", "", _truncated, linha=True),
    _refused(_REFUSED, "DOCTYPE", partial(_head, "<!DOCTYPE NFe>", "<NFe/>"), diz=("recusad",)),
    _refused(_REFUSED, "entity", partial(_head, _ENTITY), diz=("recusad",)),
    _refused(
        _REFUSED,
        "external entity",
        partial(_head, '<!DOCTYPE NFe [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        diz=("recusad",),
    ),
    _refused(_REFUSED, "XInclude", _xinclude, diz=("recusad",)),
    _refused("over the byte cap", "", lambda: b"<NFe>".ljust(_CAPS.max_bytes + 1)),
    _refused(_TOO_MUCH, "depth", _deep),
    _refused(_TOO_MUCH, "elements", _many),
    _refused(_TOO_MUCH, "attributes", _attributes),
    *_read(
        "declared UTF-8, bytes are Latin-1",
        "",
        lambda: accented().decode().encode("latin-1"),
        achados=("402|XML-:erro",),
        cala=(ACENTUADO.encode().decode("latin-1"), "\ufffd", "SÃ£O", "Ã\x81"),
    ),
    *_read(_FORM, "BOM", lambda: _BOM + accented(), achados=("588|XML-:aviso",), veredito="valido"),
    *_read(
        _FORM,
        "leading blank lines",
        lambda: b"\r\n\r\n" + accented(),
        achados=("588|XML-:aviso",),
        veredito="valido",
    ),
    *_read(
        _FORM,
        "no declaration",
        lambda: without_declaration(accented()),
        achados=("588|XML-:aviso",),
        veredito="valido",
    ),
    *_read(
        "declared ISO-8859-1 and consistent",
        "",
        partial(_latin1_as, "ISO-8859-1"),
        achados=("402:erro",),
        diz=("ISO-8859-1",),
    ),
    *_read(
        "UTF-16 with BOM",
        "",
        partial(_latin1_as, "UTF-16", "utf-16"),
        achados=("402:erro",),
        diz=("UTF-16",),
    ),
    *_read("prefixed namespace (ns0:NFe)", "", inputs.prefixed, achados=("404:erro",)),
)
