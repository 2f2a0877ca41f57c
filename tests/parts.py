"""Programs that some machines have and some do not: found, or the test skips.

Where FISCALXML_REQUIRE_PARTS=1 (CI, after `ops/apt.txt` is installed) a skip is a failure.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRED = "FISCALXML_REQUIRE_PARTS"


def found(*names: str) -> Path:
    """The first of these programs that there is; /usr/sbin is looked into too."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"])
    where = next(filter(None, (shutil.which(name, path=path) for name in names)), None)
    if where is None:
        missing(f"no {' or '.join(names)} on this machine")
    return Path(where)


def missing(what: str) -> NoReturn:
    """Skips the test, or fails it where all parts are required."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{what}, and it is required here")
    pytest.skip(what)
