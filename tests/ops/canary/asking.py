"""One round of the canary, as its command does it, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from click.testing import CliRunner

from fiscalxml_ops.cli import main
from ports import free_port

WHOLE: Final = ["✔ validar", "✔ enviar", "✔ processar", "✔ webhook", "✔ volta inteira"]
"""what is said of a round that went well"""


def arguments(api: str, webhooks: str, key: Path, receiver: int) -> list[str]:
    """Of the command, for services at these addresses and a receiver at this port."""
    return [
        *("canary", "--url", api, "--webhooks-url", webhooks, "--chave", str(key)),
        *("--receptor", f"http://127.0.0.1:{receiver}/canario"),
    ]


def once(given: Sequence[str], *further: str) -> tuple[int, list[str]]:
    """Exit code, and what was said, without the seconds."""
    done = CliRunner().invoke(main, [*given, "--uma-vez", *further])
    return done.exit_code, [line.partition(": ")[0] for line in done.output.splitlines()]


def go_round(api: str, webhooks: str, key: Path) -> tuple[int, list[str]]:
    """A round that should go well."""
    port = free_port()
    return once(arguments(api, webhooks, key, port), "--escuta", f"127.0.0.1:{port}")
