"""The peers on the same documents, run in their own environment (`.venv-peers`)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import REPO
from benchmarks.documents import Sample

PYTHON = REPO / ".venv-peers/bin/python"
_RUNNER = Path(__file__).with_name("peer_runner.py")


class PeersMissing(Exception):
    """The peers' environment has not been built."""


def run_peers(samples: Sequence[Sample]) -> dict[str, Any]:
    """The answer of `peer_runner.py`: its `python` and `rows`. Raises `PeersMissing`."""
    if not PYTHON.exists():
        raise PeersMissing("no .venv-peers: `make bench` builds it")
    with TemporaryDirectory() as folder:
        for number, sample in enumerate(samples):
            _write(sample, Path(folder) / f"{number:02d}-{sample.kind}")
        answer = subprocess.run(  # noqa: S603
            [str(PYTHON), "-W", "ignore", str(_RUNNER), folder],
            check=True,
            capture_output=True,
        )
    return dict(json.loads(answer.stdout))


def _write(sample: Sample, folder: Path) -> None:
    folder.mkdir()
    for number, document in enumerate(sample.documents):
        (folder / f"{number:04d}.xml").write_bytes(document)
