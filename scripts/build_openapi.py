"""Writes docs/contract/openapi.json, the API as published: `make openapi`."""

from __future__ import annotations

import json
from pathlib import Path

from fiscalxml_server.api.app import create_app
from fiscalxml_server.api.openapi import openapi_document
from fiscalxml_server.kit.settings import Settings

PUBLISHED = Path(__file__).parents[1] / "docs" / "contract" / "openapi.json"


def openapi_text() -> str:
    """The document under the default settings, whatever this machine's environment says."""
    settings = Settings.model_construct()
    document = openapi_document(create_app(settings), settings)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(openapi_text(), encoding="utf-8")
