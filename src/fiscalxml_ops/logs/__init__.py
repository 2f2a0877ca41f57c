"""Logs, from the services' lines to Elasticsearch and Kibana: `ops/logs/`.

fields          each field that a line may have, with its type in Elasticsearch
streams         which line goes to which data stream, and how long it is kept
elasticsearch   templates and lifecycles
shipping        rsyslog: reads the files, sends them to `_bulk`
logstash        the same for who has Logstash
kibana          data views, searches, tables, one dashboard
"""

from __future__ import annotations

from collections.abc import Mapping

from fiscalxml_ops.logs import elasticsearch, kibana, logstash, shipping

FOLDER = "ops/logs"


def artefacts() -> Mapping[str, str]:
    """What is made into `ops/logs/`."""
    parts = (elasticsearch.files(), shipping.files(), logstash.files(), kibana.files())
    return {f"{FOLDER}/{name}": text for part in parts for name, text in part.items()}
