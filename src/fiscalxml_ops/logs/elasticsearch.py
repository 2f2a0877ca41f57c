"""Index templates and lifecycles, as their APIs take them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from fiscalxml_ops.logs.fields import OF_THE_EDGE, TYPES, mapping
from fiscalxml_ops.logs.streams import BORDA, CORRENTES, Corrente

_PRIORITY: Final = 500
"""above the template for `logs-*-*` that Elasticsearch brings"""


def files() -> dict[str, str]:
    """`PUT _index_template/{name}`, `PUT _ilm/policy/{name}`."""
    return {
        **{f"elasticsearch/template-{each.nome}.json": _text(template(each)) for each in CORRENTES},
        **{f"elasticsearch/ilm-{each.nome}.json": _text(lifecycle(each)) for each in CORRENTES},
    }


def template(corrente: Corrente) -> dict[str, Any]:
    """Fields that it does not know are kept as they came, not indexed: no line is lost for one."""
    return {
        "index_patterns": [corrente.pattern],
        "data_stream": {},
        "priority": _PRIORITY,
        "template": {
            "settings": {
                "index.lifecycle.name": corrente.nome,
                "index.codec": "best_compression",
                # A number that was left out of a line is a word there (`fields.OMITTED`).
                "index.mapping.ignore_malformed": True,
            },
            "mappings": {"dynamic": False, "properties": _properties(types_of(corrente))},
        },
        "_meta": {"description": corrente.descricao},
    }


def types_of(corrente: Corrente) -> Mapping[str, str]:
    """Fields of a stream."""
    return {**TYPES, **OF_THE_EDGE} if corrente is BORDA else TYPES


def lifecycle(corrente: Corrente) -> dict[str, Any]:
    """Hot, warm, deleted."""
    return {
        "policy": {
            "phases": {
                "hot": {
                    "actions": {
                        "rollover": {"max_age": "1d", "max_primary_shard_size": "50gb"},
                        "set_priority": {"priority": 100},
                    }
                },
                "warm": {
                    "min_age": f"{corrente.aquece}d",
                    "actions": {
                        "readonly": {},
                        "forcemerge": {"max_num_segments": 1},
                        "set_priority": {"priority": 50},
                    },
                },
                "delete": {"min_age": f"{corrente.termina}d", "actions": {"delete": {}}},
            },
            "_meta": {"description": corrente.descricao},
        }
    }


def _properties(types: Mapping[str, str]) -> dict[str, Any]:
    """`a.b` of a line is the property b of a."""
    properties: dict[str, Any] = {}
    for name, kind in types.items():
        *above, last = name.split(".")
        within = properties
        for each in above:
            within = within.setdefault(each, {"properties": {}})["properties"]
        within[last] = mapping(kind)
    return properties


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
