"""The files of `infra/edge` that are made: of a production's edge, by the settings' defaults."""

from __future__ import annotations

from collections.abc import Mapping

from fiscalxml_ops.edge.limits import requests_per_second
from fiscalxml_ops.edge.nginx import nginx
from fiscalxml_ops.edge.site import Site
from fiscalxml_ops.edge.waf import servico
from fiscalxml_server.kit.settings import Settings


def artefacts() -> Mapping[str, str]:
    """path from the project's root -> content, whatever the environment says"""
    settings = Settings.model_construct()
    site = Site(requests_per_second=requests_per_second(settings))
    return {
        "infra/edge/nginx.conf": nginx(site, settings),
        "infra/edge/waf/servico.conf": servico(settings),
    }
