"""What Kong would refuse of a declarative configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .kong_schema import DOCUMENT, PLUGIN, PLUGINS


def faults(document: Mapping[str, Any]) -> list[str]:
    """All that Kong would refuse in a declarative configuration, as far as the tables tell."""
    return [
        *DOCUMENT.faults(document, "kong"),
        *_of_plugins(document),
        *_of_names(document),
        *_of_routes(document),
    ]


def _of_plugins(document: Mapping[str, Any]) -> Iterator[str]:
    for where, plugin in plugins(document):
        told = {name: value for name, value in plugin.items() if name != "config"}
        yield from PLUGIN.faults(told, where)
        known = PLUGINS.get(plugin.get("name", ""))
        if known is not None:
            yield from known.faults(plugin.get("config", {}), f"{where}.config")


def plugins(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each, with the place where it stands."""
    for plugin in document.get("plugins", ()):
        yield f"plugins.{plugin.get('name')}", plugin
    for service in document.get("services", ()):
        for route in service.get("routes", ()):
            for plugin in route.get("plugins", ()):
                yield f"routes.{route.get('name')}.{plugin.get('name')}", plugin


def _of_names(document: Mapping[str, Any]) -> Iterator[str]:
    """Unique, and of letters that Kong takes; a host of a service is an upstream."""
    for kind, entities in (
        ("services", document.get("services", ())),
        ("routes", _routes(document)),
    ):
        names = [each["name"] for each in entities]
        for name in names:
            if not all(each.isalnum() or each in ".-_~" for each in name):
                yield f"{kind}: {name} is no name"
        for name in {each for each in names if names.count(each) > 1}:
            yield f"{kind}: {name} is there twice"
    upstreams = {each["name"] for each in document.get("upstreams", ())}
    for service in document.get("services", ()):
        if service["host"] not in upstreams:
            yield f"services.{service['name']}: no upstream {service['host']}"


def _of_routes(document: Mapping[str, Any]) -> Iterator[str]:
    for route in _routes(document):
        for path in route.get("paths", ()):
            if not path.startswith(("/", "~/")):
                yield f"routes.{route['name']}: the path {path} does not begin with / or ~/"
        for tag in route.get("tags", ()):
            if "," in tag or "/" in tag:
                yield f"routes.{route['name']}: {tag} is no tag"


def _routes(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    of_services = (service.get("routes", ()) for service in document.get("services", ()))
    return [*document.get("routes", ()), *(each for routes in of_services for each in routes)]
