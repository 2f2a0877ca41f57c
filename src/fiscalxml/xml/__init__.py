"""Hardened parsing, and small questions to the tree that comes out."""

from fiscalxml.xml.caps import Limits, too_large
from fiscalxml.xml.parse import PROLOG, Xml, copy_of, line_at, parse, plain_xml
from fiscalxml.xml.refusals import XmlRecusado, milhar
from fiscalxml.xml.tree import (
    DSIG,
    Element,
    Posicao,
    caminho,
    canonical,
    child,
    descend,
    leaves,
    local_name,
    namespace,
    short,
    tag,
    text_of,
)

__all__ = [
    "DSIG",
    "PROLOG",
    "Element",
    "Limits",
    "Posicao",
    "Xml",
    "XmlRecusado",
    "caminho",
    "canonical",
    "child",
    "copy_of",
    "descend",
    "leaves",
    "line_at",
    "local_name",
    "milhar",
    "namespace",
    "parse",
    "plain_xml",
    "short",
    "tag",
    "text_of",
    "too_large",
]
