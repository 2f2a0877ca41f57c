"""What PostgreSQL does for a statement of SQLAlchemy: its plan, and time on the processor."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import ClauseElement, Executable, text
from sqlalchemy.ext.compiler import compiles

PROCESS: Final = text("SELECT pg_backend_pid()")
"""the process that serves a connection"""


class Explain(Executable, ClauseElement):
    """EXPLAIN (ANALYZE, BUFFERS) of a statement, with its values: it is executed."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explain)
def _explain(element: Explain, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN (ANALYZE, BUFFERS) {compiler.process(element.statement, **options)}"


def on_cpu(process: int) -> float:
    """Seconds that a process has been running so far: what others on the machine do not change."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
