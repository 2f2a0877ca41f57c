"""What the services have fits into the labels of their metrics: nothing is told as `other`."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from fiscalxml.rules.listing import list_rules
from fiscalxml_server.api.app import ROUTERS as API
from fiscalxml_server.auth.app import ROUTERS as AUTH
from fiscalxml_server.kit.http.application import add_routes
from fiscalxml_server.kit.telemetry import metrics
from fiscalxml_server.kit.telemetry.fields import is_word
from fiscalxml_server.webhooks.app import ROUTERS as WEBHOOKS

STATUSES = 6
"""that one operation answers with, in the life of a process"""


@pytest.mark.parametrize("routers", [API, AUTH, WEBHOOKS], ids=["api", "auth", "webhooks"])
def test_every_route_has_a_label_of_its_own(routers: object) -> None:
    app = FastAPI()
    add_routes(app, routers)  # type: ignore[arg-type]
    routes = [route for route in app.routes if hasattr(route, "methods")]
    assert all(is_word(route.path_format) for route in routes)  # type: ignore[attr-defined]
    operations = sum(len(route.methods) for route in routes)
    assert operations * STATUSES <= metrics.requests.limit


def test_every_code_of_a_rule_has_a_label_of_its_own() -> None:
    codes = {rule.codigo for rule in list_rules()}
    assert all(map(is_word, codes))
    assert len(codes) < 0.9 * metrics.findings.limit, "others have codes, too"
