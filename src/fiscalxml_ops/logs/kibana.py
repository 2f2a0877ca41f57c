"""Saved objects of Kibana, as `Stack Management > Saved Objects > Import` takes them.

In the form of Kibana 8.8 on, which later versions migrate when they import. Tables and no charts:
what they need to say is a few words of configuration each, and people search from them.
"""

from __future__ import annotations

import json
from typing import Any, Final

from fiscalxml_ops.logs.searches import BUSCAS, TABELAS, Busca, Tabela, kql
from fiscalxml_ops.logs.streams import CORRENTES, TODAS

_CORE: Final = "8.8.0"
_SEARCH_SOURCE: Final = "kibanaSavedObjectMeta.searchSourceJSON.index"
_VIEW: Final = "fiscalxml-logs"
_BOARD: Final = "fiscalxml-painel"
_WIDTH, _HEIGHT = 24, 15  # of a panel; a dashboard is 48 wide


def files() -> dict[str, str]:
    """One file: a view of all streams and one of each, searches, tables, a dashboard."""
    objects = [
        _view(_VIEW, TODAS, "API Fiscal XML: todas as linhas"),
        *(_view(each.nome, each.pattern, each.descricao) for each in CORRENTES),
        *map(_search, BUSCAS),
        *map(_table, TABELAS),
        _dashboard(),
    ]
    lines = (json.dumps(each, ensure_ascii=False, sort_keys=True) for each in objects)
    return {"kibana/fiscalxml.ndjson": "\n".join(lines) + "\n"}


def _object(
    kind: str, id_: str, version: str, attributes: dict[str, Any], references: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "type": kind,
        "id": id_,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": _CORE,
        "typeMigrationVersion": version,
        "managed": False,
    }


def _view(id_: str, pattern: str, nome: str) -> dict[str, Any]:
    attributes = {
        "title": pattern,
        "name": nome,
        "timeFieldName": "@timestamp",
        "fieldAttrs": "{}",
        "fieldFormatMap": _text(
            {"event.duration": {"id": "duration", "params": {"inputFormat": "nanoseconds"}}}
        ),
        "fields": "[]",
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
        "typeMeta": "{}",
    }
    return _object("index-pattern", id_, "8.0.0", attributes, [])


def _search(busca: Busca) -> dict[str, Any]:
    attributes = {
        "title": busca.titulo,
        "description": busca.descricao,
        "columns": list(busca.colunas),
        "sort": [["@timestamp", "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": _source(kql(busca.filtro)),
    }
    return _object("search", busca.id, "8.0.0", attributes, [_of_view()])


def _table(tabela: Tabela) -> dict[str, Any]:
    if tabela.percentil is None:
        measure = _aggregation("1", "count", "metric", {})
    else:
        measure = _aggregation(
            "1", "percentiles", "metric", {"field": tabela.percentil, "percents": [95]}
        )
    order = "1" if tabela.percentil is None else "1.95"
    buckets = [
        _aggregation(
            str(at),
            "terms",
            "bucket",
            {"field": field, "orderBy": order, "order": "desc", "size": 20},
        )
        for at, field in enumerate(tabela.por, 2)
    ]
    state = {
        "title": tabela.titulo,
        "type": "table",
        "aggs": [measure, *buckets],
        "params": {
            "perPage": 10,
            "showPartialRows": False,
            "showMetricsAtAllLevels": False,
            "showTotal": False,
            "totalFunc": "sum",
            "percentageCol": "",
            "showToolbar": True,
        },
    }
    attributes = {
        "title": tabela.titulo,
        "description": "",
        "uiStateJSON": "{}",
        "version": 1,
        "visState": _text(state),
        "kibanaSavedObjectMeta": _source(kql(tabela.filtro)),
    }
    return _object("visualization", tabela.id, "8.5.0", attributes, [_of_view()])


def _dashboard() -> dict[str, Any]:
    panels = [("visualization", each.id) for each in TABELAS]
    panels += [("search", "fiscalxml-erros"), ("search", "fiscalxml-entregas")]
    told = [
        {
            "type": kind,
            "panelIndex": id_,
            "panelRefName": f"panel_{id_}",
            "embeddableConfig": {"enhancements": {}},
            "gridData": {
                "i": id_,
                "x": _WIDTH * (at % 2),
                "y": _HEIGHT * (at // 2),
                "w": _WIDTH,
                "h": _HEIGHT,
            },
        }
        for at, (kind, id_) in enumerate(panels)
    ]
    attributes = {
        "title": "API Fiscal XML: o que falha e o que demora",
        "description": "",
        "optionsJSON": _text({"useMargins": True, "hidePanelTitles": False}),
        "panelsJSON": _text(told),
        "timeRestore": False,
        "version": 1,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": _text({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
    }
    references = [{"type": kind, "id": id_, "name": f"{id_}:panel_{id_}"} for kind, id_ in panels]
    return _object("dashboard", _BOARD, "8.9.0", attributes, references)


def _aggregation(id_: str, kind: str, schema: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"id": id_, "enabled": True, "type": kind, "schema": schema, "params": params}


def _source(filtro: str) -> dict[str, str]:
    source = {
        "query": {"query": filtro, "language": "kuery"},
        "filter": [],
        "indexRefName": _SEARCH_SOURCE,
    }
    return {"searchSourceJSON": _text(source)}


def _of_view() -> dict[str, str]:
    return {"type": "index-pattern", "id": _VIEW, "name": _SEARCH_SOURCE}


def _text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
