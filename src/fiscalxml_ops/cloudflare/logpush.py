"""What Cloudflare logs to our bucket: fields that tell of a request, none that tells what it asked.

Paths are chaves, queries may be a CPF, and the client's address is in the edge's log, where the
Marco Civil wants it (decision 36). Of what was refused here the edge knows nothing: there, the
address is kept, since without it nobody could say who was refused, or who attacked.

Names as in https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/, 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

Json = dict[str, Any]

FIELDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "http_requests": (
            *("RayID", "EdgeStartTimestamp", "EdgeEndTimestamp", "EdgeColoCode"),
            *("ClientRequestHost", "ClientRequestMethod", "ClientRequestProtocol"),
            *("ClientRequestBytes", "ClientSSLProtocol", "ClientASN", "ClientCountry"),
            *("EdgeResponseStatus", "EdgeResponseBytes", "EdgeTimeToFirstByteMs"),
            *("OriginResponseStatus", "OriginResponseDurationMs", "CacheCacheStatus"),
            *("SecurityAction", "SecurityRuleID", "SecuritySources"),
        ),
        "firewall_events": (
            *("RayID", "Datetime", "Action", "Source", "RuleID", "Ref", "Kind"),
            *("ClientIP", "ClientASN", "ClientCountry"),
            *("ClientRequestHost", "ClientRequestMethod", "EdgeResponseStatus"),
        ),
    }
)
DATASETS: Final = tuple(FIELDS)


def job(dataset: str) -> Json:
    """One stream; the bucket is told by variables, so that no folder names an account."""
    return {
        "zone_id": "${cloudflare_zone.zona.id}",
        "name": f"fiscalxml-{dataset.replace('_', '-')}",
        "dataset": dataset,
        "enabled": True,
        "destination_conf": (
            f"s3://${{var.logs_balde}}/cloudflare/{dataset}/{{DATE}}"
            "?region=${var.logs_regiao}&sse=AES256"
        ),
        "ownership_challenge": f"${{var.logs_prova_{dataset}}}",
        "max_upload_interval_seconds": 60,
        "filter_attack_traffic": False,
        "output_options": {
            "output_type": "ndjson",
            "timestamp_format": "rfc3339",
            "field_names": list(FIELDS[dataset]),
            "cve_2021_44228": True,
        },
    }
