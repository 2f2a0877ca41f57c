"""The folders of `infra/cloudflare`, as `make operacao` makes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml_ops.cloudflare.root import files
from fiscalxml_ops.cloudflare.zones import ZONAS
from fiscalxml_server.kit.settings import Settings

FOLDER: Final = "infra/cloudflare"


def artefacts() -> Mapping[str, str]:
    """By the settings' own defaults, whatever the environment says."""
    app = Settings.model_construct()
    return {
        f"{FOLDER}/{zona.ambiente}/{name}": content
        for zona in ZONAS
        for name, content in files(zona, app).items()
    }
