"""Prometheus of Amazon's with the rules of `ops/alerts`: the same objectives, the same texts.

Its Alertmanager is made of `ops/alerts/alertmanager.yml`: the tree of routes and what inhibits what
stay; receivers become what there is here, PagerDuty by its own and topics for all else.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml  # type: ignore[import-untyped]
from aws_cdk import aws_aps as aps
from aws_cdk import aws_sns as sns
from constructs import Construct

ALERTS: Final = Path(__file__).parents[3] / "ops/alerts"
RULES: Final = ("objetivos", "sintomas")
_TEMPLATES: Final = "mensagens.tmpl"
_REPOSITORY: Final = "{{ $externalLabels.repositorio }}"
"""this Prometheus has no labels of its own"""
TITLE: Final = '{{ template "fiscalxml.titulo" . }}'
_TEXT: Final = '{{ template "fiscalxml.texto" . }}'
_RUNBOOK: Final = '{{ template "fiscalxml.runbook" . }}'


def rules(scope: Construct, workspace: str, repository: str) -> None:
    """Recording rules and alerts; `repository`: address under which `docs/runbooks` are read."""
    for name in RULES:
        text = (ALERTS / "rules" / f"{name}.yml").read_text(encoding="utf-8")
        aps.CfnRuleGroupsNamespace(
            scope,
            f"Regras-{name}",
            name=name,
            workspace=workspace,
            data=text.replace(_REPOSITORY, repository),
        )


def manager(*, keys: Mapping[str, str], topics: Mapping[str, sns.ITopic], region: str) -> str:
    """The definition of a workspace's Alertmanager. `keys`: receiver -> ARN of the secret with
    PagerDuty's key; `topics`: receiver -> where else it is told."""
    written = yaml.safe_load((ALERTS / "alertmanager.yml").read_text(encoding="utf-8"))
    receivers = []
    for each in written["receivers"]:
        name = each["name"]
        receiver: dict[str, Any] = {"name": name}
        if name in keys:
            receiver["pagerduty_configs"] = [_pagerduty(keys[name])]
        if name in topics:
            receiver["sns_configs"] = [_topic(topics[name], region)]
        receivers.append(receiver)
    configuration = {
        "templates": [_TEMPLATES],
        "route": written["route"],
        "inhibit_rules": written["inhibit_rules"],
        "receivers": receivers,
    }
    templates = (ALERTS / _TEMPLATES).read_text(encoding="utf-8")
    return _yaml(
        {
            "template_files": {_TEMPLATES: templates},
            "alertmanager_config": _yaml(configuration),
        }
    )


def _yaml(value: object) -> str:
    """On lines as long as they are: a reference of CloudFormation's is never cut in two."""
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=sys.maxsize))


def _pagerduty(secret: str) -> dict[str, Any]:
    return {
        "routing_key": {"aws_secrets_manager": {"secret_arn": secret, "refresh_interval": "5m"}},
        "send_resolved": True,
        "severity": "critical",
        "client": "API Fiscal XML",
        "client_url": _RUNBOOK,
        "description": TITLE,
        "details": {"o_que": _TEXT},
    }


def _topic(topic: sns.ITopic, region: str) -> dict[str, Any]:
    return {
        "topic_arn": topic.topic_arn,
        "sigv4": {"region": region},
        "send_resolved": True,
        "subject": TITLE,
        "message": _TEXT,
    }
