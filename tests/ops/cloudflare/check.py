"""`make check-cloudflare`: zones' folders against all that knows Cloudflare and is a package.

    python -m ops.cloudflare.check business=infra/cloudflare/producao enterprise=FOLDER

- The provider's schema, read anew from the bindings. What the suite uses, of
  `infra/cloudflare/esquema.json`, must still be the same.
- octorules, with Cloudflare's own parser of expressions: fields, functions and actions of each
  phase, limits of the plan.
- The names and values of settings, as Cloudflare's library for Python has them.

Nothing is asked of Cloudflare: what only it can refuse, it will.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from ops.cloudflare.esquema import Json, assembly, extracted, faults

SCHEMA: Final = Path("infra/cloudflare/esquema.json")
PHASES: Final = {
    "http_request_firewall_custom": "waf_custom_rules",
    "http_request_firewall_managed": "waf_managed_rules",
    "http_ratelimit": "rate_limiting_rules",
    "http_request_cache_settings": "cache_rules",
    "http_custom_errors": "custom_error_rules",
    "http_response_headers_transform": "response_header_rules",
    "ddos_l7": "http_ddos_rules",
}
"""as octorules calls them"""
FORGIVEN: Final = frozenset(
    {
        "CF015",  # "always true": the rules that are for every request
        "CF518",  # "a long list": lists of an account hold addresses, not paths
    }
)
"""its advice that does not hold for ours"""


def main(arguments: list[str]) -> int:
    """Says what is wrong; 1 where something is."""
    read = assembly()
    known = json.loads(SCHEMA.read_text(encoding="utf-8")) if SCHEMA.exists() else {}
    if arguments == ["--escrever"]:
        return _write(read)
    found = list(_stale(read, known))
    for plan, _, folder in (each.partition("=") for each in arguments):
        resources = merged(Path(folder))
        wrong = [
            *faults(known, resources),
            *_settings(resources.get("cloudflare_zone_setting", {})),
            *_linted(plan, resources.get("cloudflare_ruleset", {})),
        ]
        found += [f"{folder}: {each}" for each in wrong]
        rules = sum(len(each["rules"]) for each in resources["cloudflare_ruleset"].values())
        counted = sum(map(len, resources.values()))
        print(f"{folder} ({plan}): {counted} recursos, {rules} regras, {len(wrong)} falhas")
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found or not arguments else 0


def merged(folder: Path) -> dict[str, dict[str, Json]]:
    """Every resource of a folder: type -> name -> arguments."""
    found: dict[str, dict[str, Json]] = {}
    for path in sorted(folder.glob("*.json")):
        read = json.loads(path.read_text(encoding="utf-8"))
        for kind, named in read.get("resource", {}).items():
            found.setdefault(kind, {}).update(named)
    return found


def _write(read: Json) -> int:
    """The schema of what is used; those that no folder of ours has yet are named here."""
    kinds = {
        kind for folder in SCHEMA.parent.iterdir() if folder.is_dir() for kind in merged(folder)
    }
    kinds |= {
        "cloudflare_certificate_authorities_hostname_associations",
        "cloudflare_logpush_job",
    }
    told = extracted(read, sorted(kinds), ["cloudflare_ip_ranges"])
    SCHEMA.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _stale(read: Json, known: Json) -> Iterator[str]:
    if not known:
        yield f"{SCHEMA}: is not there"
    elif extracted(read, list(known["recursos"]), list(known["dados"])) != known:
        yield f"{SCHEMA}: is not what the bindings say"


def _settings(named: Mapping[str, Json]) -> Iterator[str]:
    values = _known_settings()
    for name, arguments in named.items():
        setting, value = arguments["setting_id"], arguments["value"]
        if setting not in values:
            yield f"{name}: no setting {setting}"
        elif values[setting] and value not in values[setting]:
            yield f"{name}: {value!r} is none of {sorted(values[setting])}"


def _known_settings() -> Mapping[str, frozenset[str]]:
    """id -> its values, where there is a list of them; of Cloudflare's library."""
    library = import_module("cloudflare.types.zones.setting_get_response")
    found: dict[str, frozenset[str]] = {}
    for model in get_args(library.SettingGetResponse):
        fields: Mapping[str, Any] = getattr(model, "model_fields", {})
        if "id" in fields and "value" in fields:
            listed = _literals(fields["value"].annotation)
            found.update(dict.fromkeys(_literals(fields["id"].annotation), listed))
    assert len(found) > 40, sorted(found)
    return found


def _literals(annotation: Any) -> frozenset[str]:
    if get_origin(annotation) is Literal:
        return frozenset(get_args(annotation))
    return frozenset().union(*map(_literals, get_args(annotation)))


def _linted(plan: str, rulesets: Mapping[str, Json]) -> Iterator[str]:
    known = [each for each in rulesets.values() if each["phase"] in PHASES]  # the schema tells
    rules = {PHASES[each["phase"]]: each["rules"] for each in known}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zona.yaml"
        path.write_text(json.dumps({"cloudflare": rules}), encoding="utf-8")  # JSON is YAML
        command = Path(sys.executable).with_name("octorules")
        done = subprocess.run(
            [command, "lint", "--format", "json", "--plan", plan, path],
            capture_output=True,
            text=True,
            check=False,  # 1 where it found errors, which it tells
        )
    for each in json.loads(done.stdout)["results"]:
        if each["rule_id"] not in FORGIVEN:
            yield f"{each['rule_id']} {each.get('phase')} {each.get('ref')}: {each['message']}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
