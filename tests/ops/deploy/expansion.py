"""`python -m ops.deploy.expansion`: the migrations of a next version, applied to a live database.

The revision in `expansao/` is a real one of its kind: a column, a table with its policy, an index.
"""

from __future__ import annotations

import os
from pathlib import Path

from alembic import command
from alembic.config import Config

from fiscalxml_ops.deploy.phases import FOLDER
from fiscalxml_server.kit.settings import settings

HERE = Path(__file__).parent / "expansao"


def configuration(more: Path = HERE) -> Config:
    """Ours, and those of a folder beside."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join((f"{FOLDER}/versions", str(more))))
    return config


if __name__ == "__main__":
    prepared = configuration()
    prepared.attributes["url"] = settings().database_url.get_secret_value()
    command.upgrade(prepared, "head")
