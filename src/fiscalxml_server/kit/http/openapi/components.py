"""What a domain adds to the document, and references to what was added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Components:
    """What a domain adds to the document. Examples are made when the document is."""

    tag: Mapping[str, str] | None = None
    """`name` and `description` of the domain's operations"""
    schemas: Callable[[], Mapping[str, Json]] = field(default=dict)
    examples: Callable[[], Mapping[str, Json]] = field(default=dict)
    """name -> `{"summary", "value"}`, for `example_of`; one named as a problem replaces its own"""
    credentials: Mapping[str, Json] = field(default_factory=dict)
    """security schemes of operations that name them"""


def schema_ref(name: str) -> Json:
    """A reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def example_of(name: str) -> Json:
    """A reference to an example of the components."""
    return {"$ref": f"#/components/examples/{name}"}
