"""Writes the contracts as published, docs/contract/*openapi.json: `make openapi`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fiscalxml_server.api.app import create_app
from fiscalxml_server.api.openapi import openapi_document as of_api
from fiscalxml_server.auth.app import application as accounts
from fiscalxml_server.auth.openapi import openapi_document as of_accounts
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.app import application as webhooks
from fiscalxml_server.webhooks.openapi import openapi_document as of_webhooks

_FOLDER: Final = Path(__file__).parents[1] / "docs" / "contract"
API: Final = _FOLDER / "openapi.json"
CONTAS: Final = _FOLDER / "contas.openapi.json"
WEBHOOKS: Final = _FOLDER / "webhooks.openapi.json"


def texts() -> Mapping[Path, str]:
    """The documents under the default settings, whatever this machine's environment says."""
    settings = Settings.model_construct()
    return {
        API: _text(of_api(create_app(settings), settings)),
        CONTAS: _text(of_accounts(accounts(settings))),
        WEBHOOKS: _text(of_webhooks(webhooks(settings))),
    }


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for path, text in texts().items():
        path.write_text(text, encoding="utf-8")
