"""A CloudFormation template, as a test asks about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Resource(NamedTuple):
    """`properties` are what it is made with, `all` everything that the template says of it."""

    name: str
    properties: dict[str, Any]
    all: dict[str, Any]


class Template:
    """What a stack is made of."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.resources: dict[str, dict[str, Any]] = content.get("Resources", {})

    def of(self, type_: str) -> dict[str, Resource]:
        """Logical id -> resource, of a type such as AWS::S3::Bucket."""
        return {
            name: Resource(name, each.get("Properties", {}), each)
            for name, each in self.resources.items()
            if each["Type"] == type_
        }

    def one(self, type_: str) -> Resource:
        """The only one of its type."""
        (found,) = self.of(type_).values()
        return found

    def by(self, type_: str, key: str) -> dict[str, Resource]:
        """Value of a property -> resource."""
        return {str(each.properties[key]): each for each in self.of(type_).values()}


def statements(policy: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of a policy document; actions and resources are lists."""
    return [
        {
            **each,
            "Action": _list(each["Action"]),
            "Resource": _list(each.get("Resource", [])),
        }
        for each in _list(policy["Statement"])
    ]


def walk(value: object) -> Iterator[object]:
    """Every value below, and keys of mappings."""
    yield value
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield key
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
