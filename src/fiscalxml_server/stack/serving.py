"""`python -m fiscalxml_server.stack.serving APPLICATION …`: granian, and what its processes share.

The application is imported, and what its module reads beforehand (`preload`) is read, before the
processes part: they share that memory, and one that takes the place of another is ready at once.
The arguments are granian's own.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module

from granian.cli import cli


def main() -> None:
    """Read what is shared, then serve."""
    module = import_module(sys.argv[1].partition(":")[0])
    if hasattr(module, "preload"):
        module.preload()
    gc.collect()
    gc.freeze()  # a collector that looks at shared memory would copy it
    cli(auto_envvar_prefix="GRANIAN")


if __name__ == "__main__":
    main()
