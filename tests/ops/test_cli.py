"""`fiscalxml-ops` as a whole; what each command does has tests of its own."""

from __future__ import annotations

import subprocess
import sys

_ASKED = """
import sys
from click.testing import CliRunner
from fiscalxml_ops.cli import main
told = CliRunner().invoke(main, ["cost", "--help"])
assert told.exit_code == 0, told.output
print(*{each.partition(".")[0] for each in sys.modules} & {"fiscalxml_server", "sqlalchemy"})
"""


def test_who_asks_for_one_command_does_not_wait_for_the_others() -> None:
    run = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "\n"), run.stderr
