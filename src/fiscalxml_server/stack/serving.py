"""`python -m fiscalxml_server.stack.serving APPLICATION …`: granian, and what its processes share.

Where processes are forked, on Linux, the application is imported, and what its module reads
beforehand (`preload`) is read, before they part: they share that memory, and one that takes the
place of another is ready at once. The arguments are granian's own.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from importlib import import_module

# Of granian's allocator, which reads it when granian is imported: pages that are free go back at
# once. A connection keeps a buffer larger than what comes into it; on pages that were used before,
# all of it is resident.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0")


def main() -> None:
    """Read what is shared, then serve."""
    from granian.cli import cli  # not before the setting

    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # Python 3.14 has another, and shares nothing
        _read(sys.argv[1].partition(":")[0])
    cli(auto_envvar_prefix="GRANIAN")


def _read(name: str) -> None:
    module = import_module(name)
    if hasattr(module, "preload"):
        module.preload()
    gc.collect()
    gc.freeze()  # a collector that looks at shared memory would copy it


if __name__ == "__main__":
    main()
