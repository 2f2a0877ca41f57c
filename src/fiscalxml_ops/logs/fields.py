"""Each field of a line, with its type in Elasticsearch: those of the Elastic Common Schema 9.4.

What a service may say is `kit.telemetry.fields.FIELDS`; what every line has, and what is told of an
exception, is added here. A test holds all of it to the lines that the services really write.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from fiscalxml_server.kit.telemetry.fields import FIELDS, number

_OF_EVERY_LINE: Final[Mapping[str, str]] = {
    "@timestamp": "date",
    "log.level": "keyword",
    "message": "match_only_text",
    "log.logger": "keyword",
    "process.pid": "long",
    "ecs.version": "keyword",
    "service.name": "keyword",
    "trace.id": "keyword",
    "span.id": "keyword",
    "log.origin.file.name": "keyword",
    "log.origin.file.line": "long",
    "error.stack_trace": "wildcard",
}
_OF_THE_SHIPPER: Final[Mapping[str, str]] = {"host.name": "keyword"}
"""added on the way: which machine it was"""
OF_THE_EDGE: Final[Mapping[str, str]] = {"client.ip": "ip", "fiscalxml.edge.reason": "keyword"}
"""which only the edge's nginx writes: no service may"""
_FRACTIONS: Final = frozenset({"fiscalxml.seconds"})


def _type_of(name: str, read: object) -> str:
    if read is not number:
        return "keyword"
    return "double" if name in _FRACTIONS else "long"


TYPES: Final[Mapping[str, str]] = dict(
    sorted(
        {
            **{name: _type_of(name, read) for name, read in FIELDS.values()},
            **_OF_EVERY_LINE,
            **_OF_THE_SHIPPER,
        }.items()
    )
)
"""name -> type. A route, which ECS has as a `wildcard`, is a `keyword`: it is a template"""

_PYTHON: Final[Mapping[str, tuple[type, ...]]] = {
    "ip": (str,),
    "keyword": (str,),
    "match_only_text": (str,),
    "wildcard": (str,),
    "long": (int,),
    "double": (int, float),
}
_LONGEST: Final = 1024
"""characters of a `keyword` that is indexed; what is longer is kept, and not found"""


def fits(name: str, value: Any) -> bool:
    """Whether Elasticsearch takes the value for this field, and finds it by it."""
    kind = TYPES.get(name) or OF_THE_EDGE.get(name)
    if kind is None or isinstance(value, bool):
        return False
    if kind == "date":
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    whole = isinstance(value, _PYTHON[kind])
    return whole and (kind != "keyword" or len(value) <= _LONGEST)


def mapping(kind: str) -> dict[str, Any]:
    """Of a field of this type."""
    return {"type": kind, **({"ignore_above": _LONGEST} if kind == "keyword" else {})}
