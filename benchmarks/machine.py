"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

from lxml import etree


def description() -> str:
    """CPU, cores, and the versions that speed depends on, in one line."""
    libxml2 = ".".join(map(str, etree.LIBXML_VERSION))
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in ("lxml", "cryptography"))
    return (
        f"{_cpu_model()}, {os.cpu_count()} cores; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()} ({_how_compiled()}), {packages}, libxml2 {libxml2}"
    )


def _how_compiled() -> str:
    """Whether with profiles, which makes it a tenth to a seventh faster.

    Debian's is, and its `configure` does not say so.
    """
    asked = str(sysconfig.get_config_var("CONFIG_ARGS"))
    profiled = sys.base_prefix == "/usr" or "--enable-optimizations" in asked
    return "with PGO" if profiled else "without PGO"


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
