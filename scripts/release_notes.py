"""What the CHANGELOG says of a version, for its release.

    python -m scripts.release_notes 0.1.0

Prints the section. Exit code 1: there is none, it says that it is unreleased, or it is not the
version of pyproject.toml.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Final

_SECTION: Final = re.compile(
    r"^## (?P<version>\S+) \((?P<when>[^)]+)\)\n(?P<notes>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL
)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class NotReleasable(Exception):
    """Why the version cannot be released."""


def notes_of(version: str, changelog: str, declared: str) -> str:
    """`declared`: the version that pyproject.toml has. Raises NotReleasable."""
    if version != declared:
        raise NotReleasable(f"pyproject.toml diz {declared}, não {version}")
    for section in _SECTION.finditer(changelog):
        if section["version"] == version:
            if not _DATE.fullmatch(section["when"]):
                raise NotReleasable(f"o CHANGELOG diz {version} ({section['when']}): falta a data")
            return section["notes"].strip() + "\n"
    raise NotReleasable(f"o CHANGELOG não tem a versão {version}")


def main(version: str) -> int:
    """Of this repository."""
    declared = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    try:
        print(notes_of(version, Path("CHANGELOG.md").read_text(encoding="utf-8"), declared), end="")
    except NotReleasable as why:
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
