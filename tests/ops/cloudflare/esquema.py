"""The provider's schema, read from bindings that were generated from it, and what breaks it.

The package `cdktn-provider-cloudflare` has every resource of one version of the provider as a jsii
assembly: types, what is required, and in its texts the values that an attribute may have. Standard
library alone: `check` runs where none of our own packages is installed.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]
Schema = Mapping[str, Any]

_PACKAGE: Final = "cdktn_provider_cloudflare"
_ANCHOR: Final = re.compile(
    r"registry\.terraform\.io/providers/cloudflare/cloudflare/(?P<version>[\d.]+)/docs/"
    r"(?P<kind>resources|data-sources)/(?P<type>\w+)#(?P<name>\w+)"
)
_VALUES: Final = re.compile(r'Available values: ((?:"[^"]*"(?:, )?)+)')
_META: Final = frozenset({"for_each", "lifecycle", "depends_on", "count"})
_OF_BINDINGS: Final = frozenset(
    {"connection", "count", "dependsOn", "forEach", "lifecycle", "provider", "provisioners"}
)
_INTERPOLATED: Final = re.compile(r"\$\{[^}]+\}")


def assembly() -> Json:
    """Of the installed package. Raises FileNotFoundError where there is none."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError(_PACKAGE)
    (archive,) = (Path(found.origin).parent / "_jsii").glob("*.jsii.tgz")
    with tarfile.open(archive) as tar:
        member = tar.extractfile("package/.jsii")
        assert member is not None
        read: Json = json.load(member)
    return read


def extracted(read: Json, resources: list[str], data: list[str]) -> Json:
    """Of these resources and data sources, by the names that OpenTofu has for them."""
    types = read["types"]
    configs = {name: each for name, each in types.items() if name.endswith("Config")}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for name, each in configs.items():
        for anchor in _anchors(each):
            key = (anchor["kind"], f"cloudflare_{anchor['type']}")
            found.setdefault(key, (name, anchor["version"]))
    versions = {version for _, version in found.values()}
    assert len(versions) == 1, versions
    return {
        "provider": versions.pop(),
        "pacote": f"{_PACKAGE.replace('_', '-')} {read['version']}",
        "recursos": {name: _resource(types, found["resources", name][0]) for name in resources},
        "dados": {name: _resource(types, found["data-sources", name][0]) for name in data},
    }


def _resource(types: Json, config: str) -> Json:
    class_ = types[config.removesuffix("Config")]
    names = (each["name"] for each in class_.get("properties", ()) if not each.get("static"))
    told = {_snake(name) for name in names if not name.endswith("Input")}
    return {"atributos": _struct(types, config, top=True), "diz": sorted(told)}


def _struct(types: Json, name: str, *, top: bool = False) -> Json:
    found = {}
    for each in types[name].get("properties", ()):
        if top and each["name"] in _OF_BINDINGS:
            continue
        text = " ".join(each.get("docs", {}).get(key, "") for key in ("summary", "remarks"))
        anchor = _ANCHOR.search(text)
        attribute: Json = {"tipo": _type(types, each["type"])}
        if not each.get("optional"):
            attribute["exigido"] = True
        values = _VALUES.search(text)
        if values:
            attribute["valores"] = re.findall(r'"([^"]*)"', values[1])
        found[anchor["name"] if anchor else _snake(each["name"])] = attribute
    return dict(sorted(found.items()))


def _type(types: Json, told: Json) -> Any:
    if "primitive" in told:
        return told["primitive"]
    if "collection" in told:
        inner = _type(types, told["collection"]["elementtype"])
        return inner if inner == "any" else [told["collection"]["kind"], inner]
    if "union" in told:
        kinds = (each for each in told["union"]["types"] if not _resolvable(each))
        (only,) = kinds
        return _type(types, only)
    return _struct(types, told["fqn"])


def _resolvable(told: Json) -> bool:
    return bool(told.get("fqn", "").endswith(".IResolvable"))


def _anchors(config: Json) -> Iterator[re.Match[str]]:
    for each in config.get("properties", ()):
        found = _ANCHOR.search(each.get("docs", {}).get("remarks", ""))
        if found:
            yield found
            return


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def faults(schema: Schema, resources: Mapping[str, Mapping[str, Json]]) -> Iterator[str]:
    """What the provider would refuse, by resource: type -> name -> its arguments."""
    for kind, named in resources.items():
        if kind not in schema["recursos"]:
            yield f"{kind}: no such resource"
            continue
        for name, arguments in named.items():
            given = {key: value for key, value in arguments.items() if key not in _META}
            yield from _object(f"{kind}.{name}", schema["recursos"][kind]["atributos"], given)


def _object(at: str, attributes: Json, given: Any) -> Iterator[str]:
    if not isinstance(given, dict):
        yield f"{at}: not an object"
        return
    yield from (f"{at}: no attribute {name}" for name in given.keys() - attributes.keys())
    for name, attribute in attributes.items():
        if name in given:
            yield from _value(f"{at}.{name}", attribute, given[name])
        elif attribute.get("exigido"):
            yield f"{at}: lacks {name}"


def _value(at: str, attribute: Json, given: Any) -> Iterator[str]:
    kind = attribute["tipo"]
    if isinstance(kind, dict):
        yield from _object(at, kind, given)
    elif isinstance(kind, list):
        yield from _collection(at, kind, attribute, given)
    elif not _is(kind, given):
        yield f"{at}: {given!r} is no {kind}"
    elif "valores" in attribute and not _one_of(attribute["valores"], given):
        yield f"{at}: {given!r} is none of {attribute['valores']}"


def _collection(at: str, kind: Any, attribute: Json, given: Any) -> Iterator[str]:
    within = {**attribute, "tipo": kind[1]}
    if kind[0] == "array" and isinstance(given, list):
        for index, each in enumerate(given):
            yield from _value(f"{at}[{index}]", within, each)
    elif kind[0] == "map" and isinstance(given, dict):
        for key, each in given.items():
            yield from _value(f"{at}[{key!r}]", within, each)
    else:
        yield f"{at}: {given!r} is no {kind[0]}"


def _is(kind: str, given: Any) -> bool:
    if isinstance(given, str) and _INTERPOLATED.fullmatch(given):
        return True
    if kind == "any":
        return given is not None
    if kind == "number":
        return isinstance(given, int | float) and not isinstance(given, bool)
    return isinstance(given, {"string": str, "boolean": bool}[kind])


def _one_of(values: list[str], given: Any) -> bool:
    return given in values or bool(isinstance(given, str) and _INTERPOLATED.search(given))
