"""libxml2's well-formedness errors in Portuguese.

Codes are stable; each names one kind of error:

XML-003 malformed, in general               XML-016 more than one root, or content after it
XML-004 document cut short                  XML-017 opening and closing tags that do not match
XML-010 too deep                            XML-018 malformed or repeated attribute
XML-012 too long a text, attribute or name  XML-019 namespace prefix not declared
XML-013 forbidden character                 XML-020 XML declaration out of the start
XML-014 bytes that are not of the encoding  XML-021 '&' or '<' loose in a text
XML-015 entity not defined

Source of numbers and texts: libxml2 2.14, `xmlerror.h` (xmlParserErrors) and `parser.c`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from re import Match

from fiscalxml.xml.faults import (
    ATTRIBUTE,
    BY_CODE,
    CUT,
    ENTITIES,
    FORBIDDEN,
    GENERIC,
    LOOSE_AMPERSAND,
    LOOSE_LESS_THAN,
    TOO_DEEP,
    TOO_LONG,
    ErroXml,
)

__all__ = ["ErroXml", "looks_cut", "translate_xml_error"]

# Blanks, and the zero bytes of UTF-16.
_BLANKS = b" \t\r\n\x00"


def translate_xml_error(code: int, message: str, *, cortado: bool = False) -> ErroXml:
    """libxml2's error number and text (`XMLSyntaxError.code` and `.msg`) in Portuguese.

    `cortado` tells that the input ends without a closing tag (see `looks_cut`): errors that a
    cut causes are then reported as the cut.
    """
    if cortado and code in _CAUSED_BY_CUT:
        return CUT
    text = _POSITION.sub("", message.strip())
    for number, pattern, handler in _RULES:
        if (number is None or number == code) and (found := pattern.match(text)):
            return handler(found) if callable(handler) else handler
    return BY_CODE.get(code, GENERIC)


def looks_cut(data: bytes) -> bool:
    """Whether the bytes end elsewhere than after a tag, as no complete document does."""
    return not data.rstrip(_BLANKS).endswith(b">")


def _mismatch(found: Match[str]) -> ErroXml:
    opened, line, closed = found["opened"], found["line"], found["closed"]
    if opened == closed:
        return ErroXml(
            "XML-017",
            f"A tag de fechamento de {opened} não combina com a que foi aberta na linha {line}.",
            f"Use em {opened} o mesmo prefixo na abertura e no fechamento.",
        )
    return ErroXml(
        "XML-017",
        f"A tag {opened}, aberta na linha {line}, foi fechada como {closed}.",
        f"Feche {opened} com </{opened}> antes de fechar {closed}, "
        "ou remova a tag de fechamento que sobra.",
    )


def _cut_inside(found: Match[str]) -> ErroXml:
    return ErroXml(
        "XML-004",
        f"O documento termina antes do fim: a tag {found['tag']}, aberta na linha "
        f"{found['line']}, não foi fechada.",
        CUT.correcao,
    )


def _entity(found: Match[str]) -> ErroXml:
    return ErroXml(
        "XML-015",
        f"A entidade &{found['name']}; não existe em XML.",
        f"Troque &{found['name']}; pelo próprio caractere: só &amp;, &lt;, &gt;, &quot; e &apos; "
        "são aceitos.",
    )


def _repeated(found: Match[str]) -> ErroXml:
    return ErroXml(
        "XML-018",
        f"O atributo {found['name']} aparece mais de uma vez na mesma tag.",
        f"Deixe um único atributo {found['name']} na tag.",
    )


def _without_value(found: Match[str]) -> ErroXml:
    return ErroXml(
        "XML-018",
        f"O atributo {found['name']} está sem valor.",
        f'Informe o valor entre aspas: {found["name"]}="valor".',
    )


def _prefix(found: Match[str]) -> ErroXml:
    return ErroXml(
        "XML-019",
        f"O prefixo {found['prefix']}: é usado sem ter sido declarado.",
        f"Declare xmlns:{found['prefix']} na tag ou em uma tag acima dela, ou remova o prefixo.",
    )


def _unknown_encoding(found: Match[str]) -> ErroXml:
    return ErroXml(
        "XML-014",
        f"A codificação declarada ({found['name']}) não é reconhecida.",
        'Grave o arquivo em UTF-8 e declare encoding="UTF-8".',
    )


_Handler = Callable[[Match[str]], ErroXml]


def _compiled(
    *rules: tuple[int | None, str, ErroXml | _Handler],
) -> tuple[tuple[int | None, re.Pattern[str], ErroXml | _Handler], ...]:
    return tuple((number, re.compile(text, re.DOTALL), then) for number, text, then in rules)


# Numbers that stand for several faults, and texts that name the fault: first match wins.
_RULES = _compiled(
    (
        76,
        r"Opening and ending tag mismatch: (?P<opened>\S+) line (?P<line>\d+) and (?P<closed>\S+)",
        _mismatch,
    ),
    (77, r"Premature end of data in tag (?P<tag>\S+) line (?P<line>\d+)", _cut_inside),
    (26, r"Entity '(?P<name>[^']+)' not defined", _entity),
    (42, r"Attribute (?P<name>\S+) redefined", _repeated),
    (41, r"Specification mandates value for attribute (?P<name>\S+)", _without_value),
    (201, r"Namespace prefix (?P<prefix>\S+) (?:for|on|of|is|was) ", _prefix),
    (32, r"Unsupported encoding: (?P<name>\S+)", _unknown_encoding),
    (None, r"Excessive depth|Maximum entity nesting depth", TOO_DEEP),
    (
        None,
        r"(?:Comment|PI|.*Attribute|AttValue).* (?:too big|too long|length too long)",
        TOO_LONG,
    ),
    (9, r"Incomplete UTF-8 sequence", CUT),
    (63, r"Unregistered error message", FORBIDDEN),
    (65, r"attributes construct error", ATTRIBUTE),
    (68, r"xmlParse(?:String)?EntityRef: no name", LOOSE_AMPERSAND),
    (68, r"StartTag: invalid element name|xmlParseStartTag: invalid", LOOSE_LESS_THAN),
    (68, r"error parsing attribute name", ATTRIBUTE),
    (None, r"Maximum entity amplification", ENTITIES),
)
_POSITION = re.compile(r", line \d+, column \d+$")

# A cut in the middle of a tag, an attribute, a reference or the declaration.
_CAUSED_BY_CUT = frozenset({6, 7, 8, 23, 33, 34, 39, 40, 41, 45, 47, 57, 63, 65, 68, 73})
