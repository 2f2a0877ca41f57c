"""pgBackRest of a newer Debian than this machine's, in a folder of its own (`make pgbackrest`).

Debian 12 has 2.45, which knows PostgreSQL up to 15. The program of Debian forky runs here with that
release's loader and libraries; nothing is installed.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from parts import missing

FOLDER: Final = Path(__file__).parents[3] / ".pgbackrest"
_LIBRARIES: Final = FOLDER / "usr" / "lib" / "x86_64-linux-gnu"
_LOADER: Final = FOLDER / "usr" / "lib64" / "ld-linux-x86-64.so.2"


def write_command(path: Path) -> None:
    """An executable that is pgBackRest. Skips, or fails, where it was not fetched."""
    if not _LOADER.exists():
        missing("no .pgbackrest: make pgbackrest")
    program = FOLDER / "usr" / "bin" / "pgbackrest"
    words = f'{_LOADER} --argv0 "$0" --library-path {_LIBRARIES} {program} "$@"'
    path.write_text(f"#!/bin/sh\nexec {words}\n")
    path.chmod(0o755)
    subprocess.run([path, "version"], check=True, capture_output=True, env={**os.environ})
