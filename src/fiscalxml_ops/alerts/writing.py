"""YAML as these files have it."""

from __future__ import annotations

from typing import Any, Final

import yaml

_MADE: Final = "# Made by `make operacao` from src/fiscalxml_ops/alerts.\n"


class _Dumper(yaml.SafeDumper):
    """Says everything where it stands."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def written(content: Any) -> str:
    """With a word of where it is made."""
    text = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return f"{_MADE}{text}"
