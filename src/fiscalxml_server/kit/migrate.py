"""`python -m fiscalxml_server.kit.migrate`: bring the database to this version's tables.

Runs as the owner (`FISCALXML_DATABASE_URL` without a role); services never do.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from fiscalxml_server.kit.settings import settings

_FOLDER = Path(__file__).parents[1] / "migrations"


def migrate(database_url: str, revision: str = "head") -> None:
    """Apply what is missing up to a revision; a lock lets several processes ask at once."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["url"] = database_url
    command.upgrade(config, revision)


if __name__ == "__main__":
    migrate(settings().database_url.get_secret_value())
