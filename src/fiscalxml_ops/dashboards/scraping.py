"""What Prometheus reads, and where Grafana finds it: for compose, and a way in for everything else.

Each role serves `/metrics` on its own address. The names of compose's services are those of the
roles, so a question to its DNS finds each container of a role; targets that no DNS knows are files
in `alvos/`.
"""

from __future__ import annotations

from typing import Any, Final

from fiscalxml_ops.alerts.model import REPOSITORIO
from fiscalxml_ops.objectives import CANARIO, MAQUINA, PAPEIS

PORTA: Final = 9464
"""of /metrics in containers; FISCALXML_METRICS_PORT there"""
INTERVALO: Final = "15s"
_INSIDE: Final = "-interno"
"""a service of compose that is the same role again, for the other services alone"""


def prometheus() -> dict[str, Any]:
    """prometheus.yml. Alert rules are beside it, in `rules/`."""
    return {
        "global": {
            "scrape_interval": INTERVALO,
            "scrape_timeout": "10s",
            "evaluation_interval": INTERVALO,
            "external_labels": {REPOSITORIO: "${FISCALXML_REPOSITORIO}"},
        },
        "rule_files": ["rules/*.yml"],
        "alerting": {
            "alertmanagers": [{"dns_sd_configs": [_dns(["alertmanager"], 9093)]}],
        },
        "scrape_configs": [
            {
                "job_name": "fiscalxml",
                "dns_sd_configs": [_dns([*PAPEIS, f"auth{_INSIDE}", CANARIO], PORTA)],
                # The job is the role: dashboards and alerts know no other label of a target.
                "relabel_configs": [
                    {
                        "source_labels": ["__meta_dns_name"],
                        "regex": f"(.+?)(?:{_INSIDE})?",
                        "target_label": "job",
                        "replacement": "$1",
                    },
                ],
                **_LIMITS,
            },
            {
                "job_name": "arquivo",
                "file_sd_configs": [{"files": ["alvos/*.yml"], "refresh_interval": "30s"}],
                **_LIMITS,
            },
            {"job_name": MAQUINA, "dns_sd_configs": [_dns(["node-exporter"], 9100)]},
            {"job_name": "prometheus", "static_configs": [{"targets": ["localhost:9090"]}]},
            {"job_name": "alertmanager", "dns_sd_configs": [_dns(["alertmanager"], 9093)]},
        ],
    }


def datasource() -> dict[str, Any]:
    """Grafana's provisioning: Prometheus."""
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "Prometheus",
                "uid": "prometheus",
                "type": "prometheus",
                "access": "proxy",
                "url": "http://prometheus:9090",
                "isDefault": True,
                "editable": False,
                "jsonData": {"httpMethod": "POST", "timeInterval": INTERVALO},
            }
        ],
    }


def provider() -> dict[str, Any]:
    """Grafana's provisioning: the dashboards, from files."""
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": "API Fiscal XML",
                "folder": "API Fiscal XML",
                "type": "file",
                "disableDeletion": True,
                "allowUiUpdates": False,
                "updateIntervalSeconds": 30,
                "options": {"path": "/etc/grafana/dashboards"},
            }
        ],
    }


def _dns(names: list[str], port: int) -> dict[str, Any]:
    return {"names": names, "type": "A", "port": port, "refresh_interval": INTERVALO}


# More than the services can have: a fault in their own limits is refused, and seen as `up` 0.
_LIMITS: Final = {"sample_limit": 50_000, "label_limit": 12, "label_value_length_limit": 200}
